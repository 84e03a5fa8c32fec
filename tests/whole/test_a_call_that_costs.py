"""A prepaid company calls out by its operator: charged once and to the cent, whatever is killed."""

import asyncio
import json
import shutil
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.support.carrier import Carrier
from tests.support.phones import Phone, Switchboard
from tests.support.whole import WholeMachine, whole_machine

from conmuta_node.ledger.book import FILE, Ledger

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARRIER = "127.0.0.95"
SECRET = "pw7RkQ2vLx9sTz4m"
PAID, CALL = 20_000_000, 1_500_000
"""A call has 10 seconds at least at 6.00 a minute, and 0.50 at its beginning."""
OPERATOR = f"""
conmuta: 1
operator:
  slug: north
  title: North Telecom
  domain: north.example.test
  country: UY
  time_zone: America/Montevideo
  language: en
gateways:
  home:
    host: {CARRIER}
    port: 5080
    addresses: [{CARRIER}]
    watch_seconds: 0
    caller_id: "59824009000"
price_tables:
  bought:
    currency: USD
    gateways: [home]
    rates:
      - {{prefix: "", per_minute: 0.3}}
  retail:
    currency: USD
    rates:
      - {{prefix: "598", per_minute: 6, setup: 0.5, minimum: 10, increment: 5, country: UY}}
routes:
  national: {{choices: [{{gateway: home}}]}}
route_tables:
  everybody: {{destinations: [{{prefix: "", route: national}}]}}
dial_plans:
  uruguay: {{country: UY}}
numbers:
  59824001000-59824001009: {{}}
tenants:
  acme:
    domain: acme.north.example.test
    title: Acme
    time_zone: America/Montevideo
    language: en
    country: UY
    routes: everybody
    dial_plan: uruguay
    prices: retail
    prepaid: true
    numbers: [59824001000-59824001009]
"""
COMPANY = f"""
conmuta: 1
tenant:
  slug: acme
  domain: acme.north.example.test
  title: Acme
  time_zone: America/Montevideo
  language: en
  country: UY
extensions:
  "550": {{name: Ana, secret: {SECRET}, classes: [local, mobile]}}
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[WholeMachine]:
    folder = Path(tempfile.mkdtemp(prefix="conmuta-whole-"))
    folder.chmod(0o755)  # PostgreSQL's user passes through
    with whole_machine(folder / "state") as up:
        for name, text in {"operator": OPERATOR, "company": COMPANY}.items():
            (folder / f"{name}.yaml").write_text(text)
            up.conmuta("apply", str(folder / f"{name}.yaml"))
        yield up
    shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="module")
async def ana(machine: WholeMachine) -> AsyncIterator[Phone]:
    board = await Switchboard().start()
    phone = await board.phone("550@acme.north.example.test", SECRET, machine.server)
    objects = machine.state / "node/etc/tenants/acme/phones.conf"
    assert await asyncio.to_thread(machine.wait, objects.exists, 60)
    yield await phone.register()
    await board.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def carrier() -> AsyncIterator[Carrier]:
    opened = await Carrier.open(CARRIER, 5080)
    yield opened
    await opened.close()


class Account:
    """The company's account, as its operator's program asks for it."""

    def __init__(self, machine: WholeMachine) -> None:
        scopes = ("account:read", "account:write")
        self.token = machine.conmuta("token", "create", "operator:north", "till", *scopes).strip()
        self.base = f"http://127.0.0.1:{machine.remembered()['ports']['web']}/api/v1/tenants/acme"

    def __call__(self, path: str, body: dict[str, str] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if body:
            headers["Idempotency-Key"] = body["key"]
        data = json.dumps(body).encode() if body else None
        asked = urllib.request.Request(self.base + path, data, headers)  # noqa: S310 — our own server
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            return json.load(answer)

    def rated(self) -> list[Any]:
        now = datetime.now(UTC)
        days = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
        words = "&".join(f"{k}={v:%Y-%m-%dT%H:%M:%SZ}" for k, v in days.items())
        return list(self(f"/rated-calls?{words}"))


@pytest.fixture(scope="module")
def account(machine: WholeMachine) -> Account:
    account = Account(machine)
    account("/account/payments", {"amount": "20.00", "key": "first"})
    assert machine.wait(lambda: left_on_node(machine) == PAID, 60)
    return account


def left_on_node(machine: WholeMachine) -> int | None:
    return Ledger(machine.state / "node" / FILE).funds_left("acme")


async def talk_a_little(ana: Phone, carrier: Carrier) -> None:
    talk = await ana.dial("24003333")
    call = await carrier.gets_call()
    await call.answer()
    await talk.is_answered()
    await asyncio.sleep(1)
    await talk.hang_up()
    await call.is_over()


async def test_a_call_is_rated_and_charged_to_the_cent(
    machine: WholeMachine, account: Account, ana: Phone, carrier: Carrier
) -> None:
    await talk_a_little(ana, carrier)
    await paid_for(machine, account, 1)


async def test_it_is_charged_once_also_when_all_is_killed_right_after(
    machine: WholeMachine, account: Account, ana: Phone, carrier: Carrier
) -> None:
    await talk_a_little(ana, carrier)
    for service in ("node", "server", "worker"):
        machine.kill(service)
    await paid_for(machine, account, 2)


async def paid_for(machine: WholeMachine, account: Account, calls: int) -> None:
    """That many calls are rated and charged, and what is left is the same everywhere."""
    wait = asyncio.to_thread
    assert await wait(machine.wait, lambda: answers(account) == calls, 180)
    figures = [(each["number"], each["billed_seconds"], each["amount"]) for each in account.rated()]
    assert figures == [("59824003333", 10, CALL)] * calls
    left = PAID - calls * CALL
    assert await wait(machine.wait, lambda: left_on_node(machine) == left, 60)
    told = account("/account")
    assert (told["balance"], told["left"]) == (f"{left / 1_000_000:.2f}",) * 2
    assert [entry["amount"] for entry in told["entries"]] == [*[-CALL] * calls, PAID]


def answers(account: Account) -> int | None:
    """How many calls are rated; None while the server is away."""
    try:
        return len(account.rated())
    except OSError:
        return None
