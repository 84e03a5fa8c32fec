"""Faxes of companies that call by an operator: routed, paid, limited, and on-net."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.calls.test_operator_money import PRICES, funds
from tests.support.company import flow, gateway_of, step
from tests.support.faxes import FaxMachine, make_document, pages
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, operator

from conmuta_node.orders import DIALPLAN
from conmuta_plan.outside import Target, TargetKind

NORTE = operator(prices=(PRICES,))
ACME = by_operator(
    "acme",
    "59824001000",
    link={"prices": PRICES.name, "prepaid": True, "max_calls_out": 1},
)
FAXED = "59824002000"
BETA = by_operator(
    "beta", FAXED, flows=(flow("fax", step("takes", "fax", emails=["fax@beta.example.test"])),)
)
TO_FLOW = Target(kind=TargetKind.FLOW, name="fax")
BETA = replace(BETA, numbers=tuple(replace(each, target=TO_FLOW) for each in BETA.numbers))
ORDER = """
Channel: Local/acme~{number}@c-fax-out/n
Context: c-fax-wait
Extension: s
Priority: 1
Account: acme
Setvar: __fax_file=send-1.tif
Setvar: __fax_station=ACME
"""


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(ACME, BETA, operators=(NORTE,))
    made.expect("refused to negotiate T.38", "carrier not found", "c-answered.* exit")
    made.expect("Everyone is busy", "No early media")
    with (made.home.state / "etc/extensions.conf").open("a") as file:
        file.write(DIALPLAN)
    made.cli("dialplan reload")
    return made


async def sent(lab: AsteriskLab, number: str) -> tuple[str, ...]:
    """As the node agent orders it; what is told of it."""
    state, before = lab.home.state, len(lab.events("fax"))
    make_document(lab.home, ["Presupuesto", "Condiciones"]).rename(state / "spool/fax/send-1.tif")
    order = state / "spool/order.call"
    order.write_text(ORDER.format(number=number))
    order.rename(state / "spool/outgoing/order.call")

    def told() -> list[tuple[str, ...]]:
        return [each for each in lab.events("fax")[before:] if each[0] == "sent"]

    (only,) = await lab.until(told, within=120)
    return only


@pytest.mark.parametrize("t38", [True, False], ids=["T.38", "G.711"])
async def test_a_fax_leaves_by_the_operators_carrier_and_is_charged(
    lab: AsteriskLab, tmp_path: Path, t38: bool
) -> None:
    last = funds(lab, 10_000_000)
    machine = FaxMachine.start(tmp_path, gateway_of(NORTE, "centro"), lab.server, t38=t38)
    try:
        assert (await sent(lab, "24003333"))[1:3] == ("SUCCESS", "2")
        assert pages(machine.home, "/state/received.tif") == 2
    finally:
        machine.stop()
    (charge,) = await lab.until(lambda: lab.ledger.news(last))
    assert charge.amount == 10_000 * charge.seconds > 0
    assert lab.ledger.funds_left("acme") == 10_000_000 - charge.amount
    assert ("local", "24003333", "o-norte:centro", "59824003333") in lab.events("out")


async def test_a_fax_without_funds_is_not_sent_and_told_so(lab: AsteriskLab) -> None:
    funds(lab, 0)
    assert (await sent(lab, "24003333"))[1] == "NOT_REACHED"
    assert lab.events("refused")[-1] == ("funds", "24003333")


async def test_a_fax_waits_for_no_place(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    funds(lab, 10_000_000)
    centro = await carriers(NORTE, "centro")
    talk = await (await lab.phone("550@acme.example.test")).dial("24003334")
    await (await centro.gets_call()).answer()
    await talk.is_answered()
    assert (await sent(lab, "24003333"))[1] == "NOT_REACHED"
    assert lab.events("refused")[-1] == ("limit", "24003333")


async def test_a_fax_to_another_company_of_the_operator_stays_inside(lab: AsteriskLab) -> None:
    last, before = funds(lab, 10_000_000), len(lab.events("fax"))
    assert (await sent(lab, "24002000"))[1:3] == ("SUCCESS", "2")

    def told() -> set[tuple[str, ...]]:
        return {each[:3] for each in lab.events("fax")[before:]}

    assert await lab.until(lambda: len(told()) == 2)
    assert told() == {("received", "SUCCESS", "2"), ("sent", "SUCCESS", "2")}
    assert lab.ledger.news(last) == []
