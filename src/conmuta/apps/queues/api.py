"""The door of queues."""

from typing import Any

from conmuta.apps.queues import queries
from conmuta.apps.queues.actions import remove_agents, remove_queues, save_agents, save_queues
from conmuta.apps.queues.queries import AGENTS, QUEUES, agents, queues
from conmuta.apps.queues.rules import agent_faults, in_order, queue_faults
from conmuta.platform.nouns import as_plans
from conmuta.platform.scope import Scope
from conmuta_plan.queues import Agent, Queue

__all__ = [
    "AGENTS",
    "QUEUES",
    "agent_faults",
    "agents",
    "in_order",
    "plan_part",
    "queue_faults",
    "queues",
    "remove_agents",
    "remove_queues",
    "save_agents",
    "save_queues",
]


def plan_part(scope: Scope) -> dict[str, Any]:
    """Queues and agents, as keyword arguments of `TenantPlan`: three queries."""
    return {
        "queues": as_plans(Queue, queries.queues(scope)),
        "agents": as_plans(Agent, queries.agents(scope)),
    }
