"""The database connection. `conmuta.tenant` and `conmuta.operator` are settled before each query
that needs them anew.

The settings are the session's, so this costs a round trip only when the scope changes. A rollback
takes back a setting made inside it, and a pooled connection comes with a stranger's: after
both the next query settles it again.
"""

from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from conmuta.platform import scope

_SETTLE = (
    "SELECT set_config('conmuta.tenant', %s, false), set_config('conmuta.operator', %s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that never runs a query under another scope than the one in force."""

    _settled: tuple[str, str] | None = None
    _is_bound: ClassVar[bool] = False
    """Whether this process has seen that its role is bound by row-level security."""

    def connect(self) -> None:
        super().connect()
        if not DatabaseWrapper._is_bound:
            self._refuse_unbound_role()

    def _refuse_unbound_role(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            is_unbound = cursor.fetchone()[0]
        if is_unbound:
            self.close()
            raise ImproperlyConfigured(
                "The database role is a superuser or has BYPASSRLS, so nothing would keep the "
                "companies apart. Give the server an ordinary role that owns the database."
            )
        DatabaseWrapper._is_bound = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._settled = None
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        self._settle()
        return super().create_cursor(name)

    def _settle(self) -> None:
        wanted = scope.settings_in_force()
        if wanted == self._settled:
            return
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_SETTLE, wanted)
        self._settled = wanted

    def _rollback(self) -> None:
        self._settled = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._settled = None
