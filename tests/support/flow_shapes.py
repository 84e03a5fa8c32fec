"""Flows and agendas of any shape, for tests that hold for all of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.support.flow_calls import SILENCE

from conmuta_compiler.steps import fields_of, kinds
from conmuta_compiler.steps.common.cases import Operator
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday
from conmuta_plan.flows import Flow, FlowStep, Prompt
from conmuta_plan.outside import InboundNumber, Target, TargetKind
from conmuta_plan.people import Extension, Forwards
from conmuta_plan.queues import Queue

ZONES = ("America/Santiago", "Europe/Madrid", "America/Montevideo", "Australia/Lord_Howe", "UTC")
KEYS = ("1", "2", "0", "*", "#")
TYPED = (*KEYS, "550", "551", "552", "559", "55", "7", "")
TEXTS = ("", "7", "12", "Ana", "a.b", "x y", "ñ/1", "{caller}", "{a}{b}", "{dialled}", "{result}")
VALUES = ("7", "12", "3", "An", "Ana", "a.b", ".", "x y", "1", "unavailable", "550")
DAYS = st.dates(date(2026, 11, 1), date(2028, 3, 10))


def extension(number: str, **more: Any) -> Extension:
    return Extension(number=number, account=number, secret="a long secret", name=number, **more)


PEOPLE = (
    extension("550"),
    extension("551", do_not_disturb=True),
    extension("552", forwards=Forwards(always="551")),
)
"""Nobody has a telephone: 550 is not available, 551 and 552 are busy."""
RESULTS = {"550": "unavailable"}
QUEUES = (
    Queue(name="closed", title="Closed", enter_without_agents=False),
    Queue(name="slow", title="Slow", max_wait_seconds=1),
)
QUEUE_RESULTS = {"closed": "empty", "slow": "timeout"}
NUMBER_RESULTS = {"123": "invalid"}


def clocks(step: int) -> st.SearchStrategy[str]:
    """Times of the day in steps of so many minutes."""
    minutes = st.integers(0, 1440 // step - 1).map(lambda index: index * step)
    return minutes.map(lambda value: f"{value // 60:02}:{value % 60:02}")


@st.composite
def agenda_events(draw: st.DrawFn, values: tuple[str, ...]) -> AgendaEvent:
    """Weekly, dated or yearly; some overnight, some of whole days."""
    dates = draw(st.sampled_from(["none", "day", "days", "yearly", "from", "until"]))
    first = draw(DAYS)
    longest = (date(first.year, 12, 31) - first).days if dates == "yearly" else 40
    last = first + timedelta(days=draw(st.integers(0, min(longest, 40))))
    whole = draw(st.booleans())
    weekdays = draw(st.sets(st.sampled_from(list(Weekday)), max_size=7))
    return AgendaEvent(
        name="event",
        value=draw(st.sampled_from(values)),
        starts="00:00" if whole else draw(clocks(30)),
        ends="24:00" if whole else draw(clocks(30)),
        weekdays=tuple(sorted(weekdays)) if draw(st.booleans()) else (),
        from_date=first.isoformat() if dates not in {"none", "until"} else None,
        until_date=last.isoformat() if dates in {"days", "yearly", "until"} else None,
        yearly=dates == "yearly",
    )


@st.composite
def agendas(draw: st.DrawFn, name: str = "hours") -> Agenda:
    values = ("open", "closed", "lunch")
    events = draw(st.lists(agenda_events(values), max_size=5))
    zone = draw(st.sampled_from(ZONES))
    return Agenda(
        name=name, title=name, time_zone=zone, values=values, default="closed", events=tuple(events)
    )


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Any minute of two years, often one at which days end or clocks change."""
    day = draw(DAYS | st.sampled_from([date(2027, 4, 4), date(2027, 9, 5), date(2027, 10, 31)]))
    minute = draw(st.integers(0, 1439))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)


def _listening(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "prompts": draw(st.sampled_from([[], ["beep"]])),
        "seconds": 1,
        "digit_seconds": 1,
        "invalid_tries": draw(st.integers(1, 3)),
        "timeout_tries": draw(st.integers(1, 2)),
    }


def _cases() -> st.SearchStrategy[dict[str, str]]:
    read = ["a", "b", "caller", "dialled", "key", "result"]
    return st.fixed_dictionaries(
        {
            "variable": st.sampled_from(read),
            "operator": st.sampled_from([operator.value for operator in Operator]),
            "value": st.sampled_from([*VALUES, "12,Ana,a.b"]),
            "exit": st.sampled_from(["yes", "maybe"]),
        }
    )


def _fields(draw: st.DrawFn, kind: str, flows: list[str]) -> dict[str, Any]:
    name = st.sampled_from(["a", "b"])
    given = {
        "say": {"prompts": st.sampled_from([["beep"], ["beep", "beep"]])},
        "wait": {"seconds": st.just(1)},
        "menu": {
            "dial_by_extension": st.booleans(),
            "repeat_key": st.sampled_from([None, "9", "2"]),
        },
        "ask": {"variable": name, "digits": st.just(2), "seconds": st.just(1), "tries": st.just(1)},
        "agenda": {"agenda": st.just("hours")},
        "condition": {"cases": st.lists(_cases(), min_size=1, max_size=3)},
        "set": {
            "values": st.dictionaries(name, st.sampled_from(TEXTS), max_size=2),
            "add": st.dictionaries(name, st.integers(-2, 9), max_size=2),
        },
        "queue": {"queue": st.sampled_from(["closed", "slow"])},
        "extension": {"number": st.sampled_from(["dialled", "550", "551", "552"])},
        "voicemail": {"mailbox": st.just("dialled")},
        "external": {"number": st.just("123")},
        "flow": {"flow": st.sampled_from(flows)},
        "language": {"language": st.sampled_from(["es", "en"])},
    }.get(kind, {})
    fields = {field: draw(values) for field, values in given.items()}
    return fields | (_listening(draw) if kind in {"menu", "dial_by_extension"} else {})


OFTEN = ("menu", "menu", "menu", "condition", "set", "extension")
PLAYED = (*sorted(set(kinds()) - {"web_service", "fax", "conference", "transfer"}), *OFTEN)


@st.composite
def steps(draw: st.DrawFn, name: str, names: list[str], flows: list[str]) -> FlowStep:
    kind = draw(st.sampled_from(PLAYED))
    fields = _fields(draw, kind, flows)
    bare = FlowStep(name=name, kind=kind, fields=fields)
    exits = [way.name for way in kinds()[kind].exits(fields_of(bare), plan_of((), ()))]
    if kind == "agenda":
        exits = ["open", "closed", "lunch"]
    if kind == "menu":
        exits += draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
    wired = {way: draw(_aims(kind, way, name, names)) for way in exits}
    return FlowStep(
        name=name, kind=kind, fields=fields, exits={way: to for way, to in wired.items() if to}
    )


def _aims(kind: str, way: str, name: str, names: list[str]) -> st.SearchStrategy[str]:
    """Where an exit leads, or "". What is left without a pause leads forward, lest calls spin."""
    later = names[names.index(name) + 1 :]
    waited = kinds()[kind].waits and way not in kinds()[kind].at_once
    ends = st.just("")
    if not later and not waited:
        return ends
    ahead = st.sampled_from(later) if later else st.sampled_from(names)
    return st.one_of(ahead, ahead, ahead, st.sampled_from(names) if waited else ahead, ends)


@st.composite
def flow_plans(draw: st.DrawFn) -> TenantPlan:
    """A tenant with two flows that may lead to each other."""
    flows = ["first", "second"]
    made = []
    for flow in flows:
        names = [f"{flow[0]}-{index}" for index in range(draw(st.integers(3, 8)))]
        each = tuple(draw(steps(name, names, flows)) for name in names)
        made.append(Flow(name=flow, title=flow, start=names[0], steps=each))
    return plan_of(tuple(made), (draw(agendas()),))


def plan_of(flows: tuple[Flow, ...], its_agendas: tuple[Agenda, ...]) -> TenantPlan:
    """The tenant around flows; each flow has a number of its own name."""
    numbers = tuple(
        InboundNumber(number=flow.name, target=Target(kind=TargetKind.FLOW, name=flow.name))
        for flow in flows
    )
    return TenantPlan(
        tenant="shapes",
        domain="shapes.example.test",
        title="Shapes",
        time_zone="UTC",
        language="es",
        country="UY",
        extensions=PEOPLE,
        queues=QUEUES,
        agendas=its_agendas,
        flows=flows,
        numbers=numbers,
        prompts=(Prompt(name="beep", digest=SILENCE, language="es"),),
    )
