"""What queues and agents must look like. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from conmuta.apps.queues.contracts import Agent, Queue
from conmuta.platform.forms import dialled, named, pin_faults, range_faults, title_faults
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said

DAY = 86_400
RANGES = {
    "ring_seconds": (1, 600),
    "retry_seconds": (0, 600),
    "wrap_up_seconds": (0, 3600),
    "max_callers": (0, 10_000),
    "max_wait_seconds": (0, DAY),
    "weight": (0, 1000),
    "periodic_seconds": (5, 3600),
    "announce_seconds": (10, 3600),
    "service_level_seconds": (1, 3600),
}


def queue_faults(queue: Queue) -> Iterator[Fault]:
    """What is wrong in a queue."""
    yield from named("name", queue.name)
    yield from title_faults("title", queue.title)
    yield from dialled("number", queue.number)
    yield from range_faults(queue, RANGES)


def agent_faults(agent: Agent) -> Iterator[Fault]:
    """What is wrong in an agent."""
    yield from dialled("number", agent.number)
    yield from title_faults("name", agent.name)
    yield from pin_faults("pin", agent.pin)
    seen = set()
    for index, membership in enumerate(agent.queues):
        if membership.queue in seen:
            sentence = said("`{queue}` is named twice; keep one.", queue=membership.queue)
            yield Fault(("queues", str(index)), sentence)
        seen.add(membership.queue)
        for fault in range_faults(membership, {"penalty": (0, 100)}):
            yield Fault(("queues", str(index), *fault.path), fault.sentence)


def in_order(agent: Agent) -> Agent:
    """`agent` with the queues by name, so that equal agents are equal values."""
    return replace(agent, queues=tuple(sorted(agent.queues, key=lambda item: item.queue)))
