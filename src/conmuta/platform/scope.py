"""Whose data this piece of work may see: one tenant's, one operator's, or the system's.

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
    """`tenant_id` and `operator_id` None: the whole installation. At most one of them is set.

    `actor` names who acts, as `kind:id`. An operator's scope sees what is the operator's own and
    which tenants it has; what a tenant has is seen in that tenant's scope alone.
    """

    tenant_id: int | None
    actor: str
    operator_id: int | None = None

    def __post_init__(self) -> None:
        if self.tenant_id is not None and self.operator_id is not None:
            raise ValueError("A scope is a tenant's or an operator's, never both.")

    @classmethod
    def for_tenant(cls, tenant_id: int, actor: str) -> "Scope":
        return cls(tenant_id, actor)

    @classmethod
    def for_operator(cls, operator_id: int, actor: str) -> "Scope":
        return cls(None, actor, operator_id)

    @classmethod
    def system(cls, actor: str) -> "Scope":
        return cls(None, actor)

    @property
    def is_system(self) -> bool:
        return self.tenant_id is None and self.operator_id is None

    @property
    def settings(self) -> tuple[str, str]:
        """PostgreSQL's `conmuta.tenant` and `conmuta.operator` while this scope is in force."""
        if self.is_system:
            return SYSTEM, NOBODY
        return _text(self.tenant_id), _text(self.operator_id)

    def covers(self, other: "Scope") -> bool:
        same = (self.tenant_id, self.operator_id) == (other.tenant_id, other.operator_id)
        return self.is_system or same

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


def settings_in_force() -> tuple[str, str]:
    """As `Scope.settings`, for the scope that holds now."""
    scope = _in_force.get()
    return (NOBODY, NOBODY) if scope is None else scope.settings


def _text(owner: int | None) -> str:
    return NOBODY if owner is None else str(owner)
