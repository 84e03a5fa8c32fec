"""T-voicemail, T-queue, T-queue-keys-NAME and T-agents."""

from collections.abc import Iterator

from conmuta_compiler import names, recording
from conmuta_compiler.files import voicemail
from conmuta_compiler.files.queues import prompt
from conmuta_compiler.flows import queue_keys
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Direction
from conmuta_plan.people import Mailbox
from conmuta_plan.queues import Agent, Queue

FOR_AN_INSTANT = "0.1"
"""Seconds that a key may come after the entry prompt's end."""


def contexts(plan: TenantPlan) -> Iterator[Section]:
    boxes = tuple(line for box in voicemail.mailboxes(plan) for line in _mailbox(plan, box))
    name = names.context(plan.tenant, "voicemail")
    yield Section(name=name, note="Leaving a message: (why)", lines=boxes)
    if plan.queues:
        yield _queues(plan)
        keys = queue_keys(plan)
        for queue in plan.queues:
            yield _keys(plan, queue, keys.get(queue.name, frozenset()))
    if plan.agents:
        lines = tuple(line for agent in plan.agents for line in _agent(plan, agent))
        name = names.context(plan.tenant, "agents")
        yield Section(name=name, note="Agents: (what, telephone)", lines=lines)


def _mailbox(plan: TenantPlan, box: Mailbox) -> tuple[str, ...]:
    greeting = prompt(plan, box.greeting)
    more = f",{greeting}" if greeting else ""
    return extension(
        box.number, f"Gosub(c-voicemail,{box.number},1({plan.tenant},${{ARG1}}{more}))"
    )


def _queues(plan: TenantPlan) -> Section:
    lines = [line for queue in plan.queues for line in _queue(plan, queue)]
    ended = "${IF(${LEN(${ABANDONED})}?abandoned:answered)}"
    lines += extension(
        "h", f"ExecIf(${{LEN(${{queue}})}}?CELGenUserEvent(queue,${{queue}}|{ended}))"
    )
    name = names.context(plan.tenant, "queue")
    return Section(name=name, note="Waiting in a queue: (flow, step)", lines=tuple(lines))


def _queue(plan: TenantPlan, queue: Queue) -> tuple[str, ...]:
    """Answers, greets, waits; RESULT tells how it ended."""
    name = names.queue(plan.tenant, queue.name)
    announce = prompt(plan, queue.agent_prompt) or ""
    return extension(
        queue.name,
        "Answer()",
        *_greeting(plan, queue),
        *_recording(plan, queue),
        f"Set(LOCAL(queue)={queue.name})",
        f"Queue({name},tci,,{announce},{queue.max_wait_seconds or ''})",
        "Set(LOCAL(queue)=)",
        "Set(RESULT=${c_queue_${QUEUESTATUS}})",
        f"CELGenUserEvent(queue,{queue.name}|${{RESULT}})",
        "Return()",
    )


def _greeting(plan: TenantPlan, queue: Queue) -> Iterator[str]:
    """The entry prompt; a key that leaves the queue leaves it here too."""
    greeting = prompt(plan, queue.entry_prompt)
    if not greeting:
        return
    keys = names.context(plan.tenant, "queue-keys", queue.name)
    yield f"Read(key,{greeting},1,,1,{FOR_AN_INSTANT})"
    pressed = "${IF(${LEN(${key})}?${key}:none)}"
    yield f"GotoIf(${{DIALPLAN_EXISTS({keys},{pressed},1)}}?{keys},${{key}},1)"


def _recording(plan: TenantPlan, queue: Queue) -> Iterator[str]:
    is_inside = '$["${TRANSFER_CONTEXT}"!="c-nowhere"]'
    from_outside = recording.of_queue(plan, queue, Direction.IN)
    from_inside = recording.of_queue(plan, queue, Direction.INTERNAL)
    if from_outside:
        yield f"GosubIf({is_inside}?:c-record,far,1({plan.tenant}))"
    if from_inside:
        yield f"GosubIf({is_inside}?c-record,near,1({plan.tenant}))"


def _keys(plan: TenantPlan, queue: Queue, keys: frozenset[str]) -> Section:
    """Keys pressed while waiting: back to the flow's step, which has an exit for each."""
    lines = tuple(
        line
        for key in sorted(keys)
        for line in extension(
            key,
            f"CELGenUserEvent(queue,{queue.name}|key:{key})",
            f"Set(RESULT=key:{key})",
            "Return()",
        )
    )
    name = names.context(plan.tenant, "queue-keys", queue.name)
    return Section(name=name, note=f"Keys while waiting in {queue.name}", lines=lines)


def _agent(plan: TenantPlan, agent: Agent) -> tuple[str, ...]:
    queues = [names.queue(plan.tenant, each.queue) for each in agent.queues]
    penalties = [each.penalty for each in agent.queues]
    joins = [
        f"AddQueueMember({queue},${{ARG2}},{penalty},,{agent.number},${{ARG2}})"
        for queue, penalty in zip(queues, penalties, strict=True)
    ]
    return extension(
        agent.number,
        "Goto(${ARG1})",
        f"(pin)Return({agent.pin or ''})",
        *_labelled("in", joins),
        *_labelled("out", [f"RemoveQueueMember({queue},${{ARG2}})" for queue in queues]),
        *_labelled("pause", [f"PauseQueueMember({queue},${{ARG2}})" for queue in queues]),
        *_labelled("unpause", [f"UnpauseQueueMember({queue},${{ARG2}})" for queue in queues]),
    )


def _labelled(label: str, steps: list[str]) -> list[str]:
    first, *others = [*steps, "Return()"]
    return [f"({label}){first}", *others]
