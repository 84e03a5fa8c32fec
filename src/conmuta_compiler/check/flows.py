"""Checks of one flow: names, exits, steps that nobody reaches, and each step's own."""

from collections.abc import Iterator
from typing import Any

from conmuta_compiler.flows import check_names
from conmuta_compiler.steps import kind_of, placed
from conmuta_compiler.steps.common.findings import Finding, FlowError, Severity
from conmuta_compiler.steps.common.kind import Placed
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow


def check_flow(plan: TenantPlan, flow: Flow) -> Iterator[Finding]:
    try:
        check_names(flow)
    except FlowError as refused:
        yield refused.finding
    yield from _start(flow)
    for step in flow.steps:
        try:
            here = placed(plan, flow, step)
        except FlowError as refused:
            yield refused.finding
            continue
        yield from kind_of(step).check(here)
        yield from _exits(here)


def _start(flow: Flow) -> Iterator[Finding]:
    names = {step.name for step in flow.steps}
    where = f"flow {flow.name}"
    if flow.start not in names:
        yield Finding(
            code="flow.start", severity=Severity.ERROR, where=where, words=_no_start(flow.start)
        )
        return
    for name in sorted(names - reached(flow)):
        yield Finding(
            code="step.unreachable",
            severity=Severity.WARNING,
            where=f"{where}, step {name}",
            words=_unreachable(),
        )


def reached(flow: Flow) -> set[str]:
    """The steps to which a call can come."""
    steps = {step.name: step for step in flow.steps}
    seen: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in steps and name not in seen:
            seen.add(name)
            ahead += list(steps[name].exits.values())
    return seen


def _exits(here: Placed[Any]) -> Iterator[Finding]:
    kind = kind_of(here.step)
    known = {each.name: each for each in kind.exits(here.fields, here.plan)}
    for name, way in known.items():
        if way.required and not here.leads(name):
            yield here.finding("step.dead_end", Severity.WARNING, _dead_end(name))
    for name in here.step.exits:
        if name not in known and not (kind.free_exits and kind.free_exits.fullmatch(name)):
            yield here.finding("step.exit_unknown", Severity.ERROR, _unknown(name, list(known)))


def _no_start(name: str) -> Words:
    return words(
        "The flow begins at “{name}”, which is none of its steps: calls end at once. "
        "Choose its first step.",
        "El flujo comienza en «{name}», que no es uno de sus pasos: las llamadas terminan "
        "enseguida. Elija su primer paso.",
        name=name,
    )


def _unreachable() -> Words:
    return words(
        "No way leads to this step. Lead an exit to it, or remove it.",
        "Ningún camino lleva a este paso. Lleve una salida a él o quítelo.",
    )


def _dead_end(name: str) -> Words:
    return words(
        "The exit “{exit}” leads nowhere: there the call is cut. Lead it to a step.",
        "La salida «{exit}» no lleva a ninguna parte: allí se corta la llamada. Llévela a un paso.",
        exit=name,
    )


def _unknown(name: str, known: list[str]) -> Words:
    return words(
        "This step has no exit “{exit}”: no call ever takes it. Its exits are: {known}.",
        "Este paso no tiene la salida «{exit}»: ninguna llamada la toma. Tiene: {known}.",
        exit=name,
        known=", ".join(known) or "—",
    )
