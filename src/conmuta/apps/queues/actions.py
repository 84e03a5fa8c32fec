"""Verbs on queues and agents. Each returns what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from conmuta.apps.extensions import api as extensions
from conmuta.apps.fleet import api as fleet
from conmuta.apps.queues import queries, rules
from conmuta.apps.queues.contracts import Agent, Queue
from conmuta.apps.queues.models import Agent as AgentRow
from conmuta.apps.queues.models import Membership
from conmuta.apps.queues.models import Queue as QueueRow
from conmuta.platform import nouns
from conmuta.platform.nouns import Change, UnknownName
from conmuta.platform.scope import Scope


@transaction.atomic
def save_queues(scope: Scope, queues: Sequence[Queue]) -> list[Change[Queue]]:
    """Makes or changes queues. Raises `NumberInUse` where a queue's number rings something."""
    nouns.refuse(queries.QUEUES, queues, rules.queue_faults)
    return _taken(scope, nouns.put(scope, queries.QUEUES, queues))


@transaction.atomic
def remove_queues(scope: Scope, names: Sequence[str]) -> list[Change[Queue]]:
    """Removes queues that no agent serves and no flow, number or rule names."""
    return _taken(scope, nouns.remove(scope, queries.QUEUES, names))


def _taken(scope: Scope, changes: list[Change[Queue]]) -> list[Change[Queue]]:
    numbers = {
        (change.before.number if change.before else None)
        != (change.after.number if change.after else None)
        for change in changes
    }
    if True in numbers:
        held = {
            queue.number: queue.name for queue in queries.queues(scope).values() if queue.number
        }
        extensions.take_numbers(scope, queries.QUEUES.name, held)
    return fleet.touched(scope, changes)


@transaction.atomic
def save_agents(scope: Scope, agents: Sequence[Agent]) -> list[Change[Agent]]:
    """Makes or changes agents and the queues that they serve."""
    nouns.refuse(queries.AGENTS, agents, rules.agent_faults)
    nouns.lock(scope)
    before = queries.agents(scope)
    wanted = [rules.in_order(agent) for agent in agents]
    rows = nouns.put(scope, queries.AGENTS, [replace(a, queues=()) for a in wanted], noted=False)
    moved = [agent for agent in wanted if _queues(before.get(agent.number)) != agent.queues]
    _serve(scope, moved)
    changed = {change.key for change in rows} | {agent.number for agent in moved}
    after = queries.agents(scope) if changed else before
    found = [Change(number, before.get(number), after[number]) for number in sorted(changed)]
    nouns.note(scope, queries.AGENTS, found)
    return fleet.touched(scope, found)


def _queues(agent: Agent | None) -> tuple[object, ...]:
    return agent.queues if agent else ()


def _serve(scope: Scope, agents: Sequence[Agent]) -> None:
    """Makes the memberships of these agents what the agents say: four statements."""
    if not agents:
        return
    numbers = [agent.number for agent in agents]
    people = nouns.ids(scope, AgentRow, "number", numbers)
    served = {membership.queue for agent in agents for membership in agent.queues}
    known = nouns.ids(scope, QueueRow, "name", served)
    Membership.objects.within(scope).filter(agent_id__in=people.values()).delete()
    rows = [
        Membership(
            agent_id=people[agent.number],
            queue_id=_known(known, agent, membership.queue),
            penalty=membership.penalty,
        )
        for agent in agents
        for membership in agent.queues
    ]
    Membership.objects.within(scope).bulk_create(rows)


def _known(known: Mapping[str, int], agent: Agent, queue: str) -> int:
    if queue not in known:
        raise UnknownName(noun="agent", name=agent.number, what="queue", missing=queue)
    return known[queue]


@transaction.atomic
def remove_agents(scope: Scope, numbers: Sequence[str]) -> list[Change[Agent]]:
    """Removes agents; the queues ring them no more."""
    return fleet.touched(scope, nouns.remove(scope, queries.AGENTS, numbers))
