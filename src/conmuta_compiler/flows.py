"""Flows as dialplan: one context per flow, one Asterisk extension per step."""

from collections.abc import Iterator

from conmuta_compiler.atoms import NAME
from conmuta_compiler.steps import kind_of, placed
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_compiler.steps.common.ways import entry, flow_context
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep


def render_flows(plan: TenantPlan) -> str:
    """The contexts `T-flow-FLOW` of all flows, and those that their steps need.

    Raises `FlowError`, whose text says which step cannot be compiled and why.
    """
    return "\n\n".join(_flow(plan, flow) for flow in plan.flows)


def queue_keys(plan: TenantPlan) -> dict[str, frozenset[str]]:
    """The keys by which flows let callers leave each queue."""
    keys: dict[str, set[str]] = {}
    for flow in plan.flows:
        for step in flow.steps:
            if step.kind == "queue":
                pressed = {e[4:] for e in step.exits if e.startswith("key:")}
                keys.setdefault(str(step.fields.get("queue")), set()).update(pressed)
    return {queue: frozenset(pressed) for queue, pressed in keys.items()}


def _flow(plan: TenantPlan, flow: Flow) -> str:
    check_names(flow)
    blocks = [(step, _block(plan, flow, step)) for step in flow.steps]
    title = " ".join(flow.title.split())
    head = [f"; Flow {flow.name}: {title}", f"[{flow_context(plan.tenant, flow.name)}]"]
    steps = [_render(flow, step, block) for step, block in blocks]
    contexts = [context for _, block in blocks for context in block.contexts]
    return "\n".join([*head, *steps, *_nowhere(flow)]) + "".join(f"\n\n{c}" for c in contexts)


def _nowhere(flow: Flow) -> Iterator[str]:
    """A flow without its first step ends each call."""
    if all(step.name != flow.start for step in flow.steps):
        yield "exten => start,1,Hangup()"


def _block(plan: TenantPlan, flow: Flow, step: FlowStep) -> Block:
    here = placed(plan, flow, step)
    kind = kind_of(step, flow.name)
    compiled = kind.compile(here)
    if kind.marks_step:
        compiled.lines.insert(0, ("", here.event("step", step.kind)))
    return compiled


def _render(flow: Flow, step: FlowStep, block: Block) -> str:
    return f"; step {step.name}: {step.kind}\n{block.render(entry(flow, step.name))}"


def check_names(flow: Flow) -> None:
    """Raises `FlowError` where the flow's own names do not hold together."""
    if not NAME.fullmatch(flow.name):
        raise FlowError(_bad_flow(flow))
    names = [step.name for step in flow.steps]
    for step in flow.steps:
        if not NAME.fullmatch(step.name) or names.count(step.name) > 1:
            raise FlowError(_bad_name(flow, step))
        _check_exits(flow, step, names)


def _check_exits(flow: Flow, step: FlowStep, names: list[str]) -> None:
    for name, to in step.exits.items():
        if to not in names:
            sentence = words(
                "The exit “{exit}” leads to “{to}”, which is no step of this flow.",
                "La salida «{exit}» lleva a «{to}», que no es un paso de este flujo.",
                exit=name,
                to=to,
            )
            raise FlowError(_finding("step.exit_nowhere", flow, step, sentence))


def _bad_flow(flow: Flow) -> Finding:
    sentence = words(
        "“{name}” cannot name a flow: use letters without accents, digits, “-” and “_”.",
        "«{name}» no puede nombrar un flujo: use letras sin acentos, dígitos, «-» y «_».",
        name=flow.name,
    )
    return Finding(
        code="flow.name", severity=Severity.ERROR, where=f"flow {flow.name}", words=sentence
    )


def _bad_name(flow: Flow, step: FlowStep) -> Finding:
    sentence = words(
        "“{name}” cannot name a step here: names are unique, of letters without accents, "
        "digits, “-” and “_”.",
        "«{name}» no puede nombrar un paso aquí: los nombres son únicos, de letras sin acentos, "
        "dígitos, «-» y «_».",
        name=step.name,
    )
    return _finding("step.name", flow, step, sentence)


def _finding(code: str, flow: Flow, step: FlowStep, sentence: Words) -> Finding:
    where = f"flow {flow.name}, step {step.name}"
    return Finding(code=code, severity=Severity.ERROR, where=where, words=sentence)
