"""What the explaining function says of a call out is what Asterisk does with it."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import CENTRO, SUR, by_operator, carrier, operator, route

from conmuta_compiler.operator.decide import Router
from conmuta_compiler.operator.decision import Attempt, Decision
from conmuta_compiler.operator.trace import Trace, World, trace
from conmuta_plan import TenantPlan
from conmuta_plan.operator import (
    CallerIdRule,
    NumberRule,
    Privacy,
    Route,
    RouteChoice,
    RouteTable,
)
from conmuta_plan.outside import CallClass, ClassKind

OURS, ANI = "59824001000", "59899100200"
GATEWAYS = ("plain", "home", "spare", "forced")
NORTE = operator(
    gateways=(
        carrier("plain", CENTRO),
        carrier(
            "home",
            SUR,
            outbound=(
                NumberRule(pattern="999598.", strip=6),
                NumberRule(pattern="598[24]XXXXXXX", strip=3),
                NumberRule(pattern="598.", strip=3, prepend="0"),
                NumberRule(pattern="X.", prepend="00"),
            ),
            caller_id_outbound=(NumberRule(pattern="598.", strip=3),),
            privacy=Privacy.ASSERTED,
            may_send_own_ani=True,
            caller_id_rule=CallerIdRule.PASS,
        ),
        carrier("spare", SUR, strip=3, prepend="9"),
        carrier("forced", CENTRO, caller_id_rule=CallerIdRule.FORCE),
    ),
    routes=(
        route("usual", "plain", "home"),
        route("mobile", "home", "plain"),
        route("three", "spare", "forced", "home"),
        Route(
            name="shared",
            choices=(
                RouteChoice(gateway="plain", weight=1),
                RouteChoice(gateway="forced", weight=1),
                RouteChoice(gateway="spare"),
            ),
        ),
        Route(name="dear", reason="cost"),
    ),
    tables=(
        RouteTable(
            name="basic",
            prefixes={
                "5982": "usual",
                "59899": "three",
                "5989": "mobile",
                "54": "shared",
                "541": "usual",
                "5411": "three",
                "882": "dear",
                "999598": "mobile",
            },
        ),
    ),
)
HELP = CallClass(
    name="emergency",
    kind=ClassKind.EMERGENCY,
    patterns=("911",),
    gateways=(),
    operator=True,
    to_e164=(("911", 0, "999598"),),
)


def acme() -> TenantPlan:
    made = by_operator("acme", OURS, "59824001001", link={"foreign_caller_ids": (ANI,)})
    classes = tuple(HELP if each.kind is HELP.kind else each for each in made.classes)
    shown = {"551": "59824001001", "552": ANI, "553": "59822222222"}
    extensions = tuple(
        replace(each, external_caller_id=shown.get(each.number)) for each in made.extensions
    )
    return replace(made, classes=classes, extensions=extensions)


ACME = acme()
WORLD = World(router=Router(NORTE), stock={OURS: "acme", "59824001001": "acme"})


def dialled(chance: random.Random) -> str:
    """What people dial: at home, mobiles, abroad, nonsense."""
    digits = f"{chance.randrange(10**7):07}"
    heads = ("2", "099", "09", "0054", "00541", "005411", "00882", "001", "02", "5", "0")
    return chance.choice(heads) + digits[: chance.choice((5, 6, 7, 7, 7))]


CALLS = [(dialled(random.Random(seed)), str(550 + seed % 4)) for seed in range(28)]
CALLS += [("911", "550"), ("911", "553")]


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, operators=(NORTE,))
    made.expect("503", "No response", "Everyone is busy", "unreachable", "No early media")
    return made


def explained(number: str, caller: str) -> Trace:
    return trace(ACME, number, datetime.now(UTC), caller, WORLD)


def turns(decision: Decision) -> list[set[str]]:
    """The gateways of each turn; those that share one come in any order."""
    found: dict[int, set[str]] = {}
    for each in decision.tried:
        found.setdefault(each.turn, set()).add(each.gateway)
    return [found[turn] for turn in sorted(found)]


def as_tried(expected: list[set[str]], gateways: list[str]) -> bool:
    """Whether these gateways, in this order, are those turns."""
    left = list(gateways)
    for together in expected:
        if set(left[: len(together)]) != together:
            return False
        left = left[len(together) :]
    return not left


def shows(carrier_: Carrier, attempt: Attempt) -> None:
    """The last INVITE is what the decision says."""
    invite = carrier_.invites[-1]
    assert invite.first_line.startswith(f"INVITE sip:{attempt.number}@")
    assert attempt.identity is not None
    assert f"sip:{attempt.identity.number}@" in invite.header("From")
    asserted = invite.header("P-Asserted-Identity")
    assert bool(asserted) == bool(attempt.identity.asserted)
    if attempt.identity.asserted:
        assert f"sip:{attempt.identity.asserted}@" in asserted


async def test_every_call_is_tried_where_the_explanation_says(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    opened = {name: await carriers(NORTE, name) for name in GATEWAYS}
    for each in opened.values():
        each.refuses = 503
    phones = {n: await lab.phone(f"{n}@acme.example.test") for n in ("550", "551", "552", "553")}
    for number, caller in CALLS:
        expected = explained(number, caller)
        skip_out, skip_refused = len(lab.events("out")), len(lab.events("refused"))
        await (await phones[caller].dial(number)).is_over()
        await lab.no_calls()
        out = [each[2].partition(":")[2] for each in lab.events("out")[skip_out:]]
        refused = [each[0] for each in lab.events("refused")[skip_refused:]]
        decision = expected.decision
        if decision is None:
            assert expected.refused is not None, (number, expected)
            assert (out, refused) == ([], [expected.refused.value]), (number, expected)
            continue
        assert as_tried(turns(decision), out), (number, out, decision)
        if decision.refused:
            assert refused == [decision.refused.value], (number, refused)
        for attempt in decision.tried:
            shows(opened[attempt.gateway], attempt)
