"""Queues and the agents who serve them."""

from dataclasses import dataclass
from enum import StrEnum


class Strategy(StrEnum):
    """Who rings next; app_queue's own names."""

    RINGALL = "ringall"
    RRMEMORY = "rrmemory"
    LEASTRECENT = "leastrecent"
    FEWESTCALLS = "fewestcalls"
    RANDOM = "random"
    LINEAR = "linear"
    WRANDOM = "wrandom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Times in seconds. Prompts by name. Keys pressed while waiting leave by the step's exits."""

    name: str
    title: str
    strategy: Strategy = Strategy.RRMEMORY
    number: str | None = None
    """Dialled inside the company to enter the queue, if any."""
    music: str | None = None
    ring_seconds: int = 20
    retry_seconds: int = 2
    wrap_up_seconds: int = 0
    max_callers: int = 0
    """0: no limit."""
    max_wait_seconds: int = 0
    """0: no limit."""
    weight: int = 0
    entry_prompt: str | None = None
    periodic_prompt: str | None = None
    periodic_seconds: int = 45
    announce_position: bool = False
    announce_wait: bool = False
    announce_seconds: int = 45
    agent_prompt: str | None = None
    service_level_seconds: int = 20
    enter_without_agents: bool = True
    leave_without_agents: bool = False
    auto_pause: bool = False
    record: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMembership:
    queue: str
    penalty: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who signs in from a telephone with `number` (and `pin`, where it has one).

    `extension` is where the agent rings unless signed in elsewhere. `always_signed_in` members
    need no sign-in.
    """

    number: str
    name: str
    extension: str
    pin: str | None = None
    always_signed_in: bool = False
    queues: tuple[QueueMembership, ...] = ()
