"""Queues and agents, as others may see them."""

from dataclasses import dataclass

from conmuta_plan import queues
from conmuta_plan.queues import Agent, QueueMembership, Strategy

__all__ = ["Agent", "Queue", "QueueMembership", "Strategy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(queues.Queue):
    """A queue, and the department whose it is."""

    department: str | None = None
