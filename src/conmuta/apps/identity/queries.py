"""Who people are, and what they may do."""

from django.db.models import QuerySet

from conmuta.apps.identity import operators
from conmuta.apps.identity.contracts import Access, OperatorAccess, Person, Profile
from conmuta.apps.identity.errors import NoSuchPerson
from conmuta.apps.identity.models import AccessProfile, Membership, OperatorMembership, User
from conmuta.apps.identity.permissions import PRIVATE, OperatorPermission, Permission
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

_KNOWN = frozenset(Permission)
_OPERATORS = frozenset(OperatorPermission)


def profiles(scope: Scope) -> list[Profile]:
    rows = AccessProfile.objects.within(scope).order_by("name")
    return [Profile(name=row.name, permissions=allowed(row)) for row in rows]


def people(scope: Scope) -> list[Person]:
    rows = Membership.objects.within(scope).select_related("user", "profile")
    return [person_of(row) for row in rows.order_by("username")]


def person(scope: Scope, username: str) -> Person:
    row = _members(scope).filter(username=username).first()
    if row is None:
        raise NoSuchPerson(username=username)
    return person_of(row)


def person_of(row: Membership) -> Person:
    return Person(
        username=row.username,
        email=row.user.email,
        name=row.user.name,
        profile=row.profile.name,
        language=row.user.language,
        is_active=row.is_active,
    )


def allowed(profile: AccessProfile) -> frozenset[Permission]:
    """A stored name that is no permission (any more) allows nothing."""
    return frozenset(Permission(name) for name in profile.permissions if name in _KNOWN)


def accesses(user: User) -> list[Access]:
    """The tenants that `user` may enter: a platform administrator all, who helps for an operator
    the operator's, others their own."""
    if not user.is_active:
        return []
    with Scope.system(f"person:{user.pk}").active() as scope:
        if user.is_platform_administrator:
            return [_access(tenant, _KNOWN) for tenant in tenancy.tenants(scope)]
        rows = _members(scope).filter(user=user, is_active=True)
        held = {row.tenant_id: allowed(row.profile) for row in rows}
        helped = _helped(scope, user)
        found = tenancy.tenants(scope, ids=set(held), operators=set(helped))
        return [
            _access(tenant, held[tenant.id])
            if tenant.id in held
            else _access(tenant, helped[tenant.operator_id], tenant.operator_id)
            for tenant in found
        ]


def access(user: User, slug: str) -> Access | None:
    """What `user` may do in the tenant `slug`; None: it is not there for them."""
    if not user.is_active:
        return None
    with Scope.system(f"person:{user.pk}").active() as scope:
        tenant = next((found for found in tenancy.tenants(scope, slug)), None)
        if tenant is None:
            return None
        if user.is_platform_administrator:
            return _access(tenant, _KNOWN)
        row = _members(scope).filter(user=user, is_active=True, tenant_id=tenant.id).first()
        if row is not None:
            return _access(tenant, allowed(row.profile))
        helped = _helped(scope, user).get(tenant.operator_id)
        return None if helped is None else _access(tenant, helped, tenant.operator_id)


def operator_accesses(user: User) -> list[OperatorAccess]:
    """The operators for which `user` may act: a platform administrator for all."""
    if not user.is_active:
        return []
    with Scope.system(f"person:{user.pk}").active() as scope:
        found = tenancy.operators(scope)
        if user.is_platform_administrator:
            return [_operator_access(each, _OPERATORS) for each in found]
        held = {row.operator_id: operators.allowed(row) for row in _operator_members(scope, user)}
    return [_operator_access(each, held[each.id]) for each in found if each.id in held]


def operator_access(user: User, slug: str) -> OperatorAccess | None:
    """What `user` may do for the operator `slug`; None: it is not there for them."""
    return next((each for each in operator_accesses(user) if each.operator == slug), None)


def _helped(scope: Scope, user: User) -> dict[int, frozenset[Permission]]:
    """What `user` may do in every tenant of an operator, by the operator's id."""
    found = {}
    for row in _operator_members(scope, user):
        held = operators.allowed(row)
        if OperatorPermission.TENANTS_SUPPORT in held:
            hears = OperatorPermission.TENANTS_AUDIO in held
            found[row.operator_id] = _KNOWN if hears else _KNOWN - PRIVATE
    return found


def _operator_members(scope: Scope, user: User) -> QuerySet[OperatorMembership]:
    return OperatorMembership.objects.within(scope).filter(user=user, is_active=True)


def _operator_access(
    operator: tenancy.OperatorView, permissions: frozenset[OperatorPermission]
) -> OperatorAccess:
    return OperatorAccess(
        operator_id=operator.id,
        operator=operator.slug,
        title=operator.shown,
        time_zone=operator.facts.time_zone,
        language=operator.facts.language,
        permissions=permissions,
    )


def _access(
    tenant: tenancy.TenantView, permissions: frozenset[Permission], helps: int | None = None
) -> Access:
    return Access(
        tenant_id=tenant.id,
        tenant=tenant.slug,
        title=tenant.facts.title,
        time_zone=tenant.facts.time_zone,
        language=tenant.facts.language,
        permissions=permissions,
        helps=helps,
    )


def _members(scope: Scope) -> QuerySet[Membership]:
    return Membership.objects.within(scope).select_related("user", "profile")
