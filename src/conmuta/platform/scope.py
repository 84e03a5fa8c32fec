"""Whose data this piece of work may see: one tenant's, or the system's.

The scope in force travels with the context (threads and tasks started through asgiref keep it)
and is told to PostgreSQL before each query by `conmuta.platform.postgres`, where row-level
security holds to it. No scope in force: no rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

SYSTEM: Final = "*"
NOBODY: Final = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """`tenant_id` None: the whole installation. `actor` names who acts, as `kind:id`."""

    tenant_id: int | None
    actor: str

    @classmethod
    def for_tenant(cls, tenant_id: int, actor: str) -> "Scope":
        return cls(tenant_id, actor)

    @classmethod
    def system(cls, actor: str) -> "Scope":
        return cls(None, actor)

    @property
    def is_system(self) -> bool:
        return self.tenant_id is None

    @property
    def setting(self) -> str:
        """The value of PostgreSQL's `conmuta.tenant` while this scope is in force."""
        return SYSTEM if self.tenant_id is None else str(self.tenant_id)

    def covers(self, other: "Scope") -> bool:
        return self.is_system or self.tenant_id == other.tenant_id

    @contextmanager
    def active(self) -> Iterator["Scope"]:
        """Puts this scope in force for the block."""
        token = _in_force.set(self)
        try:
            yield self
        finally:
            _in_force.reset(token)


_in_force: ContextVar[Scope | None] = ContextVar("conmuta_scope", default=None)


def in_force() -> Scope | None:
    """The scope that holds now; None: nothing of any tenant may be seen."""
    return _in_force.get()


def setting_in_force() -> str:
    scope = _in_force.get()
    return NOBODY if scope is None else scope.setting
