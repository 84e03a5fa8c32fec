"""The door of identity."""

from conmuta.apps.identity.actions import (
    permissions_of,
    put_person,
    put_platform_administrator,
    put_profile,
    remove_person,
    remove_profile,
    renew_password,
)
from conmuta.apps.identity.contracts import (
    Access,
    Administrator,
    NewTenant,
    OperatorAccess,
    OperatorPerson,
    Person,
    Profile,
    TokenAccess,
    TokenView,
)
from conmuta.apps.identity.mail import tell_operator, tell_those_responsible
from conmuta.apps.identity.opening import invite_person, open_tenant
from conmuta.apps.identity.operators import (
    invite_operator_person,
    operator_people,
    put_operator_person,
    remove_operator_person,
)
from conmuta.apps.identity.permissions import (
    OPERATOR_TITLES,
    ROLES,
    TITLES,
    OperatorPermission,
    Permission,
)
from conmuta.apps.identity.queries import (
    access,
    accesses,
    operator_access,
    operator_accesses,
    people,
    person,
    profiles,
)
from conmuta.apps.identity.tokens import create_token, revoke_token, token_access, tokens

__all__ = [
    "OPERATOR_TITLES",
    "ROLES",
    "TITLES",
    "Access",
    "Administrator",
    "NewTenant",
    "OperatorAccess",
    "OperatorPermission",
    "OperatorPerson",
    "Permission",
    "Person",
    "Profile",
    "TokenAccess",
    "TokenView",
    "access",
    "accesses",
    "create_token",
    "invite_operator_person",
    "invite_person",
    "open_tenant",
    "operator_access",
    "operator_accesses",
    "operator_people",
    "people",
    "permissions_of",
    "person",
    "profiles",
    "put_operator_person",
    "put_person",
    "put_platform_administrator",
    "put_profile",
    "remove_operator_person",
    "remove_person",
    "remove_profile",
    "renew_password",
    "revoke_token",
    "tell_operator",
    "tell_those_responsible",
    "token_access",
    "tokens",
]
