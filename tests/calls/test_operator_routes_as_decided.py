"""What `conmuta route` explains is what real Asterisk does: the same gateways in the same order.

Plans and numbers are generated; every carrier refuses, so that each gateway of a route is tried.
"""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.carrier import Carrier
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.operators import by_operator, carrier, operator
from tests.support.phones import Phone

from conmuta_compiler.operator.decide import Router
from conmuta_compiler.operator.decision import OutsideCall
from conmuta_plan.agendas import Weekday
from conmuta_plan.operator import (
    CallerIdRule,
    Hours,
    NumberRule,
    OperatorPlan,
    Route,
    RouteChoice,
    RouteTable,
)

NAMES = ("a", "b", "c", "d")
HOST = "127.0.0.89"
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday, noon in Montevideo; the Asterisks believe in it."""
OWN, SPARE, FOREIGN = "59824001000", "59824001001", "59899100200"
SEEDS = (1, 2, 3)
CALLS = 14


def rules(chance: random.Random) -> tuple[NumberRule, ...]:
    patterns = ("598.", "5982XXXXXXX", "59[0-7].", "[2-5]X.", "X.", "54NX!")
    return tuple(
        NumberRule(
            pattern=pattern, strip=chance.randrange(4), prepend=chance.choice(("", "0", "77"))
        )
        for pattern in chance.sample(patterns, chance.randrange(4))
    )


def hours(chance: random.Random) -> Hours | None:
    day, week = "08:00", (Weekday.MON, Weekday.FRI)
    night = Hours(weekdays=(Weekday.THU,), starts="20:00", ends="13:00")
    return chance.choice((None, None, Hours(starts=day, ends="11:00"), Hours(weekdays=week), night))


def route(chance: random.Random, name: str) -> Route:
    choices = tuple(
        RouteChoice(gateway=gateway, weight=chance.choice((0, 0, 30, 70)), hours=hours(chance))
        for gateway in chance.sample(NAMES, chance.randrange(1, 5))
    )
    return Route(name=name, choices=choices)


def prefix(chance: random.Random) -> str:
    more = "".join(chance.choice("0123456789") for _ in range(chance.randrange(6)))
    return f"{chance.choice((54, 598, 5))}{more}"


def generated(seed: int) -> OperatorPlan:
    chance = random.Random(seed)
    gateways = tuple(
        carrier(
            name,
            HOST,
            outbound=rules(chance),
            caller_id_outbound=rules(chance),
            caller_id_rule=chance.choice(tuple(CallerIdRule)),
            may_send_own_ani=chance.random() < 0.5,
            strip=chance.randrange(2),
            prepend=chance.choice(("", "9")),
        )
        for name in NAMES
    )
    routes = tuple(route(chance, f"r{number}") for number in range(5))
    known = (*(each.name for each in routes), "closed", "nowhere")
    prefixes = {prefix(chance): chance.choice(known) for _ in range(40)}
    table = RouteTable(name="basic", prefixes=prefixes)
    closed = Route(name="closed", reason="closed")
    return operator(gateways=gateways, routes=(*routes, closed), tables=(table,))


def numbers(plan: OperatorPlan, seed: int) -> list[str]:
    chance = random.Random(seed)
    prefixes = sorted(plan.tables[0].prefixes)
    ends = (f"{chance.choice(prefixes)}{chance.randrange(10**6):06}" for _ in range(CALLS - 3))
    return [*(f"00{end}" for end in ends), "24005555", "099123456", "0012345678"]


@pytest.mark.parametrize("seed", SEEDS)
async def test_asterisk_tries_what_is_explained(labs: Labs, seed: int) -> None:
    plan = generated(seed)
    acme = by_operator("acme", OWN, SPARE, link={"foreign_caller_ids": (FOREIGN,)})
    shown = {"551": SPARE, "552": FOREIGN, "553": "59822222222"}
    people = tuple(
        replace(each, external_caller_id=shown.get(each.number)) for each in acme.extensions
    )
    acme = replace(acme, extensions=people)
    lab = labs(acme, operators=(plan,), at=AT)
    lab.expect("503", "Everyone is busy")
    carriers = {each.name: await Carrier.open(each.host, each.port) for each in plan.gateways}
    try:
        router = Router(plan)
        chance = random.Random(seed)
        for dialled in numbers(plan, seed):
            phone = await lab.phone(f"{chance.choice([*sorted(shown), '550'])}@acme.example.test")
            await compare(lab, router, phone, dialled, carriers)
    finally:
        for each in carriers.values():
            await each.close()
    lab.stop()
    labs.running.remove(lab)


async def compare(
    lab: AsteriskLab, router: Router, phone: Phone, dialled: str, carriers: dict[str, Carrier]
) -> None:
    plan = lab.plans["acme"]
    assert plan.operator is not None
    item = next(
        each for each in plan.classes if each.name == ("local" if dialled[0] == "2" else
        "mobile" if dialled.startswith("09") else "international")
    )  # fmt: skip
    wanted = next(each for each in plan.extensions if each.number == phone.number)
    call = OutsideCall(
        tenant="acme", item=item, dialled=dialled, at=AT, shown=wanted.external_caller_id
    )
    decision = router.decide(plan.operator, call)
    for each in carriers.values():
        each.refuses = 503
        each.invites.clear()
    before = len(lab.events("out")), len(lab.events("refused"))
    talk = await phone.dial(dialled)
    await talk.is_over(within=20)
    refused = await lab.until(lambda: lab.events("refused")[before[1] :])
    tried = [event[2].removeprefix("o-norte:") for event in lab.events("out")[before[0] :]]
    turns = {each.gateway: each for each in decision.tried}
    assert sorted(tried) == sorted(turns), (dialled, decision)
    assert [turns[name].turn for name in tried] == sorted(each.turn for each in decision.tried)
    assert refused[0][0] == (decision.refused or "gateway"), (dialled, decision)
    for name in tried:
        identity = turns[name].identity
        assert identity is not None
        sent = carriers[name].invites[0]
        user = sent.first_line.split(" ")[1].removeprefix("sip:").partition("@")[0]
        caller = sent.header("From").partition("sip:")[2].partition("@")[0]
        assert (user, caller) == (turns[name].number, identity.number), (name, dialled, decision)
    await asyncio.sleep(0)
