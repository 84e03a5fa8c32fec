"""What the agent's client and a server promise each other: the real server, and the tests' own."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.web import serving
from tests.support_node.double import TOKEN, ServerDouble

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_node.errors import ServerRefused
from conmuta_node.server import ServerClient, WrongNumber
from conmuta_plan import TenantPlan, decode, digest
from conmuta_plan.node import NodeReport, NodeSettings, Outcome, Stream, TenantOutcome

PLAN = TenantPlan(
    tenant="alpha",
    domain="alpha.example.test",
    title="Alpha",
    time_zone="America/Montevideo",
    language="es",
    country="UY",
)
REPORT = NodeReport(
    revision=1, asterisk_up=True, asterisk_version="22.10.0", calls_up=0, registered=0
)


@dataclass
class Served:
    """A server that knows tenant Alpha; `order` gives its node a command."""

    url: str
    token: str
    order: Callable[[], int]

    def ask(self, talk: Callable[[ServerClient], Awaitable[Any]], token: str = "") -> Any:
        return asyncio.run(self._ask(talk, token or self.token))

    async def _ask(self, talk: Callable[[ServerClient], Awaitable[Any]], token: str) -> Any:
        async with ServerClient(self.url, token) as client:
            return await talk(client)


@pytest.fixture(params=["server", "double"])
def served(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Served]:
    if request.param == "double":
        yield from _double()
    else:
        with serving() as url:
            yield from _server(url)


def _double() -> Iterator[Served]:
    double = ServerDouble(NodeSettings()).start()
    double.want(PLAN)
    yield Served(double.url, TOKEN, lambda: double.command("send_fax", "alpha", {}))
    double.stop()


def _server(url: str) -> Iterator[Served]:
    renderer = ports.renderer.bind(lambda scope: TenantPlan(**tenancy.plan_part(scope)))
    handlers = ports.batch_handlers.bind(dict.fromkeys(Stream, lambda scope, batch: None))
    facts = tenancy.TenantFacts(
        domain=PLAN.domain,
        title=PLAN.title,
        time_zone=PLAN.time_zone,
        language=PLAN.language,
        country=PLAN.country,
    )
    with Scope.system("test").active() as scope:
        tenancy.create_tenant(scope, "alpha", facts)
        token = fleet.create_node(scope, "node-1", NodeSettings())
    yield Served(url, token, _order)
    ports.renderer.bind(renderer)
    ports.batch_handlers.bind(handlers)


def _order() -> int:
    with Scope.system("test").active() as scope:
        return fleet.command(scope, "send_fax", "alpha", "{}")[0]


def test_the_manifest_leads_to_the_plan(served: Served) -> None:
    told = served.ask(lambda client: client.manifest(0, 0, 0))
    [change] = told.changed
    body = served.ask(lambda client: client.plan("alpha", change.digest))
    assert (change.tenant, change.digest) == ("alpha", digest(PLAN))
    assert decode(body, TenantPlan) == PLAN


def test_who_has_everything_is_told_nothing(served: Served) -> None:
    revision = served.ask(lambda client: client.manifest(0, 0, 0)).revision
    told = served.ask(lambda client: client.manifest(revision, 0, 0))
    assert (told.revision, told.changed, told.removed) == (revision, (), ())


def test_a_command_comes_until_it_is_kept(served: Served) -> None:
    order = served.order()
    first, again = (served.ask(lambda client: client.manifest(0, 0, 0)) for _ in range(2))
    kept = served.ask(lambda client: client.manifest(0, order, 0))
    assert [command.id for command in (*first.commands, *again.commands)] == [order, order]
    assert kept.commands == ()


def test_batches_come_in_order_and_once(served: Served) -> None:
    for number in (1, 1, 2):
        served.ask(lambda client, number=number: client.batch(Stream.CEL, number, b"line\n"))
    with pytest.raises(WrongNumber) as refused:
        served.ask(lambda client: client.batch(Stream.CEL, 5, b"line\n"))
    assert refused.value.expected == 3


def test_a_file_may_be_given_twice(served: Served, tmp_path: Path) -> None:
    recording = tmp_path / "recording.ogg"
    recording.write_bytes(b"OggS" * 100_000)
    name = hashlib.sha256(recording.read_bytes()).hexdigest()
    answers = [served.ask(lambda client: client.put_file(name, recording)) for _ in range(2)]
    assert answers == [None, None]


def test_a_report_is_taken(served: Served) -> None:
    outcome = TenantOutcome(tenant="alpha", revision=1, outcome=Outcome.IN_FORCE)
    told = NodeReport(**{**_members(REPORT), "outcomes": (outcome,)})
    assert served.ask(lambda client: client.report(told)) is None


def test_a_wrong_token_is_refused(served: Served) -> None:
    with pytest.raises(ServerRefused):
        served.ask(lambda client: client.manifest(0, 0, 0), token="cnode_wrong")


def _members(report: NodeReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__slots__}
