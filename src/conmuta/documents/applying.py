"""A file becomes a tenant, through the apps' actions, in one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Telephony
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import media, references
from conmuta.documents.differences import (
    Difference,
    FieldDifference,
    changed,
    default,
    differences,
)
from conmuta.documents.entries import TenantEntry
from conmuta.documents.form import Objects, TenantDocument
from conmuta.documents.people import PersonChange
from conmuta.documents.sections import BY_NAME, SECTIONS, Section
from conmuta.documents.tree import BadDocument, LineFault
from conmuta.documents.trying import refuse_what_does_not_compile, undone
from conmuta.platform import nouns
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said

NOBODY: Objects = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a file changes (`preview`) or has changed (`apply`).

    `left` are objects that the file does not have, and that nobody asked to remove. `passwords`
    are new people's first ones, by their short names; they cannot be read again.
    """

    tenant: str
    differences: tuple[Difference, ...]
    passwords: Mapping[str, str]

    @property
    def changes(self) -> tuple[Difference, ...]:
        return tuple(item for item in self.differences if item.verb != "left")

    @property
    def left(self) -> tuple[Difference, ...]:
        return tuple(item for item in self.differences if item.verb == "left")


def preview(
    scope: Scope, document: TenantDocument, folder: Path | None = None, *, remove: bool = False
) -> Applied:
    """What `apply` would change. Nothing is written but audio files, by their digests.

    It is applied and undone, so that what refuses `apply` is told by this too. Needs a scope as
    `apply` does, and raises as it does.
    """
    ready = media.with_files(document, folder)
    tenant = _tenant(scope, ready)
    current = _objects(scope, tenant) if tenant else NOBODY
    voiced = _voiced(scope, ready)
    with undone():
        _apply(scope, voiced, remove=remove)
    settled = _with_prompts(
        ready, media.settled_with(ready.objects.get("prompts", {}), current.get("prompts", {}))
    )
    facts = _fact_differences(ready.tenant, tenant)
    found = (*facts, *differences(settled.objects, current, remove=remove))
    return Applied(tenant=ready.tenant.slug, differences=found, passwords={})


def apply(
    scope: Scope, document: TenantDocument, folder: Path | None = None, *, remove: bool = False
) -> Applied:
    """Makes the tenant as the file says. A file that changes nothing writes nothing.

    Two that apply to one tenant wait for each other. In the system's scope; or in the operator's
    or the tenant's own, who may change no fact of the tenant that others set. Raises
    `BadDocument`, or the `Problem` of the action that refuses; then nothing has changed.
    """
    ready = _voiced(scope, media.with_files(document, folder))
    with transaction.atomic():
        return _apply(scope, ready, remove=remove)


def _apply(scope: Scope, ready: TenantDocument, *, remove: bool) -> Applied:
    """Within a transaction."""
    nouns.lock_name(f"tenant {ready.tenant.slug}")
    before = _tenant(scope, ready)
    _refuse_wrong_facts(ready)
    tenant_id = _put_tenant(scope, ready.tenant, before)
    with Scope.for_tenant(tenant_id, scope.actor).active() as own:
        nouns.lock(own)
        current = load(own) if before else NOBODY
        _refuse(ready, NOBODY if remove else current)
        found = differences(ready.objects, current, remove=remove)
        passwords = _write(own, ready.objects, current, found)
        told = (*_fact_differences(ready.tenant, before), *found)
        if told:
            refuse_what_does_not_compile(own)
    return Applied(tenant=ready.tenant.slug, differences=told, passwords=passwords)


def load(scope: Scope) -> dict[str, Mapping[str, Any]]:
    """Everything that a tenant has, by section and key."""
    return {section.name: section.load(scope) for section in SECTIONS}


def _objects(scope: Scope, tenant: tenancy.TenantView) -> dict[str, Mapping[str, Any]]:
    with Scope.for_tenant(tenant.id, scope.actor).active() as own:
        return load(own)


def _tenant(scope: Scope, document: TenantDocument) -> tenancy.TenantView | None:
    return next(iter(tenancy.tenants(scope, document.tenant.slug)), None)


def _voiced(scope: Scope, document: TenantDocument) -> TenantDocument:
    """Speaks what is not spoken yet, before the transaction, since voices are slow."""
    prompts = document.objects.get("prompts")
    if not prompts:
        return document
    tenant = _tenant(scope, document)
    current: Mapping[str, Any] = {}
    if tenant is not None:
        with Scope.for_tenant(tenant.id, scope.actor).active() as own:
            current = BY_NAME["prompts"].load(own)
    return _with_prompts(document, media.voiced(prompts, current))


def _with_prompts(document: TenantDocument, prompts: Mapping[str, Any]) -> TenantDocument:
    if "prompts" not in document.objects:
        return document
    return replace(document, objects={**document.objects, "prompts": prompts})


def _refuse(document: TenantDocument, staying: Objects) -> None:
    """`staying`: what the tenant has beside the file, and keeps."""
    _refuse_wrong_facts(document)
    faults = references.check(document, staying)
    if faults:
        raise BadDocument(faults)


def _refuse_wrong_facts(document: TenantDocument) -> None:
    wrong = tenancy.wrong_facts(document.tenant.slug, _facts(document.tenant))
    faults: list[LineFault] = [
        document.fault(("tenant", field), said("must be {wanted}.", wanted=wanted))
        for field, wanted in wrong.items()
    ]
    if faults:
        raise BadDocument(faults)


def _facts(entry: TenantEntry) -> tenancy.TenantFacts:
    return tenancy.TenantFacts(
        domain=entry.domain,
        title=entry.title,
        time_zone=entry.time_zone,
        language=entry.language,
        country=entry.country,
        max_calls=entry.max_calls,
    )


def _put_tenant(scope: Scope, entry: TenantEntry, before: tenancy.TenantView | None) -> int:
    facts = _facts(entry)
    if before is None:
        tenant_id: int = tenancy.create_tenant(scope, entry.slug, facts).pk
        return tenant_id
    if facts != before.facts:  # a tenant's own programs may not even try
        tenancy.change_tenant(scope, entry.slug, facts)
    return before.id


def _fact_differences(
    entry: TenantEntry, before: tenancy.TenantView | None
) -> Iterator[Difference]:
    facts = _facts(entry)
    if before is None:
        yield Difference("tenant", entry.slug, "created")
    elif before.facts != facts:
        fields = tuple(_changed_facts(before.facts, facts))
        yield Difference("tenant", entry.slug, "changed", fields)


def _changed_facts(
    before: tenancy.TenantFacts, after: tenancy.TenantFacts
) -> Iterator[FieldDifference]:
    for name, value in asdict(after).items():
        was = getattr(before, name)
        if was != value:
            yield FieldDifference(name, str(was), str(value))


def _write(
    scope: Scope, wanted: Objects, current: Objects, found: list[Difference]
) -> dict[str, str]:
    """Applies what differs, section by section; removal goes the other way."""
    if not found:
        return {}
    passwords: dict[str, str] = {}
    with extensions.taken_together(scope):
        if not current and "telephony" not in wanted:
            extensions.save_telephony(scope, [Telephony()])
        for section in SECTIONS:
            asked = wanted.get(section.name, {})
            specs = changed(section, asked, current.get(section.name, {}))
            if specs:
                passwords |= _passwords(section.save(scope, specs))
        for section in reversed(SECTIONS):
            _remove(scope, section, [d.key for d in found if _is_gone(d, section)])
    return passwords


def _is_gone(item: Difference, section: Section) -> bool:
    return item.verb == "removed" and item.section == section.name


def _passwords(changes: object) -> dict[str, str]:
    people: list[Change[Any]] = list(changes) if isinstance(changes, list) else []
    return {
        change.key: change.password
        for change in people
        if isinstance(change, PersonChange) and change.password
    }


def _remove(scope: Scope, section: Section, keys: list[str]) -> None:
    if not keys:
        return
    if section.remove is not None:
        section.remove(scope, keys)
    else:
        section.save(scope, [default(section)])
