"""A company opened in one action: the tenant, its first administrator, and a mail to them."""

from collections.abc import Iterator

from django.db import transaction

from conmuta.apps.identity.actions import put_profile
from conmuta.apps.identity.contracts import Administrator, NewTenant, PersonInvited, Profile
from conmuta.apps.identity.errors import AdministratorNotValid, NoSuchPerson
from conmuta.apps.identity.homes import refuse_taken
from conmuta.apps.identity.models import AccessProfile, Membership, User
from conmuta.apps.identity.permissions import Permission
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.errors import TenantTaken, WrongFact
from conmuta.platform import audit, nouns, outbox
from conmuta.platform.forms import dialled, email_faults, title_faults
from conmuta.platform.scope import Scope

USERNAME = "admin"
PROFILES = {"es": "Administrador", "en": "Administrator"}


@transaction.atomic
def open_tenant(scope: Scope, order: NewTenant) -> tenancy.TenantView:
    """Makes the tenant and its first administrator, who gets a mail in the operator's brand with
    a link to set a password. Asked again for the same, it does nothing again.

    Needs the operator's scope. Raises what `tenancy.create_tenant` raises, `EmailElsewhere`, …
    """
    operator = tenancy.operator_of(scope)
    slug, facts = order.slug or order.subdomain, _facts(operator, order)
    _check(order.administrator)
    nouns.lock_name("tenants")
    before = next(iter(tenancy.tenants(scope, slug)), None)
    if before is not None:
        return _opened_before(scope, before, facts, order)
    made = tenancy.create_tenant(scope, slug, facts)
    tenancy.set_services(scope, slug, order.services)
    tenancy.set_limits(scope, slug, order.limits)
    with Scope.for_tenant(made.pk, scope.actor).active() as own:
        _make_administrator(own, order.administrator, facts.language)
        return tenancy.tenant_of(own)


@transaction.atomic
def invite_person(scope: Scope, username: str) -> None:
    """Sends a person of the tenant another link; the ones before are over."""
    if not Membership.objects.within(scope).filter(username=username).exists():
        raise NoSuchPerson(username=username)
    outbox.record(PersonInvited(username), scope)
    audit.record(scope, "invited", f"identity.person:{username}")


def _facts(operator: tenancy.OperatorView, order: NewTenant) -> tenancy.TenantFacts:
    if not operator.facts.domain:
        raise WrongFact(field="domain", wanted="set for the operator before it opens tenants")
    return tenancy.TenantFacts(
        domain=f"{order.subdomain}.{operator.facts.domain}",
        title=order.title,
        time_zone=order.time_zone or operator.facts.time_zone,
        language=order.language or operator.facts.language,
        country=order.country or operator.facts.country,
    )


def _opened_before(
    scope: Scope, before: tenancy.TenantView, facts: tenancy.TenantFacts, order: NewTenant
) -> tenancy.TenantView:
    """The same order again finds its tenant; another order's name is taken."""
    with Scope.for_tenant(before.id, scope.actor).active() as own:
        people = Membership.objects.within(own).filter(username=USERNAME)
        emails = list(people.values_list("user__email", flat=True))
    if before.facts.domain != facts.domain or emails != [_email(order.administrator)]:
        raise TenantTaken(name=f"{before.slug} / {facts.domain}")
    return before


def _make_administrator(scope: Scope, wanted: Administrator, language: str) -> None:
    email = _email(wanted)
    refuse_taken(scope, USERNAME, email)
    name = PROFILES[language]
    put_profile(scope, Profile(name=name, permissions=frozenset(Permission)))
    Membership.objects.within(scope).create(
        user=User.objects.create_user(email, name=wanted.name),
        username=USERNAME,
        telephone=wanted.telephone,
        profile=AccessProfile.objects.within(scope).get(name=name),
    )
    outbox.record(PersonInvited(USERNAME), scope)
    after = {"email": email, "name": wanted.name, "telephone": wanted.telephone, "profile": name}
    audit.record(scope, "created", f"identity.person:{USERNAME}", after=after)


def _email(administrator: Administrator) -> str:
    return administrator.email.strip().lower()


def _check(administrator: Administrator) -> None:
    reasons = [fault.sentence for fault in _faults(administrator)]
    if reasons:
        raise AdministratorNotValid(reason=" ".join(reasons))


def _faults(administrator: Administrator) -> Iterator[nouns.Fault]:
    yield from title_faults("name", administrator.name)
    yield from email_faults("email", [_email(administrator)])
    telephone = administrator.telephone.replace(" ", "")
    yield from dialled("telephone", telephone or None)
