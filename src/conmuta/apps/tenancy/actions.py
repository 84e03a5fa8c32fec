"""Verbs on tenants."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from conmuta.apps.tenancy import ports, rules
from conmuta.apps.tenancy.contracts import TenantFacts
from conmuta.apps.tenancy.errors import NamesMeet, NoSuchTenant, TenantTaken, WrongFact
from conmuta.apps.tenancy.models import Operator, Tenant, TenantState
from conmuta.platform import audit, nouns
from conmuta.platform.scope import Scope

_FIELDS = ("domain", "title", "time_zone", "language", "country", "max_calls")


@transaction.atomic
def create_tenant(
    scope: Scope, slug: str, facts: TenantFacts, operator: str = "operator"
) -> Tenant:
    """Needs the system's scope."""
    _check(slug, facts)
    nouns.lock_name("tenants")
    others = Tenant.objects.within(scope)
    if others.filter(slug=slug).exists() or others.filter(domain=facts.domain).exists():
        raise TenantTaken(name=f"{slug} / {facts.domain}")
    _refuse_meeting(slug, others.values_list("slug", flat=True))
    owner, _ = Operator.guarded.get_or_create(slug=operator, defaults={"title": operator})
    tenant = Tenant.objects.within(scope).create(operator=owner, slug=slug, **asdict(facts))
    with _of(tenant, scope).active() as own:
        audit.record(own, "created", _subject(slug), after=asdict(facts))
        ports.changed.get()(own)
    return tenant


@transaction.atomic
def change_tenant(scope: Scope, slug: str, facts: TenantFacts) -> bool:
    """Whether anything changed."""
    _check(slug, facts)
    tenant = _for_update(scope, slug)
    before = {name: getattr(tenant, name) for name in _FIELDS}
    after = asdict(facts)
    if before == after:
        return False
    taken = Tenant.objects.within(scope).filter(domain=facts.domain).exclude(pk=tenant.pk)
    if taken.exists():
        raise TenantTaken(name=facts.domain)
    for name, value in after.items():
        setattr(tenant, name, value)
    tenant.save(update_fields=_FIELDS)
    with _of(tenant, scope).active() as own:
        audit.record(own, "changed", _subject(slug), before, after)
        ports.changed.get()(own)
    return True


@transaction.atomic
def set_state(scope: Scope, slug: str, state: TenantState) -> bool:
    """Suspends or serves again. A suspended tenant calls inside and emergencies alone."""
    tenant = _for_update(scope, slug)
    if tenant.state == state:
        return False
    before, tenant.state = tenant.state, state
    tenant.save(update_fields=["state"])
    with _of(tenant, scope).active() as own:
        audit.record(own, "changed", _subject(slug), {"state": before}, {"state": state})
        ports.changed.get()(own)
    return True


@transaction.atomic
def remove_tenant(scope: Scope, slug: str) -> None:
    """Removes the tenant and all that is its own. Needs the system's scope."""
    tenant = _for_update(scope, slug)
    with _of(tenant, scope).active() as own:
        audit.record(own, "removed", _subject(slug))
        ports.leaving.get()(own, slug)
    tenant.delete()


def _for_update(scope: Scope, slug: str) -> Tenant:
    tenant = Tenant.objects.within(scope).select_for_update().filter(slug=slug).first()
    if tenant is None:
        raise NoSuchTenant(slug=slug)
    return tenant


def _check(slug: str, facts: TenantFacts) -> None:
    for field, wanted in rules.wrong_facts(slug, facts).items():
        raise WrongFact(field=field, wanted=wanted)


def _refuse_meeting(slug: str, others: Iterable[str]) -> None:
    """Names in Asterisk begin with the slug and a hyphen: `acme-north-sales` must be one's."""
    for other in others:
        if rules.meets(slug, other):
            raise NamesMeet(slug=slug, other=other)


def _of(tenant: Tenant, scope: Scope) -> Scope:
    return Scope.for_tenant(tenant.pk, scope.actor)


def _subject(slug: str) -> str:
    return f"tenancy.tenant:{slug}"
