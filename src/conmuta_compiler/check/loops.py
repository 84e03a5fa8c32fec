"""Endless loops: circles of steps none of which waits for anything.

Asterisk would turn in such a circle without a pause. A circle that can end is only a warning: one
through a condition (on what it counts itself), or through an extension, a queue or a number that
may be busy or away, and then does not wait either.
"""

from collections.abc import Iterator

from conmuta_compiler.steps import kinds
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep

Place = tuple[str, str]
MAY_END = {"condition", "web_service"}


def check_loops(plan: TenantPlan) -> Iterator[Finding]:
    graph = {
        (flow.name, step.name): list(_at_once(plan, flow, step))
        for flow in plan.flows
        for step in flow.steps
    }
    kind = {(f.name, s.name): s.kind for f in plan.flows for s in f.steps}
    for circle in _circles(graph):
        ends = any(kind[place] in MAY_END or _waits(kind[place]) for place in circle)
        flow, step = min(circle)
        yield Finding(
            code="flow.endless_loop",
            severity=Severity.WARNING if ends else Severity.ERROR,
            where=f"flow {flow}, step {step}",
            words=_loop(circle, ends=ends),
        )


def _waits(kind: str) -> bool:
    known = kinds().get(kind)
    return known is None or known.waits


def _at_once(plan: TenantPlan, flow: Flow, step: FlowStep) -> Iterator[Place]:
    """Where a call may get from this step without a pause."""
    kind = kinds().get(step.kind)
    for name, to in step.exits.items():
        if kind and (not kind.waits or name in kind.at_once):
            yield flow.name, to
    if step.kind == "flow":
        for other in plan.flows:
            if other.name == step.fields.get("flow"):
                yield other.name, other.start


def _circles(graph: dict[Place, list[Place]]) -> Iterator[frozenset[Place]]:
    """Groups of places each of which leads to all others of its group."""
    reach = {place: _reach(graph, place) for place in graph}
    done: set[Place] = set()
    for place in sorted(graph):
        if place in done or place not in reach[place]:
            continue
        circle = {other for other in reach[place] if place in reach.get(other, ())}
        done |= circle
        yield frozenset(circle)


def _reach(graph: dict[Place, list[Place]], place: Place) -> set[Place]:
    seen: set[Place] = set()
    ahead = list(graph[place])
    while ahead:
        other = ahead.pop()
        if other in graph and other not in seen:
            seen.add(other)
            ahead += graph[other]
    return seen


def _loop(circle: frozenset[Place], *, ends: bool) -> Words:
    steps = ", ".join(step for _, step in sorted(circle))
    if ends:
        return words(
            "These steps may turn in a circle without a pause: {steps}. Put a message or a wait "
            "between them, or make sure that it ends.",
            "Estos pasos pueden girar en círculo sin pausa: {steps}. Ponga entre ellos un mensaje "
            "o una espera, o asegúrese de que termine.",
            steps=steps,
        )
    return words(
        "These steps lead to each other without ever waiting: {steps}. The call would never get "
        "out. Lead one of them elsewhere.",
        "Estos pasos llevan unos a otros sin esperar nunca: {steps}. La llamada no saldría más. "
        "Lleve uno de ellos a otra parte.",
        steps=steps,
    )
