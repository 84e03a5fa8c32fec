"""Telephones and gateways that Asterisk meets while it runs are known to queues, lamps, watches."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.support.carrier import Carrier
from tests.support.company import company, gateway
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.rawsip import RawSip

from conmuta_compiler import compile_tenant
from conmuta_compiler.files.core import MANAGER_USER
from conmuta_node import introductions as introducing
from conmuta_node.astdb import Account, AstDb
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory
from conmuta_node.objects import joined
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Gateway

WATCHED: Gateway = gateway("watched", "127.0.0.88", watch_seconds=1)
PLAN = company(gateways=(WATCHED,), classes=(), flow_classes=())
ADDRESS = "550@acme.example.test"


@dataclass
class Big:
    """An Asterisk so big that nobody is introduced before it starts."""

    lab: AsteriskLab
    introductions: Introductions

    def is_there(self, address: str = ADDRESS) -> bool:
        """Whether queues and lamps take the telephone for one that can be called."""
        shown = self.lab.cli(f"pjsip show endpoint {address}")
        line = next(x for x in shown.splitlines() if x.startswith(f" Endpoint:  {address}"))
        return "Not in use" in line

    def change(self, plan: TenantPlan) -> None:
        """What the agent does with a plan's objects."""
        texts = compile_tenant(plan)
        changed = self.lab.objects.replace(plan.tenant, joined(texts))
        for _, name in changed.stale:
            for kind in ("endpoint", "aor", "auth"):
                self.lab.cli(f"sorcery memory cache expire res_pjsip/{kind} {name}")
        self.introductions.change(changed)


@pytest.fixture
def big(labs: Labs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Big]:
    monkeypatch.setattr(introducing, "AT_START", 0)
    lab = labs(PLAN)
    lab.expect("Endpoint '550@acme.example.test'", "No matching endpoint", "Unable to retrieve")
    account = Account(lab.settings.ami_port, MANAGER_USER, "lab")
    memory = Memory(lab.home.state / "agent/memory.sqlite3")
    db = AstDb(lab.home, lambda: account)
    yield Big(lab, Introductions(db, lab.objects, memory))
    memory.close()
    lab.stop()  # it watches the gateway


async def test_a_registered_telephone_is_there_once_it_was_introduced(big: Big) -> None:
    await big.lab.phone(ADDRESS)
    assert not big.is_there()
    while big.introductions.go_on():
        pass
    assert big.is_there()


async def test_whoever_was_introduced_is_known_when_it_comes_and_when_it_goes(big: Big) -> None:
    big.introductions.go_on()
    assert not big.is_there()
    phone = await big.lab.phone(ADDRESS)
    assert await big.lab.until(big.is_there)
    await phone.switch_off()
    assert await big.lab.until(lambda: not big.is_there())


async def test_calls_need_no_introduction(big: Big) -> None:
    ana = await big.lab.phone(ADDRESS)
    diego = await big.lab.phone("551@acme.example.test")
    out = await ana.dial("551")
    came = await diego.picks_up()
    out.say_tone(600)
    await came.hears_tone(600)


async def test_a_telephone_of_a_new_plan_is_known_at_once(big: Big) -> None:
    big.introductions.go_on()
    big.change(company(gateways=(), classes=(), flow_classes=(), extensions=()))
    big.change(PLAN)
    await big.lab.phone(ADDRESS)
    assert await big.lab.until(big.is_there)


async def test_a_gateway_is_asked_whether_it_is_there_until_it_goes(big: Big) -> None:
    carrier = await Carrier.open(WATCHED.host, WATCHED.port)
    try:
        big.introductions.go_on()
        assert await big.lab.until(lambda: carrier.asked > 0)
        big.change(company(gateways=(), classes=(), flow_classes=()))
        asked = carrier.asked
        await big.lab.phone(ADDRESS)
        await (await big.lab.phone("551@acme.example.test")).stays_quiet(2.5)
        assert carrier.asked <= asked + 1
    finally:
        await carrier.close()


async def test_the_next_agent_goes_on_and_mends_a_reload_by_hand(
    big: Big,
) -> None:
    while big.introductions.go_on():
        pass
    other = Introductions(big.introductions.db, big.lab.objects, big.introductions.memory)
    assert not other.go_on()
    phone = await big.lab.phone(ADDRESS)
    assert await big.lab.until(big.is_there)
    big.lab.cli("module reload res_pjsip.so")
    assert not big.is_there()
    other.again()
    while other.go_on():
        pass
    assert big.is_there()
    assert phone.waiting.empty()


async def test_who_is_being_introduced_can_do_nothing(big: Big) -> None:
    """A telephone that is no more, whose row of an introduction was left by a death."""
    db = big.introductions.db
    name = "559@acme.example.test"
    db.change({f"/introduced/endpoint/{name}": f'{{"aors":"{name}","auth":"introduced"}}'})
    stranger = await RawSip.open(big.lab.server, name, "", 0)
    try:
        answer = await stranger.request("INVITE", "sip:550@acme.example.test")
        assert answer.status >= 400
        answer = await stranger.request("REGISTER", "sip:acme.example.test")
        assert answer.status >= 400
    finally:
        stranger.close()
