"""Faxes from a carrier's fax machine, over T.38 and over G.711."""

import re
from pathlib import Path

import pytest
from tests.support.company import company, flow, gateway_of, inbound, step
from tests.support.faxes import FaxMachine, make_document, pages
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs

from conmuta_node.orders import DIALPLAN

EMAIL = "faxes@acme.example.test"
PLAN = company(
    flows=(flow("fax", step("recibe", "fax", emails=[EMAIL], station="ACME")),),
    numbers=(inbound("24002001", "fax"),),
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    # A machine without T.38 is no fault, nor one that hangs up when it has all pages
    made.expect("refused to negotiate T.38", "carrier not found", "c-answered.* exit")
    with (made.home.state / "etc/extensions.conf").open("a") as file:
        file.write(DIALPLAN)
    made.cli("dialplan reload")
    return made


@pytest.mark.parametrize("t38", [True, False], ids=["T.38", "G.711"])
async def test_a_fax_of_two_pages_arrives(lab: AsteriskLab, tmp_path: Path, t38: bool) -> None:
    before = len(lab.events("fax"))
    machine = FaxMachine.start(tmp_path, gateway_of(PLAN, "main"), lab.server, t38=t38)
    try:
        verdict = await machine.sends("24002001", ["Pedido 4711", "Firma"])
    finally:
        machine.stop()
    assert verdict == "SUCCESS"
    told = await lab.until(lambda: lab.events("fax")[before:], within=10)
    direction, status, count, station, name, emails = told[0]
    assert (direction, status, count, emails) == ("received", "SUCCESS", "2", EMAIL)
    assert station == "CARRIER"
    assert pages(lab.home, f"/state/spool/fax/{name}") == 2


ORDER = """
Channel: Local/acme~24001234@c-fax-out/n
Context: c-fax-wait
Extension: s
Priority: 1
Account: acme
Setvar: __fax_file=send-1.tif
Setvar: __fax_station=ACME
"""


@pytest.mark.parametrize("t38", [True, False], ids=["T.38", "G.711"])
async def test_we_send_a_fax_of_two_pages(lab: AsteriskLab, tmp_path: Path, t38: bool) -> None:
    """As the node agent orders it; a machine with T.38 takes faxes by T.38 alone."""
    state, before = lab.home.state, len(lab.events("fax"))
    make_document(lab.home, ["Presupuesto", "Condiciones"]).rename(state / "spool/fax/send-1.tif")
    machine = FaxMachine.start(tmp_path, gateway_of(PLAN, "main"), lab.server, t38=t38)
    try:
        order = state / "spool/order.call"
        order.write_text(ORDER)
        order.rename(state / "spool/outgoing/order.call")
        told = await lab.until(lambda: lab.events("fax")[before:], within=90)
        used = machine.home.cli("fax show stats")
    finally:
        machine.stop()
    assert told[0][:3] == ("sent", "SUCCESS", "2")
    assert len(lab.events("fax")) == before + 1
    assert bool(re.search(r"Spandsp T.38\s+Success +: 1", used)) is t38
    assert pages(machine.home, "/state/received.tif") == 2
