"""An operator's routes: which gateways are tried for a call, in order, by shares and by hours."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from conmuta_compiler import names
from conmuta_compiler.agendas import agenda_tests
from conmuta_compiler.text import Section, extension
from conmuta_plan.agendas import Agenda, AgendaEvent
from conmuta_plan.operator import OperatorPlan, Route, RouteChoice

E164 = "_[1-9]!"


def route(plan: OperatorPlan, told: Route) -> Section:
    """The context of a route: each gateway in turn while the one before failed."""
    known = {gateway.name for gateway in plan.gateways}
    stops = "".join(f":{cause}" for cause in told.stop_causes)
    here = {"full": "", "op_ring": str(told.ring_seconds), "op_stops": stops and f"{stops}:"}
    steps: list[str] = []
    choices = [choice for choice in told.choices if choice.gateway in known]
    for number, (weighted, each) in enumerate(groupby(choices, key=lambda each: each.weight > 0)):
        group, some = f"g{number}", list(each)
        if weighted and len(some) > 1:
            here |= _shares(plan, some, group)
            steps += _shared(plan, some, group)
        else:
            steps += _in_order(plan, some, group)
    said = ",".join(f"LOCAL({name})={value}" for name, value in here.items())
    steps = [
        f"MSet({said})",
        *steps,
        "Set(RESULT=unavailable)",
        "ExecIf(${LEN(${full})}?Set(RESULT=full))",
        "(end)Return()",
    ]
    note = f"Route {told.name}: {_words(told.choices)}"
    name = names.context(plan.unit, "route", told.name)
    return Section(name=name, note=note, lines=extension(E164, *steps))


def _words(choices: Iterable[RouteChoice]) -> str:
    return ", then ".join(
        each.gateway + (f" ({each.weight})" if each.weight else "") for each in choices
    )


def _in_order(plan: OperatorPlan, choices: list[RouteChoice], group: str) -> Iterator[str]:
    for number, choice in enumerate(choices):
        place = f"{group}n{number}"
        tests = list(_hours(plan, choice))
        for test in tests:
            yield f"GotoIfTime({test}?{place})"
        if tests:
            yield f"Goto({place}end)"
        first, *others = _try(plan, choice.gateway)
        yield f"({place}){first}"
        yield from others
        if tests:
            yield f"({place}end)NoOp()"


def _shares(plan: OperatorPlan, choices: list[RouteChoice], group: str) -> dict[str, str]:
    """`GROUPwN` is the weight of choice N while it may be tried; `GROUPt` the draw among them."""
    weights = {f"{group}w{number}": _weight(plan, one) for number, one in enumerate(choices)}
    if any(choice.hours for choice in choices):
        return weights  # how many there are to draw from is not known here
    return {**weights, f"{group}t": f"${{RAND(1,{sum(choice.weight for choice in choices)})}}"}


def _shared(plan: OperatorPlan, choices: list[RouteChoice], group: str) -> Iterator[str]:
    """One of the choices by its weight, and another one of the rest while it fails."""
    if any(choice.hours for choice in choices):
        yield f"Goto({group})"
    yield from _drawn(len(choices), group)
    for number, choice in enumerate(choices):
        first, *others = _try(plan, choice.gateway)
        yield f"({group}n{number}){first}"
        yield from others
        yield f"Set({group}w{number}=0)"
        yield f"Goto({group})"
    total = "+".join(f"${{{group}w{number}}}" for number in range(len(choices)))
    yield f"({group})GotoIf($[{total}]?:{group}end)"
    yield f"Set(LOCAL({group}t)=${{RAND(1,$[{total}])}})"
    yield f"Goto({group}draw)"
    yield f"({group}end)NoOp()"


def _drawn(count: int, group: str) -> Iterator[str]:
    """To the choice that the ticket falls on; what is left of it goes on to the next."""
    ticket, label = f"${{{group}t}}", f"({group}draw)"
    for number in range(count - 1):
        weight = f"${{{group}w{number}}}"
        last = f"{group}n{number + 1}" if number == count - 2 else ""
        yield f"{label}GotoIf($[{ticket}<={weight}]?{group}n{number}:{last})"
        ticket, label = f"${{SET({group}t=$[${{{group}t}}-{weight}])}}", ""


def _weight(plan: OperatorPlan, choice: RouteChoice) -> str:
    """0 outside its hours."""
    tests = [f"${{IFTIME({test}?1:0)}}" for test in _hours(plan, choice)]
    return f"${{IF($[{'|'.join(tests)}]?{choice.weight}:0)}}" if tests else str(choice.weight)


def _hours(plan: OperatorPlan, choice: RouteChoice) -> Iterator[str]:
    if choice.hours is None:
        return
    event = AgendaEvent(
        name="open",
        value="open",
        weekdays=choice.hours.weekdays,
        starts=choice.hours.starts,
        ends=choice.hours.ends,
    )
    agenda = Agenda(
        name="open",
        title="open",
        time_zone=plan.time_zone,
        values=("open",),
        default="closed",
        events=(event,),
    )
    yield from (test for _, test, _ in agenda_tests(agenda))


def _try(plan: OperatorPlan, gateway: str) -> Iterator[str]:
    place = names.context(plan.unit, "to", gateway)
    yield f"Gosub({place},${{EXTEN}},1)"
    yield 'ExecIf($["${RESULT}"="full"]?Set(LOCAL(full)=1))'
    yield 'GotoIf($["${RESULT}"!="unavailable" & "${RESULT}"!="full"]?end)'
