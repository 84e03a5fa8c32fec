"""What there is, by name or number, and what names what."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from conmuta.apps.queues import models
from conmuta.apps.queues.contracts import Agent, Queue, QueueMembership
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, Reference, declare
from conmuta.platform.scope import Scope

PROMPTS = ("entry_prompt", "periodic_prompt", "agent_prompt")


def _naming(*fields: str) -> Callable[[Queue], Iterator[Named]]:
    def pick(spec: Queue) -> Iterator[Named]:
        for name in fields:
            value = getattr(spec, name)
            if value is not None:
                yield (name,), value

    return pick


def _queues(spec: Agent) -> Iterator[Named]:
    for index, membership in enumerate(spec.queues):
        yield ("queues", str(index)), membership.queue


QUEUES = declare(
    Noun(
        "queues.queue",
        models.Queue,
        Queue,
        references={"department": Reference("extensions.department")},
        mentions=(
            Mention("callflow.prompt", _naming(*PROMPTS), later=True),
            Mention("callflow.music", _naming("music"), later=True),
        ),
    )
)
AGENTS = declare(
    Noun(
        "queues.agent",
        models.Agent,
        Agent,
        key="number",
        references={"extension": Reference("extensions.extension", "number")},
        mentions=(Mention("queues.queue", _queues),),
        secrets=frozenset({"pin"}),
        elsewhere=frozenset({"queues"}),
    )
)


def queues(scope: Scope) -> dict[str, Queue]:
    return nouns.load(scope, QUEUES)


def agents(scope: Scope) -> dict[str, Agent]:
    """Every agent with the queues that the agent serves: two queries."""
    rows = models.Membership.objects.within(scope).order_by("queue__name")
    served: dict[str, list[QueueMembership]] = {}
    for agent, queue, penalty in rows.values_list("agent__number", "queue__name", "penalty"):
        served.setdefault(agent, []).append(QueueMembership(queue=queue, penalty=penalty))
    found = nouns.load(scope, AGENTS)
    return {
        number: replace(agent, queues=tuple(served.get(number, ())))
        for number, agent in found.items()
    }
