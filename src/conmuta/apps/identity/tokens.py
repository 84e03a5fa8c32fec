"""API tokens: made, used, revoked."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from conmuta.apps.identity.contracts import TokenAccess, TokenView
from conmuta.apps.identity.errors import (
    NoSuchToken,
    TokenNameTaken,
    TokenNotValid,
    TokenUnknown,
)
from conmuta.apps.identity.models import ApiToken
from conmuta.apps.identity.places import note_token_place
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit, nouns
from conmuta.platform.forms import title_faults
from conmuta.platform.scope import Scope

BEGINNING = "cmt_"
SHOWN = 12
"""Characters of a token that people see: enough to tell it from others."""
SCOPE = re.compile(r"\*|(\*|[a-z][a-z0-9_-]{0,39}):(read|write|\*)")
_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    scope: Scope, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> str:
    """Makes a token for the owner of `scope` and gives it; it cannot be read again."""
    _check(name, scopes, expires_at)
    if scope.tenant_id is not None:
        tenancy.require_service(scope, tenancy.Service.API)
    nouns.lock(scope)
    if _living(scope).filter(name=name).exists():
        raise TokenNameTaken(name=name)
    raw = BEGINNING + secrets.token_urlsafe(32)
    row = ApiToken.guarded.create(
        tenant_id=scope.tenant_id,
        operator_id=scope.operator_id,
        name=name,
        prefix=raw[:SHOWN],
        sha256=_digest(raw),
        scopes=sorted(set(scopes)),
        created_by=scope.actor,
        expires_at=expires_at,
    )
    after = {"scopes": row.scopes, "expires_at": expires_at, "prefix": row.prefix}
    audit.record(scope, "created", f"identity.api_token:{name}", after=after)
    return raw


@transaction.atomic
def revoke_token(scope: Scope, name: str) -> None:
    """The token opens nothing from now on."""
    row = _living(scope).select_for_update().filter(name=name).first()
    if row is None:
        raise NoSuchToken(name=name)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    audit.record(scope, "revoked", f"identity.api_token:{name}")


def tokens(scope: Scope) -> list[TokenView]:
    """The tokens of the owner of `scope` that are not revoked; the system's: the platform's."""
    return [_view(row) for row in _living(scope).order_by("name")]


def token_access(raw: str, address: str = "") -> TokenAccess:
    """What a token opens, for a program at `address`. Raises `TokenUnknown` (never was, revoked
    or expired), or `ServiceOff` where its company may not have programs any more."""
    if not raw.startswith(BEGINNING):
        raise TokenUnknown
    with Scope.system("system:tokens").active() as system:
        now = timezone.now()
        rows = ApiToken.objects.within(system).filter(sha256=_digest(raw), revoked_at=None)
        row = rows.filter(Q(expires_at=None) | Q(expires_at__gt=now)).first()
        if row is None:
            raise TokenUnknown
        if row.used_at is None or now - row.used_at > _NOTED_EVERY:
            rows.update(used_at=now)
        note_token_place(system, row, address)
    subject = f"token:{row.pk}"
    scope = Scope(row.tenant_id, subject, row.operator_id)
    if scope.tenant_id is not None:
        with scope.active():
            tenancy.require_service(scope, tenancy.Service.API)
    return TokenAccess(
        scope=scope,
        scopes=frozenset(row.scopes),
        subject=subject,
    )


def _check(name: str, scopes: Collection[str], expires_at: datetime | None) -> None:
    reasons = [f"its name {fault.sentence}" for fault in title_faults("name", name)]
    reasons += [
        f"`{wanted}` is no scope; say `noun:read`, `noun:write` or `*`."
        for wanted in scopes
        if not SCOPE.fullmatch(wanted)
    ]
    if not scopes:
        reasons.append("name what it may do, such as `calls:read`.")
    if expires_at is not None and expires_at <= timezone.now():
        reasons.append("it would be over already.")
    if reasons:
        raise TokenNotValid(name=name, reason=" ".join(reasons))


def _living(scope: Scope) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.within(scope).filter(revoked_at=None)
    owner = {"tenant_id": scope.tenant_id, "operator_id": scope.operator_id}
    return rows.filter(**owner)


def _digest(raw: str) -> str:
    """Tokens are 256 random bits: one round of SHA-256 keeps them."""
    return hashlib.sha256(raw.encode()).hexdigest()


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
