"""An order form goes out by fax, once, and its end is told."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.unit.calls.node import Node

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.calls import api as calls
from conmuta.apps.calls import ports
from conmuta.apps.calls.errors import NoFaxableDocument, NoFaxNumber
from conmuta.apps.fleet import actions as fleet_actions
from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.models import NodeCommand
from conmuta.cli.fax import line
from conmuta.platform.scope import Scope
from conmuta_plan.codec import encode
from conmuta_plan.node import (
    FaxDone,
    NodeReport,
    NodeSettings,
    Outcome,
    Stream,
    TenantOutcome,
)

REPORT = NodeReport(revision=1, asterisk_up=True, asterisk_version="22", calls_up=0, registered=0)
PDF = b"%PDF-1.4\n1 0 obj << /Type /Page >> endobj\ntrailer\n%%EOF\n"


@pytest.fixture
def store(two_tenants: tuple[Scope, Scope]) -> Iterator[MemoryStorage]:
    del two_tenants
    kept = MemoryStorage()
    before = ports.storage.bind(lambda: kept)
    with Scope.system("test").active() as system:
        fleet.create_node(system, "one", NodeSettings())
    yield kept
    if before is not None:
        ports.storage.bind(before)


def test_a_document_is_ordered_once_for_a_number(
    store: MemoryStorage, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[0].active() as scope:
        (order,) = calls.send_fax(scope, "alpha", "24009999", PDF, "Alpha")
        assert calls.send_fax(scope, "alpha", "24009999", PDF) == [order]
        assert calls.send_fax(scope, "alpha", "24009998", PDF) != [order]
    told = NodeCommand.objects.get(pk=order)
    body = json.loads(told.body)
    assert (told.kind, told.tenant_slug) == ("send_fax", "alpha")
    assert (body["number"], body["station"]) == ("24009999", "Alpha")
    assert store.open(body["document"]).read() == PDF


def test_of_two_nodes_one_sends_it_and_that_one_serves_the_company(
    store: MemoryStorage, two_tenants: tuple[Scope, Scope]
) -> None:
    with Scope.system("test").active() as system:
        fleet.create_node(system, "two", NodeSettings())
        one, two = (view.id for view in fleet.nodes(system))
        in_force = TenantOutcome(tenant="alpha", revision=1, outcome=Outcome.IN_FORCE)
        fleet_actions.take_report(system, two, replace(REPORT, outcomes=(in_force,)))
        fleet_actions.take_report(system, one, REPORT)
    with two_tenants[0].active() as scope:
        (order,) = calls.send_fax(scope, "alpha", "24009999", PDF)
    assert NodeCommand.objects.get().pk == order
    assert NodeCommand.objects.get().node_id == two


@pytest.mark.parametrize(
    "document",
    [b"GIF89a", PDF[:20], PDF.replace(b"/Type", b"/Encrypt /Type"), PDF[:-6] * 101 + PDF],
)
def test_what_is_no_document_to_fax_is_refused(
    store: MemoryStorage, two_tenants: tuple[Scope, Scope], document: bytes
) -> None:
    with two_tenants[0].active() as scope, pytest.raises(NoFaxableDocument):
        calls.send_fax(scope, "alpha", "24009999", document)
    assert not NodeCommand.objects.exists()


def test_what_is_no_number_is_refused(
    store: MemoryStorage, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[0].active() as scope, pytest.raises(NoFaxNumber):
        calls.send_fax(scope, "alpha", "099,hello", PDF)


def test_what_became_of_it_is_listed_for_its_company_alone(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    place = {"tenant": "alpha", "linkedid": "1795000000.10", "uniqueid": "1795000000.10"}
    done = FaxDone(**place, ok=True, status="SUCCESS", pages=2, far_station="2400", command=3)
    node.send(Stream.FAX, encode(done) + b"\n")
    alpha, beta = two_tenants
    with alpha.active():
        (fax,) = calls.faxes(alpha)
        assert "sent by order 3, ok (SUCCESS), 2 pages" in line(fax)
    with beta.active():
        assert calls.faxes(beta) == []
