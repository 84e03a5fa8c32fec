"""A tenant never sees another's rows, whichever way it asks."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

from conmuta.apps.tenancy.models import Tenant
from conmuta.local.postgres import PostgresCluster
from conmuta.platform.models import UnscopedQuery, tenant_models
from conmuta.platform.postgres.base import DatabaseWrapper
from conmuta.platform.scope import Scope
from conmuta.wiring.database import database_settings


def test_a_query_without_scope_is_refused(db: None) -> None:
    with pytest.raises(UnscopedQuery):
        Tenant.objects.all()


def test_a_scope_that_is_not_in_force_is_refused(two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    with alpha.active(), pytest.raises(UnscopedQuery):
        Tenant.objects.within(beta)


def test_raw_sql_sees_only_the_tenant_in_force(two_tenants: tuple[Scope, Scope]) -> None:
    for scope, slug in zip(two_tenants, ("alpha", "beta"), strict=True):
        with scope.active():
            assert _slugs_by_sql() == [slug]
    assert _slugs_by_sql() == []
    with Scope.system("test").active():
        assert _slugs_by_sql() == ["alpha", "beta"]


def test_raw_sql_cannot_write_into_another_tenant(two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    with alpha.active(), connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_tenant SET title = 'x' WHERE id = %s", [beta.tenant_id])
        assert cursor.rowcount == 0
    with alpha.active(), pytest.raises(DatabaseError), transaction.atomic():
        _profile_by_sql(beta)
    with alpha.active(), transaction.atomic():
        _profile_by_sql(alpha)


def test_a_rollback_does_not_leave_the_wrong_tenant_in_force(
    two_tenants: tuple[Scope, Scope],
) -> None:
    alpha, beta = two_tenants
    with alpha.active():
        assert _slugs_by_sql() == ["alpha"]
    with beta.active(), pytest.raises(DatabaseError):
        _write_in_a_transaction(alpha)
    with beta.active():
        assert _slugs_by_sql() == ["beta"]


def test_every_table_of_a_tenant_has_forced_row_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity "
            "AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        secured = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attname = 'tenant_id' "
            "AND c.relkind IN ('r', 'p') AND n.nspname = 'public' AND NOT a.attisdropped"
        )
        with_tenant = {name for (name,) in cursor.fetchall()}
    assert with_tenant - secured == set()
    assert {model._meta.db_table for model in tenant_models()} - secured == set()


def test_the_role_cannot_step_over_row_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def _slugs_by_sql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM tenancy_tenant ORDER BY slug")
        return [slug for (slug,) in cursor.fetchall()]


@transaction.atomic
def _write_in_a_transaction(scope: Scope) -> None:
    assert _slugs_by_sql() == ["beta"]
    _profile_by_sql(scope)


def _profile_by_sql(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_accessprofile (tenant_id, name, permissions) "
            "VALUES (%s, 'Intruder', '[]')",
            [scope.tenant_id],
        )


def test_the_server_refuses_a_role_that_row_security_does_not_bind(
    transactional_db: None, postgres_cluster: PostgresCluster
) -> None:
    superuser = database_settings(postgres_cluster.url("postgres", "postgres"))
    wrapper = DatabaseWrapper({**connection.settings_dict, **superuser}, alias="superuser")
    bound = DatabaseWrapper._is_bound
    DatabaseWrapper._is_bound = False
    try:
        with pytest.raises(ImproperlyConfigured, match="superuser"):
            wrapper.connect()
    finally:
        DatabaseWrapper._is_bound = bound
        wrapper.close()
