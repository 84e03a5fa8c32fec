"""How many calls a company and a carrier may have: exactly that many, and a place is free again."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.carrier import Carrier
from tests.support.company import company
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import CENTRO, SUR, by_operator, carrier, operator, route
from tests.support.phones import Talk

from conmuta_plan.operator import RouteTable
from conmuta_plan.outside import Target, TargetKind

MOST, BURST = 4, 20
NORTE = operator(
    gateways=(carrier("centro", CENTRO, max_calls=MOST), carrier("sur", SUR)),
    routes=(route("wide", "sur"), route("narrow", "centro", "sur"), route("alone", "centro")),
    tables=(RouteTable(name="basic", prefixes={"": "wide", "541": "narrow", "542": "alone"}),),
)
ROOM = Target(kind=TargetKind.CONFERENCE, name="800")
ABROAD = {"flow_classes": ("local", "international")}
ACME = by_operator("acme", "59824001000", link={"max_calls_out": 2})
BETA = by_operator("beta", "59824002000", link={"max_calls_out": MOST})
GAMMA = by_operator("gamma", "59824003000", max_calls=MOST)
DELTA = by_operator("delta", "59824004000", link={"max_calls_in": MOST})
DELTA = replace(DELTA, numbers=tuple(replace(one, target=ROOM) for one in DELTA.numbers))
OMEGA = by_operator("omega", "59824005000", **ABROAD)
OWN = company("own", max_calls=MOST)

BURSTS = {
    "calls out of a company": ("24003333~beta-external", "sur", "limit"),
    "calls of a company": ("24003333~gamma-external", "sur", "limit"),
    "calls by a carrier": ("00542123456~omega-external", "centro", "limit"),
    "calls by a company's own carrier": ("24003333~own-external", "main", "limit"),
}


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, BETA, GAMMA, DELTA, OMEGA, OWN, operators=(NORTE,))
    put_bursts(made.home.state)
    for module in ("app_originate", "res_clioriginate"):
        made.cli(f"module load {module}.so")
    made.cli("dialplan reload")
    made.expect("Everyone is busy", "No early media", "already DISCONNECTED")
    return made


def put_bursts(state: Path) -> None:
    """Beside the companies' files: `NUMBER~CONTEXT` is called BURST times in the same instant."""
    folder = state / "etc/tenants/many"
    folder.mkdir(parents=True, exist_ok=True)
    calls = " same => n,Originate(Local/${EXTEN}@one/n,app,Wait,60,,,a)\n" * BURST
    lines = f"[many]\nexten => _[0-9].,1,NoOp()\n{calls}[one]\n"
    each = "exten => _[0-9].,1,Gosub(${CUT(EXTEN,~,2)},${CUT(EXTEN,~,1)},1)\n same => n,Hangup()\n"
    (folder / "extensions.conf").write_text(lines + each)


async def burst(lab: AsteriskLab, where: str) -> None:
    lab.cli(f"channel originate Local/{where}@many application Wait 0")


async def hang_up_all(lab: AsteriskLab) -> None:
    lab.cli("channel request hangup all")
    await lab.no_calls(within=15)


@pytest.mark.parametrize("what", BURSTS)
async def test_of_many_calls_in_one_instant_exactly_as_many_go_out_as_may(
    lab: AsteriskLab, carriers: CarrierMaker, what: str
) -> None:
    where, gateway, code = BURSTS[what]
    far = await carriers(OWN if gateway == "main" else NORTE, gateway)
    for _ in range(3):  # a place is free again after a call that nobody answered
        far.invites.clear()
        assert await after_a_burst(lab, far, where) == (MOST, {code})


async def after_a_burst(lab: AsteriskLab, far: Carrier, where: str) -> tuple[int, set[str]]:
    """How many calls came to the carrier, and why the others did not."""
    before = len(lab.events("refused"))
    await burst(lab, where)
    assert await lab.until(lambda: refused(lab, before) + arrived(far) == BURST, 15)
    why = {code for code, _ in lab.events("refused")[before:]}
    await hang_up_all(lab)  # a leg that is hung up first is one more refusal
    return arrived(far), why


def arrived(far: Carrier) -> int:
    """Calls; an INVITE may be sent again."""
    return len({invite.header("Call-ID") for invite in far.invites})


def refused(lab: AsteriskLab, before: int) -> int:
    return len(lab.events("refused")) - before


async def test_of_many_calls_in_one_instant_the_rest_goes_to_the_next_carrier(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    centro, sur = await carriers(NORTE, "centro"), await carriers(NORTE, "sur")
    await burst(lab, "00541123456~omega-external")
    assert await lab.until(lambda: arrived(centro) + arrived(sur) == BURST, 15)
    assert arrived(centro) == MOST
    await hang_up_all(lab)


async def test_of_many_callers_in_one_instant_exactly_as_many_come_in_as_may(
    lab: AsteriskLab,
) -> None:
    before = len(lab.events("refused"))
    await burst(lab, "59824004000~o-norte-stock")
    assert await lab.until(lambda: refused(lab, before) == BURST - MOST, 15)
    assert await lab.until(lambda: lab.cli("confbridge list").count("800") == 1)
    assert lab.cli("confbridge list delta-800").count("Local/") == MOST
    assert set(lab.events("refused")[before:]) == {("limit", "59824004000")}
    await hang_up_all(lab)


async def joined(talk: Talk, far: Carrier) -> None:
    call = await far.gets_call()
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    await call.hears_tone(500)


async def test_a_place_is_free_when_a_call_ends_and_kept_while_it_is_transferred(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    sur = await carriers(NORTE, "sur")
    ana, diego = [await lab.phone(f"{n}@acme.example.test") for n in ("550", "551")]
    first = await ana.dial("24003331")
    await joined(first, sur)
    second = await ana.dial("24003332")
    await joined(second, sur)
    await (await ana.dial("24003333")).is_over()
    assert lab.events("refused")[-1] == ("limit", "24003333")
    await first.transfer("551")
    came = await diego.picks_up()
    await (await ana.dial("24003334")).is_over()
    assert lab.events("refused")[-1] == ("limit", "24003334")
    await came.hang_up()
    assert await lab.until(lambda: lab.cli("group show channels").count("calls-out") == 1)
    await joined(await ana.dial("24003335"), sur)
    assert len(sur.invites) == 3


async def test_an_emergency_passes_every_limit(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    sur = await carriers(NORTE, "sur")
    ana = await lab.phone("550@acme.example.test")
    for number in ("24003331", "24003332"):
        await joined(await ana.dial(number), sur)
    talk = await ana.dial("911")
    await (await sur.gets_call()).answer()
    await talk.is_answered()
