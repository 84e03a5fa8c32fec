"""What others may see of nodes, and what they give to the fleet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan
from conmuta_plan.node import NodeReport, NodeSettings, Stream
from conmuta_plan.operator import OPERATOR_PREFIX, OperatorPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records of one stream from one node, uncompressed; each number comes to a handler once."""

    node_id: int
    node: str
    stream: Stream
    number: int
    body: bytes


Renderer = Callable[[Scope], TenantPlan]
"""The plan of the scope's tenant, as it is in the database now."""

OperatorRenderer = Callable[[Scope], OperatorPlan]
"""The plan of the scope's operator, as it is in the database now."""

BatchHandler = Callable[[Scope, Batch], None]
"""Writes a batch's rows. Runs in the system's scope, in the transaction that takes the number;
what it raises refuses the batch, which then comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOnNode:
    """How far one unit's plan has come on one node. Revisions None: none yet.

    `tenant` is a tenant's slug, or `o-` and an operator's.
    """

    tenant: str
    title: str
    wanted: int | None
    in_force: int | None
    in_force_at: datetime | None
    refused: int | None
    reason: str
    problem: str
    """Why the server could not render the plan; "" where it could."""

    @property
    def is_operator(self) -> bool:
        return self.tenant.startswith(OPERATOR_PREFIX)

    @property
    def is_live(self) -> bool:
        return self.wanted is not None and self.in_force == self.wanted

    @property
    def is_refused(self) -> bool:
        return self.refused is not None and self.refused == self.wanted and not self.is_live


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayChanged:
    """A gateway of the scope's tenant or operator answers no more, is refused, or is back."""

    gateway: str
    node: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """`report` is the last one, None before the first."""

    id: int
    name: str
    settings: NodeSettings
    seen_at: datetime | None
    reported_at: datetime | None
    report: NodeReport | None
    tenants: tuple[TenantOnNode, ...]
