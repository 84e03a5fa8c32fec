"""Verbs on tenants: made, changed, removed. In the system's scope or their operator's."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from django.db import transaction

from conmuta.apps.tenancy import ports, rules
from conmuta.apps.tenancy.contracts import TenantFacts
from conmuta.apps.tenancy.errors import (
    NamesMeet,
    NoSuchTenant,
    OperatorsAlone,
    TenantTaken,
    WrongFact,
)
from conmuta.apps.tenancy.models import Operator, Tenant
from conmuta.apps.tenancy.queries import facts_of
from conmuta.platform import audit, nouns
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said


@transaction.atomic
def create_tenant(
    scope: Scope, slug: str, facts: TenantFacts, operator: str = "operator"
) -> Tenant:
    """Makes a tenant of `operator`, or of the operator whose scope this is."""
    need_operator(scope)
    _check(slug, facts)
    nouns.lock_name("tenants")
    owner = _owner(scope, operator)
    _refuse_elsewhere(scope, owner, facts.domain)
    _refuse_taken(scope, slug, facts)
    tenant = Tenant.objects.within(scope).create(operator=owner, slug=slug, **asdict(facts))
    note(scope, tenant, "created", None, asdict(facts))
    return tenant


@transaction.atomic
def change_tenant(scope: Scope, slug: str, facts: TenantFacts) -> bool:
    """Whether anything changed."""
    _check(slug, facts)
    tenant = for_update(scope, slug)
    before, after = asdict(facts_of(tenant)), asdict(facts)
    if before == after:
        return False
    if facts.domain != tenant.domain:
        _refuse_elsewhere(scope, tenant.operator, facts.domain)
        with Scope.system(scope.actor).active() as system:
            others = Tenant.objects.within(system).filter(domain=facts.domain)
            if others.exists():
                raise TenantTaken(name=facts.domain)
    for name, value in after.items():
        setattr(tenant, name, value)
    tenant.save(update_fields=list(after))
    note(scope, tenant, "changed", before, after)
    return True


@transaction.atomic
def remove_tenant(scope: Scope, slug: str) -> None:
    """Removes the tenant and all that is its own."""
    tenant = for_update(scope, slug)
    with Scope.for_tenant(tenant.pk, scope.actor).active() as own:
        audit.record(own, "removed", subject(slug), operator_id=tenant.operator_id)
        ports.leaving.get()(own, slug)
    with Scope.system(scope.actor).active():
        tenant.delete()


def need_operator(scope: Scope) -> None:
    """Raises `OperatorsAlone` in a tenant's own scope."""
    if scope.tenant_id is not None:
        raise OperatorsAlone


def for_update(scope: Scope, slug: str) -> Tenant:
    """The tenant's row, locked. Raises `NoSuchTenant`, also where it is another operator's."""
    need_operator(scope)
    rows = Tenant.objects.within(scope).select_related("operator")
    tenant = rows.select_for_update(of=("self",)).filter(slug=slug).first()
    if tenant is None:
        raise NoSuchTenant(slug=slug)
    return tenant


def note(
    scope: Scope,
    tenant: Tenant,
    verb: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
) -> None:
    """Writes the audit, which tenant and operator read, and makes the plan stale."""
    with Scope.for_tenant(tenant.pk, scope.actor).active() as own:
        operator = tenant.operator_id
        audit.record(own, verb, subject(tenant.slug), before, after, operator_id=operator)
        ports.changed.get()(own)


def subject(slug: str) -> str:
    return f"tenancy.tenant:{slug}"


def _owner(scope: Scope, operator: str) -> Operator:
    if scope.operator_id is not None:
        return Operator.objects.within(scope).get()
    owner, _ = Operator.guarded.get_or_create(slug=operator, defaults={"title": operator})
    return owner


def _check(slug: str, facts: TenantFacts) -> None:
    for field, wanted in rules.wrong_facts(slug, facts).items():
        raise WrongFact(field=field, wanted=wanted)


def _refuse_elsewhere(scope: Scope, owner: Operator, domain: str) -> None:
    """An operator gives addresses under its own domain alone."""
    if scope.is_system:
        return
    if not owner.domain or not domain.endswith(f".{owner.domain}"):
        under = owner.domain or said("a domain of yours")
        raise WrongFact(field="domain", wanted=said("under {domain}", domain=under))


def _refuse_taken(scope: Scope, slug: str, facts: TenantFacts) -> None:
    """Names are one tenant's over all operators; who another's is, is not said."""
    with Scope.system(scope.actor).active() as system:
        others = Tenant.objects.within(system)
        if others.filter(slug=slug).exists() or others.filter(domain=facts.domain).exists():
            raise TenantTaken(name=f"{slug} / {facts.domain}")
        names = others.values_list("slug", "operator_id")
        _refuse_meeting(slug, (n for n, of in names if scope.is_system or of == scope.operator_id))
        if any(rules.meets(slug, name) for name, _ in names):
            raise TenantTaken(name=slug)


def _refuse_meeting(slug: str, others: Iterable[str]) -> None:
    """Names in Asterisk begin with the slug and a hyphen: `acme-north-sales` must be one's."""
    for other in others:
        if rules.meets(slug, other):
            raise NamesMeet(slug=slug, other=other)
