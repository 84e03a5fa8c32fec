"""Verbs on operators: the platform makes them; each dresses itself."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from conmuta.apps.tenancy import ports, rules
from conmuta.apps.tenancy.contracts import Brand, OperatorFacts, OperatorView
from conmuta.apps.tenancy.errors import (
    LogoRefused,
    NoSuchOperator,
    OperatorHasTenants,
    OperatorTaken,
    WrongFact,
)
from conmuta.apps.tenancy.models import Operator, Tenant
from conmuta.apps.tenancy.queries import operator_view
from conmuta.platform import audit, nouns
from conmuta.platform.errors import Forbidden
from conmuta.platform.scope import Scope


@transaction.atomic
def create_operator(scope: Scope, slug: str, facts: OperatorFacts) -> OperatorView:
    """Needs the system's scope."""
    _need_system(scope)
    _check(slug, facts)
    nouns.lock_name("operators")
    if Operator.objects.within(scope).filter(slug=slug).exists():
        raise OperatorTaken(name=slug)
    _refuse_taken(scope, slug, facts)
    row = Operator.guarded.create(slug=slug, **asdict(facts))
    _note(row, scope, "created", None, asdict(facts))
    return operator_view(row)


@transaction.atomic
def change_operator(scope: Scope, slug: str, facts: OperatorFacts) -> bool:
    """Whether anything changed. Needs the system's scope: domain and host are the platform's."""
    _need_system(scope)
    _check(slug, facts)
    nouns.lock_name("operators")
    row = _for_update(scope, slug)
    before, after = asdict(operator_view(row).facts), asdict(facts)
    if before == after:
        return False
    _refuse_taken(scope, slug, facts)
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))
    _note(row, scope, "changed", before, after)
    return True


@transaction.atomic
def remove_operator(scope: Scope, slug: str) -> None:
    """Removes an operator without tenants, and all that is its own. Needs the system's scope."""
    _need_system(scope)
    row = _for_update(scope, slug)
    left = Tenant.objects.within(scope).filter(operator=row).values_list("slug", flat=True)
    if left:
        raise OperatorHasTenants(slug=slug, tenants=", ".join(sorted(left)[:10]))
    with Scope.for_operator(row.pk, scope.actor).active() as own:
        audit.record(own, "removed", _subject(slug))
        ports.operator_leaving.get()(own, slug)
    row.delete()


@transaction.atomic
def set_brand(scope: Scope, slug: str, brand: Brand) -> bool:
    """How the operator looks; whether anything changed. The platform's, or its own scope."""
    for field, wanted in rules.wrong_brand(brand).items():
        raise WrongFact(field=field, wanted=wanted)
    row = _for_update(scope, slug)
    before, after = asdict(operator_view(row).brand), asdict(brand)
    if before == after:
        return False
    row.brand = after
    row.save(update_fields=["brand"])
    _note(row, scope, "changed", before, after)
    return True


@transaction.atomic
def set_logo(scope: Scope, slug: str, content: bytes | None) -> str:
    """Keeps a PNG, JPEG or WebP picture as the logo; None: no logo. Gives its digest."""
    kind = "" if content is None else _picture(content)
    row = _for_update(scope, slug)
    before = row.logo
    row.logo = "" if content is None else ports.storage.get()().save_bytes(content)
    row.logo_type = kind
    row.save(update_fields=["logo", "logo_type"])
    _note(row, scope, "changed", {"logo": before}, {"logo": row.logo})
    return row.logo


def logo_of(operator: OperatorView) -> bytes:
    """The picture that `operator.logo` names."""
    with ports.storage.get()().open(operator.logo) as file:
        return file.read()


def _picture(content: bytes) -> str:
    if len(content) > rules.LOGO_BYTES:
        raise LogoRefused(reason=f"it is larger than {rules.LOGO_BYTES // 1024} KiB")
    kind = rules.picture_type(content)
    if kind is None:
        raise LogoRefused(reason="it is no PNG, JPEG or WebP")
    return kind


def _check(slug: str, facts: OperatorFacts) -> None:
    for field, wanted in rules.wrong_operator(slug, facts).items():
        raise WrongFact(field=field, wanted=wanted)


def _refuse_taken(scope: Scope, slug: str, facts: OperatorFacts) -> None:
    """Slugs that meet would share names in Asterisk; domains in one another, tenants."""
    for other in Operator.objects.within(scope).exclude(slug=slug):
        if rules.meets(slug, other.slug):
            raise OperatorTaken(name=slug)
        if facts.domain and other.domain and rules.nested(facts.domain, other.domain):
            raise OperatorTaken(name=facts.domain)
        if facts.host and facts.host == other.host:
            raise OperatorTaken(name=facts.host)


def _need_system(scope: Scope) -> None:
    if not scope.is_system:
        raise Forbidden


def _for_update(scope: Scope, slug: str) -> Operator:
    row = Operator.objects.within(scope).select_for_update().filter(slug=slug).first()
    if row is None:
        raise NoSuchOperator(slug=slug)
    return row


def _note(
    row: Operator,
    scope: Scope,
    verb: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
) -> None:
    with Scope.for_operator(row.pk, scope.actor).active() as own:
        audit.record(own, verb, _subject(row.slug), before, after)
        ports.operator_changed.get()(own)


def _subject(slug: str) -> str:
    return f"tenancy.operator:{slug}"
