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
    boxes = tuple(line for which, box in _boxes(plan) for line in _mailbox(plan, which, box))
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
        yield Section(name=name, note="Agents: PIN, queues and penalties", lines=lines)


def _boxes(plan: TenantPlan) -> Iterator[tuple[str, Mailbox]]:
    """(mailbox or pattern, mailbox): where all extensions of a shape have one alike, one line."""
    boxes = voicemail.mailboxes(plan)
    plain = {box.number for box in boxes if prompt(plan, box.greeting) is None}
    shapes: dict[str, list[str]] = {}
    for each in plan.extensions:
        shapes.setdefault(names.shape(each.number), []).append(each.number)
    whole = {shape for shape, numbers in shapes.items() if shape and plain.issuperset(numbers)}
    told: set[str] = set()
    for box in boxes:
        shape = names.shape(box.number)
        which = shape if shape in whole and box.number in plain else box.number
        if which not in told:
            yield which, box
        told.add(which)


def _mailbox(plan: TenantPlan, which: str, box: Mailbox) -> tuple[str, ...]:
    greeting = prompt(plan, box.greeting)
    more = f",{greeting}" if greeting else ""
    number = "${EXTEN}" if which.startswith("_") else which
    return extension(which, f"Gosub(c-voicemail,{number},1({plan.tenant},${{ARG1}}{more}))")


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
    """PIN, then each queue with its penalty, as c-agent wants them."""
    queues = [f"{names.queue(plan.tenant, each.queue)}:{each.penalty}" for each in agent.queues]
    return extension(agent.number, f"Return({':'.join((agent.pin or '', *queues))})")
