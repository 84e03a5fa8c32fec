"""Faxes from a carrier's fax machine, over T.38 and over G.711."""

from pathlib import Path

import pytest
from tests.support.company import company, flow, gateway_of, inbound, step
from tests.support.faxes import FaxMachine, pages
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs

EMAIL = "faxes@acme.example.test"
PLAN = company(
    flows=(flow("fax", step("recibe", "fax", emails=[EMAIL], station="ACME")),),
    numbers=(inbound("24002001", "fax"),),
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    # A machine without T.38 is no fault
    made.expect("refused to negotiate T.38", "carrier not found")
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
