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
from conmuta.apps.identity.contracts import Access, Person, Profile, TokenAccess, TokenView
from conmuta.apps.identity.permissions import TITLES, Permission
from conmuta.apps.identity.queries import access, accesses, member_ids, people, person, profiles
from conmuta.apps.identity.tokens import create_token, revoke_token, token_access, tokens

__all__ = [
    "TITLES",
    "Access",
    "Permission",
    "Person",
    "Profile",
    "TokenAccess",
    "TokenView",
    "access",
    "accesses",
    "create_token",
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
    "revoke_token",
    "token_access",
    "tokens",
]
