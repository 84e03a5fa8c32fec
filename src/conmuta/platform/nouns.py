"""Tables of frozen values: what an app's nouns have in common.

A noun is a kind of object that a tenant or an operator has by name: gateways, queues, routes. Its
values are frozen dataclasses (`spec`), its rows a `TenantModel` or an `OperatorModel` whose columns
have the fields' names.
`put` writes only what differs, in one statement, with an audit row for each object.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, TypeVar, cast

import msgspec
from django.db import models
from django.db.models import RestrictedError

from conmuta.platform import audit, locks
from conmuta.platform.errors import Conflict, Invalid
from conmuta.platform.made import new_pin
from conmuta.platform.models import AuditEntry, OperatorModel, TenantModel, UnscopedQuery
from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam

S = TypeVar("S")
P = TypeVar("P")
Owned = TenantModel | OperatorModel

KEPT = "!kept"
"""As a secret's value: the one that is kept here, or a new one."""

lock, lock_name = locks.lock, locks.lock_name


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a value: where (field names, keys), and a sentence with a way out."""

    path: tuple[str, ...]
    sentence: str


class NotValid(Invalid):
    """{noun} {name}: {reason}"""

    code = "nouns.invalid"


class UnknownName(Invalid):
    """{noun} {name} names {what} {missing}, and there is none. Make it first, or name another."""

    code = "nouns.unknown_name"


class SecretMissing(Invalid):
    """{noun} {name}: {field} is not known here, and only its giver has it. Write it in full."""

    code = "nouns.secret_missing"


class StillUsed(Conflict):
    """{noun} {name} is still used by {users}. Take it out there first."""

    code = "nouns.still_used"


Named = tuple[tuple[str, ...], str]
"""Where a value names another object (a path), and the name."""


Loader = Callable[[Scope], dict[str, S]]
"""A query that gives a tenant's values by their keys."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names another row by that row's column `key`, held as a foreign key."""

    target: str
    key: str = "name"


@dataclass(frozen=True, slots=True)
class Mention:
    """Names of `target` that a value holds without a foreign key.

    `later`: the target's app stands above, so its objects may come after.
    """

    target: str
    pick: Callable[[Any], Iterable[Named]]
    later: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Noun(Generic[S]):
    """`name` (`app.noun`) is said to people and kept in the audit; `key` is a field and a column.

    `makers` has, for each secret that is never blank, how to make it.
    """

    name: str
    model: type[Owned]
    spec: type[S]
    key: str = "name"
    references: Mapping[str, Reference] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = ()
    secrets: frozenset[str] = frozenset()
    makers: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Secrets that others gave us: none can be made."""
    elsewhere: frozenset[str] = frozenset()
    """Fields that other tables hold."""

    @property
    def owner(self) -> str:
        """Whose its rows are: `tenant` or `operator`."""
        return "operator" if issubclass(self.model, OperatorModel) else "tenant"

    def key_of(self, spec: S) -> str:
        return str(getattr(spec, self.key))

    def fields(self) -> list[str]:
        """Names of the fields that this noun's own table holds."""
        return [item.name for item in fields(self.spec) if item.name not in self.elsewhere]  # type: ignore[arg-type]

    def target_model(self, name: str) -> type[Owned]:
        """The model that the reference `name` leads to."""
        model = self.model._meta.get_field(name).related_model
        return cast("type[Owned]", model)

    def named(self, spec: S) -> Iterator[tuple[str, Named, bool]]:
        """Every (target, where and name, whether it may come later) that `spec` holds."""
        for name, reference in self.references.items():
            value = getattr(spec, name)
            if value is not None:
                yield reference.target, ((name,), value), False
        for mention in self.mentions:
            for found in mention.pick(spec):
                yield mention.target, found, mention.later


def called(name: str) -> str:
    """A noun as people call it: `extensions.speed_dial` is a speed dial."""
    return name.rpartition(".")[2].replace("_", " ")


_declared: dict[str, Noun[Any]] = {}


def declare(noun: Noun[S]) -> Noun[S]:
    """Makes `noun` known, so that what it names is not removed under it."""
    _declared[noun.name] = noun
    return noun


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """`before` None: made. `after` None: removed."""

    key: str
    before: S | None
    after: S | None

    @property
    def verb(self) -> str:
        if self.before is None:
            return "created"
        return "removed" if self.after is None else "changed"


gate: Seam[Callable[[Scope, Noun[Any], Sequence[Change[Any]]], None]] = Seam("nouns.gate")
"""Asked before anything is made or changed: raises where the owner may not have it."""


def load(scope: Scope, noun: Noun[S]) -> dict[str, S]:
    """Every value of this noun by its key, in the order in which they were made: one query."""
    names = noun.fields()
    columns = [_column(noun, name) for name in names]
    rows = noun.model.objects.within(scope).order_by("pk").values_list(*columns)
    values = [_value(noun, dict(zip(names, row, strict=True))) for row in rows]
    return {noun.key_of(value): value for value in values}


def _column(noun: Noun[S], name: str) -> str:
    reference = noun.references.get(name)
    return name if reference is None else f"{name}__{reference.key}"


def _value(noun: Noun[S], row: dict[str, Any]) -> S:
    return msgspec.convert(row, noun.spec)


def settled(noun: Noun[S], wanted: S, current: S | None) -> S:
    """`wanted` with its blank or kept secrets as they are in `current`, where there is one."""
    found = {}
    for name in noun.secrets:
        value = getattr(wanted, name)
        if _is_kept(value) or (name in noun.makers and not value):
            found[name] = getattr(current, name) if current is not None else value
    return replace(wanted, **found) if found else wanted  # type: ignore[type-var]


def _is_kept(value: object) -> bool:
    return value in (KEPT, (KEPT,))


def completed(noun: Noun[S], spec: S) -> S:
    """`spec` with every secret that is still blank or kept made by us."""
    made: dict[str, Any] = {}
    for name in noun.secrets:
        value = getattr(spec, name)
        if _is_kept(value) and name in noun.given:
            raise SecretMissing(noun=called(noun.name), name=noun.key_of(spec), field=name)
        if _is_kept(value) or (name in noun.makers and not value):
            secret = noun.makers.get(name, new_pin)()
            made[name] = (secret,) if isinstance(value, tuple) else secret
    return replace(spec, **made) if made else spec  # type: ignore[type-var]


def differences(noun: Noun[S], wanted: Iterable[S], current: Mapping[str, S]) -> list[Change[S]]:
    """What writing `wanted` would change; nothing is removed by this."""
    changes = []
    for spec in wanted:
        key = noun.key_of(spec)
        before = current.get(key)
        after = settled(noun, spec, before)
        if after != before:
            changes.append(Change(key, before, after))
    return changes


def put(scope: Scope, noun: Noun[S], wanted: Iterable[S], *, noted: bool = True) -> list[Change[S]]:
    """Makes each of `wanted` so; in the caller's transaction. Few statements, however many.

    `noted` False: the caller notes the changes, with what other tables hold.
    """
    lock(scope)
    found = differences(noun, wanted, load(scope, noun))
    changes = [Change(c.key, c.before, completed(noun, c.after)) for c in found if c.after]
    specs = [change.after for change in changes if change.after is not None]
    if specs:
        gate.get()(scope, noun, changes)
        _require(scope, noun, specs)
        write(scope, noun, specs)
    if noted:
        note(scope, noun, changes)
    return changes


def _require(scope: Scope, noun: Noun[S], specs: list[S]) -> None:
    """What `specs` name without a foreign key, and may not come later, must be there."""
    wanted: dict[str, dict[str, str]] = {}
    for spec in specs:
        for target, (_, name), later in noun.named(spec):
            if not later:
                wanted.setdefault(target, {})[name] = noun.key_of(spec)
    for target, names in wanted.items():
        if target in _declared and target not in {r.target for r in noun.references.values()}:
            arriving = {noun.key_of(spec) for spec in specs if target == noun.name}
            missing = sorted(names.keys() - arriving - keys(scope, _declared[target]))
            if missing:
                first = missing[0]
                raise UnknownName(
                    noun=called(noun.name), name=names[first], what=called(target), missing=first
                )


def keys(scope: Scope, noun: Noun[Any]) -> set[str]:
    """The keys of what there is: one query."""
    return set(noun.model.objects.within(scope).values_list(noun.key, flat=True))


def write(scope: Scope, noun: Noun[S], specs: list[S]) -> None:
    """Writes rows, new or not, in one statement."""
    known = {
        name: ids(scope, noun.target_model(name), to.key, {getattr(spec, name) for spec in specs})
        for name, to in noun.references.items()
    }
    rows = [_row(scope, noun, spec, known) for spec in specs]
    columns = [name for name in noun.fields() if name != noun.key]
    table: models.QuerySet[Any] = noun.model.objects.within(scope)
    table.bulk_create(
        rows, update_conflicts=True, unique_fields=[noun.owner, noun.key], update_fields=columns
    )


def ids(scope: Scope, model: type[Owned], key: str, wanted: Iterable[str | None]) -> dict[str, int]:
    """The rows' ids of those of `wanted` that there are, by their column `key`."""
    names = [name for name in wanted if name is not None]
    if not names:
        return {}
    rows: models.QuerySet[Any] = model.objects.within(scope)
    found: dict[str, int] = dict(rows.filter(**{f"{key}__in": names}).values_list(key, "pk"))
    return found


def _row(scope: Scope, noun: Noun[S], spec: S, known: Mapping[str, Mapping[str, int]]) -> Owned:
    values = {name: msgspec.to_builtins(getattr(spec, name)) for name in noun.fields()}
    for name, ids in known.items():
        wanted = values.pop(name)
        if wanted is not None and wanted not in ids:
            what = noun.references[name].target
            raise UnknownName(
                noun=called(noun.name), name=noun.key_of(spec), what=called(what), missing=wanted
            )
        values[f"{name}_id"] = ids.get(wanted)
    return noun.model(**{f"{noun.owner}_id": _owner_id(scope, noun)}, **values)


def _owner_id(scope: Scope, noun: Noun[Any]) -> int:
    owner = scope.operator_id if noun.owner == "operator" else scope.tenant_id
    if owner is None:
        raise UnscopedQuery(f"This {noun.owner}'s rows are written in that {noun.owner}'s scope.")
    return owner


def remove(scope: Scope, noun: Noun[S], keys: Iterable[str]) -> list[Change[S]]:
    """Removes the rows of these keys, unless somebody names them; others are passed over."""
    lock(scope)
    current = load(scope, noun)
    changes: list[Change[S]] = [Change(k, current[k], None) for k in keys if k in current]
    if changes:
        gone = [change.key for change in changes]
        _refuse_used(scope, noun, gone)
        _delete(scope, noun, gone)
        note(scope, noun, changes)
    return changes


def _refuse_used(scope: Scope, noun: Noun[S], gone: list[str]) -> None:
    for other in _declared.values():
        if not any(mention.target == noun.name for mention in other.mentions):
            continue
        for key, spec in load(scope, other).items():
            used = {name for what, (_, name), _ in other.named(spec) if what == noun.name}
            if used & set(gone) and not (other is noun and key in gone):
                name = ", ".join(sorted(used & set(gone)))
                users = f"{called(other.name)} {key}"
                raise StillUsed(noun=called(noun.name), name=name, users=users)


def _delete(scope: Scope, noun: Noun[S], keys: list[str]) -> None:
    try:
        noun.model.objects.within(scope).filter(**{f"{noun.key}__in": keys}).delete()
    except RestrictedError as error:
        users = ", ".join(
            sorted({f"{row._meta.verbose_name} {row}" for row in error.restricted_objects})
        )
        raise StillUsed(noun=called(noun.name), name=", ".join(keys), users=users) from error


def note(scope: Scope, noun: Noun[S], changes: Iterable[Change[S]]) -> None:
    """One audit row for each change, secrets masked."""
    AuditEntry.guarded.bulk_create(
        AuditEntry(
            tenant_id=scope.tenant_id,
            operator_id=scope.operator_id,
            actor=scope.actor,
            verb=change.verb,
            subject=f"{noun.name}:{change.key}",
            before=_shown(noun, change.before),
            after=_shown(noun, change.after),
        )
        for change in changes
    )


def _shown(noun: Noun[S], spec: S | None) -> Any:
    if spec is None:
        return None
    return hidden(msgspec.to_builtins(spec), noun.secrets)


def hidden(values: Any, secrets: frozenset[str]) -> Any:
    """Plain `values` with what these names, and every secret's usual name, hold masked."""
    shown = {k: audit.MASK if k in secrets and v else v for k, v in values.items()}
    return audit.masked(shown)


def refuse(noun: Noun[S], specs: Iterable[S], faults: Callable[[S], Iterable[Fault]]) -> None:
    """Raises `NotValid` for the first of `specs` that has faults, with all of its faults."""
    for spec in specs:
        reasons = [f"{'.'.join(fault.path)}: {fault.sentence}" for fault in faults(spec)]
        if reasons:
            raise NotValid(noun=called(noun.name), name=noun.key_of(spec), reason=" ".join(reasons))


def as_plan(kind: type[P], spec: object) -> P:
    """The plan's own value within a contract that says more than the plan needs."""
    return kind(**{item.name: getattr(spec, item.name) for item in fields(kind)})  # type: ignore[arg-type]


def as_plans(kind: type[P], specs: Mapping[str, object]) -> tuple[P, ...]:
    """The same for a table, in the order of its keys, so that equal tables give equal plans."""
    return tuple(as_plan(kind, specs[key]) for key in sorted(specs))
