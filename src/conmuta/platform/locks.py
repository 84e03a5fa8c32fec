"""Advisory locks that a transaction holds to its end."""

from django.db import connection

from conmuta.platform.scope import Scope

_TENANTS, _NAMES, _OPERATORS = 0x636F, 0x6370, 0x6371
"""The classes of our locks, apart from others' of the same database."""


def lock(scope: Scope) -> None:
    """Waits until no other transaction changes this tenant or this operator, and keeps others
    waiting."""
    held = [_TENANTS, scope.tenant_id or 0]
    if scope.operator_id is not None:
        held = [_OPERATORS, scope.operator_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", held)


def lock_name(name: str) -> None:
    """The same for something that has no tenant yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_NAMES, name])
