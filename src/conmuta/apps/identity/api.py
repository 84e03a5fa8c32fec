"""The door of identity."""

from conmuta.apps.identity.actions import (
    permissions_of,
    put_person,
    put_platform_administrator,
    put_profile,
    remove_person,
    remove_profile,
    renew_password,
    renew_platform_password,
)
from conmuta.apps.identity.contracts import Access, Person, Profile
from conmuta.apps.identity.permissions import TITLES, Permission
from conmuta.apps.identity.queries import access, accesses, member_ids, people, person, profiles

__all__ = [
    "TITLES",
    "Access",
    "Permission",
    "Person",
    "Profile",
    "access",
    "accesses",
    "member_ids",
    "people",
    "permissions_of",
    "person",
    "profiles",
    "put_person",
    "put_platform_administrator",
    "put_profile",
    "remove_person",
    "remove_profile",
    "renew_password",
    "renew_platform_password",
]
