"""Who people are, and what they may do."""

from django.db.models import QuerySet

from conmuta.apps.identity.contracts import Access, Person, Profile
from conmuta.apps.identity.errors import NoSuchPerson
from conmuta.apps.identity.models import AccessProfile, Membership, User
from conmuta.apps.identity.permissions import Permission
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

_KNOWN = frozenset(Permission)


def profiles(scope: Scope) -> list[Profile]:
    rows = AccessProfile.objects.within(scope).order_by("name")
    return [Profile(name=row.name, permissions=allowed(row)) for row in rows]


def people(scope: Scope) -> list[Person]:
    rows = Membership.objects.within(scope).select_related("user", "profile")
    return [person_of(row) for row in rows.order_by("username")]


def member_ids(scope: Scope) -> dict[str, int]:
    """Each person's `identity.Membership` id by username."""
    return dict(Membership.objects.within(scope).values_list("username", "pk"))


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
    """The tenants that `user` may enter: a platform administrator all, others their own."""
    if not user.is_active:
        return []
    with Scope.system(f"person:{user.pk}").active() as scope:
        if user.is_platform_administrator:
            return [_access(tenant, _KNOWN) for tenant in tenancy.tenants(scope)]
        rows = _members(scope).filter(user=user, is_active=True)
        held = {row.tenant_id: allowed(row.profile) for row in rows}
        return [
            _access(tenant, held[tenant.id]) for tenant in tenancy.tenants(scope, ids=set(held))
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
        return None if row is None else _access(tenant, allowed(row.profile))


def _access(tenant: tenancy.TenantView, permissions: frozenset[Permission]) -> Access:
    return Access(
        tenant_id=tenant.id,
        tenant=tenant.slug,
        title=tenant.facts.title,
        time_zone=tenant.facts.time_zone,
        language=tenant.facts.language,
        permissions=permissions,
    )


def _members(scope: Scope) -> QuerySet[Membership]:
    return Membership.objects.within(scope).select_related("user", "profile")
