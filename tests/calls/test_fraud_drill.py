"""The fraud drill: a stolen password calls an expensive country, twenty times a second."""

import asyncio
import csv
from pathlib import Path

import pytest
from tests.support.company import gateway_of
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.load import SCENARIOS, _sipp, answering
from tests.support.paid import paid_company, put_dialplan

from conmuta_plan.node import LedgerKind
from conmuta_plan.operator import Ceilings, Guard

CEILING = 5_000_000
"""Five dollars a day for an extension, at 1.20 a minute."""
GUARD = Guard(countries=("CU",), each_extension=Ceilings(money_per_day=CEILING))
PLAN = paid_company(GUARD, prepaid=False)
PER_SECOND, SECONDS = 20, 20


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    put_dialplan(made.home.state, PLAN)
    made.cli("dialplan reload")
    return made


async def steal(lab: AsteriskLab, folder: Path) -> int:
    """Calls with Ana's password until the time is over; how many were answered."""
    secret = lab.extension("550@acme.example.test").secret
    rows, counted = folder / "stolen.csv", folder / "counted.csv"
    word = f"[authentication username=550 password={secret}]"
    rows.write_text(f"SEQUENTIAL\n550;acme.example.test;*95352345678;{word}\n")
    line = ["-sf", str(SCENARIOS / "stolen.xml"), "-inf", str(rows), "-i", "127.0.0.9"]
    line += ["-r", str(PER_SECOND), "-m", str(PER_SECOND * SECONDS), "-trace_stat"]
    line += ["-stf", str(counted), "-fd", "1", "-recv_timeout", "120000"]
    line += [f"{lab.server.host}:{lab.server.udp}"]
    process = await _sipp(line)
    async with asyncio.timeout(240):
        await process.wait()
    last = list(csv.DictReader(counted.read_text().splitlines(), delimiter=";"))[-1]
    return int(last["SuccessfulCall(C)"])


async def test_a_stolen_password_ends_at_the_ceiling(
    lab: AsteriskLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = gateway_of(PLAN, "main")
    async with answering(gateway.host, gateway.port):
        answered = await steal(lab, tmp_path)
    await lab.no_calls(within=90)
    spent = [e.amount for e in lab.ledger.news(0) if e.kind is LedgerKind.CHARGE]
    refused = [code for code, _ in lab.events("refused")]
    with capsys.disabled():
        print(
            f"\nfraud drill: {PER_SECOND * SECONDS} calls tried at {PER_SECOND} a second, "
            f"{answered} answered, {len(refused)} refused; ceiling {CEILING / 1e6:.2f}, "
            f"spent {sum(spent) / 1e6:.6f}, beyond it {max(0, sum(spent) - CEILING) / 1e6:.6f} USD"
        )
    assert answered == len(spent) > 0
    assert sum(spent) <= CEILING + 20_000  # a second of one call, for Asterisk's clock
    assert [(b.extension, b.reason) for b in lab.ledger.blocks()] == [("550", "money")]
    assert refused.count("blocked") > 0
