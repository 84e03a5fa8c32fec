"""Programs' keys: each opens its owner's data alone, until it is revoked or over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.errors import (
    NoSuchToken,
    TokenNameTaken,
    TokenNotValid,
    TokenUnknown,
)
from conmuta.apps.identity.models import ApiToken
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

Scopes = tuple[Scope, Scope]


def test_a_tokens_scope_is_its_owners(two_tenants: Scopes, two_operators: Scopes) -> None:
    for owner in (two_tenants[0], two_operators[0], Scope.system("test")):
        with owner.active():
            raw = identity.create_token(owner, "crm", ["calls:read", "calls:read"])
        opened = identity.token_access(raw)
        same = (opened.scope.tenant_id, opened.scope.operator_id)
        assert same == (owner.tenant_id, owner.operator_id)
        assert opened.scopes == {"calls:read"}
        assert opened.scope.actor == opened.subject


def test_what_it_opens_is_not_its_neighbours(two_tenants: Scopes) -> None:
    with two_tenants[0].active() as alpha:
        opened = identity.token_access(identity.create_token(alpha, "crm", ["*"]))
    with opened.scope.active() as scope:
        assert [tenant.slug for tenant in tenancy.tenants(scope)] == ["alpha"]


def test_a_token_is_nowhere_in_the_database(alpha: Scope) -> None:
    raw = identity.create_token(alpha, "crm", ["calls:read"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM identity_apitoken t")
        [(row,)] = cursor.fetchall()
        cursor.execute("SELECT to_jsonb(t)::text FROM platform_auditentry t")
        noted = " ".join(text for (text,) in cursor.fetchall())
    assert raw[4:] not in row + noted
    assert identity.tokens(alpha)[0].prefix == raw[:12]


@pytest.mark.parametrize("raw", ["", "cmt_", "cmt_nobody", "cnode_x", "'; DROP TABLE x; --"])
def test_a_strangers_token_opens_nothing(db: None, raw: str) -> None:
    with pytest.raises(TokenUnknown):
        identity.token_access(raw)


def test_a_revoked_token_opens_nothing_and_its_name_is_free(alpha: Scope) -> None:
    raw = identity.create_token(alpha, "crm", ["calls:read"])
    with pytest.raises(TokenNameTaken):
        identity.create_token(alpha, "crm", ["*"])
    identity.revoke_token(alpha, "crm")
    with pytest.raises(TokenUnknown):
        identity.token_access(raw)
    assert identity.tokens(alpha) == []
    identity.create_token(alpha, "crm", ["calls:read"])
    verbs = [e.verb for e in AuditEntry.objects.within(alpha).order_by("pk")][-3:]
    assert verbs == ["created", "revoked", "created"]


def test_a_token_that_is_over_opens_nothing(alpha: Scope) -> None:
    raw = identity.create_token(alpha, "crm", ["*"], timezone.now() + timedelta(hours=1))
    assert identity.token_access(raw).scopes == {"*"}
    ApiToken.objects.within(alpha).update(expires_at=timezone.now())
    with pytest.raises(TokenUnknown):
        identity.token_access(raw)


def test_its_last_use_is_seen(alpha: Scope) -> None:
    raw = identity.create_token(alpha, "crm", ["*"])
    assert identity.tokens(alpha)[0].used_at is None
    identity.token_access(raw)
    assert identity.tokens(alpha)[0].used_at is not None


@pytest.mark.parametrize("scopes", [[], ["calls"], ["calls:all"], ["CALLS:read"], ["a:read\n"]])
def test_a_scope_that_is_none(alpha: Scope, scopes: list[str]) -> None:
    with pytest.raises(TokenNotValid, match="cannot be made"):
        identity.create_token(alpha, "crm", scopes)


def test_nobody_sees_or_revokes_anothers(two_tenants: Scopes, two_operators: Scopes) -> None:
    owners = [*two_tenants, *two_operators, Scope.system("test")]
    for owner in owners:
        with owner.active():
            identity.create_token(owner, f"of {owner.tenant_id}-{owner.operator_id}", ["*"])
    for owner in owners:
        with owner.active():
            [own] = identity.tokens(owner)
            assert own.name == f"of {owner.tenant_id}-{owner.operator_id}"
            for other in owners:
                if other is not owner:
                    name = f"of {other.tenant_id}-{other.operator_id}"
                    with pytest.raises(NoSuchToken):
                        identity.revoke_token(owner, name)
            if not owner.is_system:
                assert ApiToken.guarded.count() == 1
