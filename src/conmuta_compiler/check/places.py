"""Checks of what calls arrive at: numbers, queues, reception."""

from collections.abc import Iterator

from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.people import extension_numbers, mailbox_numbers
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Target, TargetKind


def check_places(plan: TenantPlan) -> Iterator[Finding]:
    yield from _numbers(plan)
    yield from _queues(plan)
    yield from _agents(plan)
    yield from _reception(plan)
    yield from _extensions(plan)


def _numbers(plan: TenantPlan) -> Iterator[Finding]:
    known = {
        TargetKind.FLOW: {flow.name for flow in plan.flows},
        TargetKind.EXTENSION: extension_numbers(plan),
        TargetKind.QUEUE: {queue.name for queue in plan.queues},
        TargetKind.CONFERENCE: {room.number for room in plan.conferences},
        TargetKind.MAILBOX: mailbox_numbers(plan),
    }
    for number in plan.numbers:
        if number.target.name not in known[number.target.kind]:
            sentence = _nowhere(number.target)
            yield _error("number.nowhere", f"number {number.number}", sentence)


def _queues(plan: TenantPlan) -> Iterator[Finding]:
    served = {membership.queue for agent in plan.agents for membership in agent.queues}
    prompts = {prompt.name for prompt in plan.prompts}
    for queue in plan.queues:
        where = f"queue {queue.name}"
        if queue.name not in served:
            yield _error("queue.no_agents", where, _no_agents())
        for prompt in (queue.entry_prompt, queue.periodic_prompt, queue.agent_prompt):
            if prompt and prompt not in prompts:
                yield _error("prompt.missing", where, _no_prompt(prompt))


def _agents(plan: TenantPlan) -> Iterator[Finding]:
    extensions = extension_numbers(plan)
    queues = {queue.name for queue in plan.queues}
    for agent in plan.agents:
        where = f"agent {agent.number}"
        if agent.extension not in extensions:
            yield _error("agent.no_extension", where, _no_extension(agent.extension))
        for membership in agent.queues:
            if membership.queue not in queues:
                yield _error("agent.no_queue", where, _no_queue(membership.queue))


def _reception(plan: TenantPlan) -> Iterator[Finding]:
    flows = {flow.name for flow in plan.flows}
    for name in ("no_answer", "busy", "unavailable", "invalid"):
        flow = getattr(plan.reception, name)
        if flow and flow not in flows:
            yield _error("reception.nowhere", "reception", _no_flow(flow))


def _extensions(plan: TenantPlan) -> Iterator[Finding]:
    known = {each.name for each in plan.classes} | {"internal", "emergency"}
    for extension in plan.extensions:
        for name in extension.classes:
            if name not in known:
                yield _error("extension.class", f"extension {extension.number}", _no_class(name))
    for name in plan.flow_classes:
        if name not in known:
            yield _error("flows.class", "flows' call classes", _no_class(name))


def _error(code: str, where: str, sentence: Words) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, where=where, words=sentence)


def _nowhere(target: Target) -> Words:
    return words(
        "The number rings at {kind} “{name}”, which does not exist. Choose where it goes.",
        "El número va a {kind} «{name}», que no existe. Elija a dónde va.",
        kind=target.kind.value,
        name=target.name,
    )


def _no_agents() -> Words:
    return words(
        "No agent serves this queue: its callers wait for nobody. Give it agents.",
        "Ningún agente atiende esta cola: quien llama espera en vano. Asígnele agentes.",
    )


def _no_prompt(prompt: str) -> Words:
    return words(
        "The prompt “{name}” does not exist. Record it, or write its text.",
        "No existe el mensaje «{name}». Grábelo o escriba su texto.",
        name=prompt,
    )


def _no_extension(number: str) -> Words:
    return words(
        "The extension {n} does not exist. Choose where this agent rings.",
        "No existe la extensión {n}. Elija dónde suena este agente.",
        n=number,
    )


def _no_queue(name: str) -> Words:
    return words(
        "The queue “{name}” does not exist. Create it, or take the agent out of it.",
        "No existe la cola «{name}». Créela o quite de ella al agente.",
        name=name,
    )


def _no_flow(name: str) -> Words:
    return words(
        "The flow “{name}” does not exist. Choose one that does.",
        "No existe el flujo «{name}». Elija uno que exista.",
        name=name,
    )


def _no_class(name: str) -> Words:
    return words(
        "The call class “{name}” does not exist. Create it, or take it away here.",
        "No existe la clase de llamada «{name}». Créela o quítela de aquí.",
        name=name,
    )
