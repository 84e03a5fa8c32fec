"""Who was shut out, or blocked by the fraud guard, is told and let go by one command each."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from tests.support.phones import Phone, RegistrationError, Switchboard
from tests.support.whole import WholeMachine, whole_machine
from tests.support_node.own_network import own_network
from tests.support_node.strangers import Sender

from conmuta_node.ledger.book import FILE, Ledger

SCANNER = "127.0.0.66"
ARGENTINA = "00541143210987"
SECRET = "Tr0ub4dor-and-3-staples"
OPERATOR = """
conmuta: 1
operator: {slug: norte, title: Norte, domain: norte.example.test, country: UY,
           time_zone: America/Montevideo, language: es}
gateways:
  centro: {host: 127.0.0.95, port: 5080, addresses: [127.0.0.95], caller_id: "59829000000",
           watch_seconds: 0}
price_tables:
  retail: {currency: USD, rates: [{prefix: "54", per_minute: 1, country: AR}]}
routes:
  all: {choices: [{gateway: centro}]}
route_tables:
  all: {destinations: [{route: all, prefix: ""}]}
dial_plans:
  uy: {country: UY}
tenants:
  acme: {domain: acme.norte.example.test, title: Acme, time_zone: America/Montevideo,
         language: es, country: UY, routes: all, dial_plan: uy, prices: retail,
         guard: {countries: [AR], each_extension: {new_countries_per_day: 0}}}
"""
COMPANY = f"""
conmuta: 1
tenant: {{slug: acme, domain: acme.norte.example.test, title: Acme,
         time_zone: America/Montevideo, language: es, country: UY}}
extensions:
  "550": {{name: Ana, classes: [international], secret: {SECRET}}}
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[WholeMachine]:
    """Everything, in a network of its own, with an operator and its company."""
    folder = Path(tempfile.mkdtemp(prefix="conmuta-whole-"))
    folder.chmod(0o755)  # PostgreSQL's user passes through
    with own_network(), whole_machine(folder / "state") as up:
        for name, text in (("operator", OPERATOR), ("company", COMPANY)):
            file = folder / f"{name}.yaml"
            file.write_text(text)
            up.conmuta("apply", str(file))
        yield up
    shutil.rmtree(folder)


@pytest_asyncio.fixture
async def ana(machine: WholeMachine) -> AsyncIterator[Phone]:
    """Ana's telephone, registered."""
    board = await Switchboard().start()
    phone = await board.phone("550@acme.norte.example.test", SECRET, machine.server)
    yield await registered(phone)
    await board.clear()
    await board.stop()


async def registered(phone: Phone) -> Phone:
    """Once its company has come to the node."""
    async with asyncio.timeout(90):
        while True:
            with contextlib.suppress(RegistrationError):
                return await phone.register()
            await asyncio.sleep(1)


def shut_out(machine: WholeMachine) -> bool:
    one = Sender(SCANNER, machine.server.udp, wait=0.5)
    answer = one.ask("OPTIONS", "551")
    one.close()
    return answer == "" or answer.startswith("SIP/2.0 403")


def audited(machine: WholeMachine, verb: str) -> list[str]:
    with psycopg.connect(machine.postgres.url()) as database:
        database.execute("SELECT set_config('conmuta.tenant', '*', false)")
        found = database.execute(
            "SELECT subject FROM platform_auditentry WHERE verb = %s ORDER BY id", [verb]
        )
        return [str(row[0]) for row in found]


def test_a_scanner_is_told_and_let_in_again(machine: WholeMachine) -> None:
    assert machine.conmuta("bans") == "Nobody is shut out.\n"
    bad = Sender(SCANNER, machine.server.udp, agent="friendly-scanner", wait=0.2)
    bad.ask("OPTIONS", "100")
    bad.close()
    assert machine.wait(lambda: shut_out(machine), 30)
    assert machine.wait(lambda: SCANNER in machine.conmuta("bans"), 60)
    told = machine.conmuta("bans")
    assert f"{SCANNER} (scanner) since" in told
    assert "It looked for telephones as scanners do." in told
    assert "1 addresses are shut out: ./conmuta bans" in machine.run("status").stdout
    wrong = machine.run("bans", "--lift", "nobody")
    assert (wrong.returncode, "nobody is no IP address" in wrong.stderr) == (1, True)
    assert shut_out(machine)
    assert machine.conmuta("bans", "--lift", SCANNER) == f"{SCANNER} is let in again.\n"
    assert machine.wait(lambda: not shut_out(machine), 60)
    assert machine.wait(lambda: machine.conmuta("bans") == "Nobody is shut out.\n", 60)
    assert audited(machine, "unbanned") == [f"fleet.ban:{SCANNER}"]


async def test_a_blocked_extension_is_told_and_calls_are_asked_anew_once_it_is_lifted(
    machine: WholeMachine, ana: Phone
) -> None:
    assert machine.conmuta("unblock", "acme") == "Nobody is blocked.\n"
    await (await ana.dial(ARGENTINA)).is_over()

    async def told(words: str) -> str:
        found = await asyncio.to_thread(
            machine.wait, lambda: words in machine.conmuta("unblock", "acme"), 60
        )
        assert found
        return machine.conmuta("unblock", "acme")

    line = await told("extension 550")
    assert "More new countries were called in a day than are allowed." in line
    assert "It met +541143210987." in line
    status = machine.run("status").stdout
    assert "acme, extension 550, since" in status
    assert "Lift it: ./conmuta unblock acme 550" in status
    (block,) = json.loads(machine.run("status", "--json").stdout)["blocks"]
    assert (block["tenant"], block["extension"], block["reason"]) == ("acme", "550", "countries")
    other = machine.run("unblock", "acme", "551")
    assert (other.returncode, other.stderr) == (1, "acme: 551 is not blocked.\n")
    assert machine.run("unblock", "nobody").returncode == 1
    assert "Lifted." in machine.conmuta("unblock", "acme", "550")
    assert machine.conmuta("unblock", "acme") == "Nobody is blocked.\n"
    ledger = Ledger(machine.state / "node" / FILE)
    assert await asyncio.to_thread(machine.wait, lambda: not ledger.blocks(), 60)
    assert audited(machine, "unblocked") == ["ledger.block:550"]
    await (await ana.dial("00541199990000")).is_over()
    assert "It met +541199990000." in await told("extension 550")
