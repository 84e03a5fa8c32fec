"""Blocks and bans by the API: seen with their reasons, lifted with one call, by who may."""

import json
import time

import pytest
from django.utils import timezone
from tests.support.api import Call, program
from tests.support.sellers import Sellers, sellers

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.actions import take_report
from conmuta.apps.fleet.models import Node, NodeCommand
from conmuta.apps.ledger.models import Block
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta_plan.node import BanTold, NodeReport, NodeSettings

SYSTEM = Scope.system("test:platform")
SCANNER, GUESSER = "192.0.2.66", "2001:db8:1:2::/64"


@pytest.fixture
def sold(db: None) -> Sellers:
    """North has Acme and Beta, South has Gamma; one node serves all, and shut two addresses."""
    made = sellers()
    with SYSTEM.active():
        fleet.create_node(SYSTEM, "one", NodeSettings())
        take_report(SYSTEM, Node.objects.get().pk, report())
    return made


def report() -> NodeReport:
    now = time.time()
    bans = (
        BanTold(address=SCANNER, reason="scanner", at=now - 60, until=now + 3540),
        BanTold(address=GUESSER, reason="passwords", at=now - 30, until=now + 3570),
        BanTold(address="192.0.2.67", reason="strangers", at=now - 4000, until=now - 400),
    )
    return NodeReport(
        revision=1, asterisk_up=True, asterisk_version="22", calls_up=0, registered=0, bans=bans
    )


def blocked(scope: Scope, extension: str, reason: str = "money") -> None:
    with scope.active():
        Block.objects.within(scope).create(
            node=1,
            entry=Block.objects.within(scope).count() + 1000 * (scope.tenant_id or 0),
            extension=extension,
            reason=reason,
            number="5352345678",
            at=timezone.now(),
        )


@pytest.fixture
def acme(sold: Sellers) -> Scope:
    """Acme's extension 550 reached the money of a day, the company the minutes of a day."""
    own = sold.tenant("acme")
    blocked(own, "550")
    blocked(own, "", "minutes")
    return own


def orders(kind: str) -> list[tuple[str, dict[str, str]]]:
    found = NodeCommand.objects.filter(kind=kind).order_by("pk")
    return [(order.tenant_slug, json.loads(order.body)) for order in found]


def audited(scope: Scope, verb: str) -> list[tuple[str, str]]:
    with scope.active():
        rows = AuditEntry.objects.within(scope).filter(verb=verb).order_by("pk")
        return [(row.subject, row.actor.partition(":")[0]) for row in rows]


def test_who_is_blocked_is_told_with_the_reason_in_words(acme: Scope) -> None:
    call = program(acme)
    listed = call("GET", "/tenants/acme/blocks").json()
    assert [(item["who"], item["reason"]) for item in listed["items"]] == [
        ("550", "money"),
        ("all", "minutes"),
    ]
    one = call("GET", "/tenants/acme/blocks/550", **{"Accept-Language": "es"}).json()
    assert one["words"] == "Se alcanzó el dinero que se puede gastar en llamadas en un día."
    assert (one["number"], one["until"]) == ("5352345678", None)
    assert call("GET", "/tenants/acme/blocks/551").status_code == 404


def test_a_companys_program_lifts_an_extensions_block_once_however_often_it_asks(
    acme: Scope,
) -> None:
    call = program(acme)
    for _ in range(3):
        assert call("DELETE", "/tenants/acme/blocks/550").status_code == 204
    assert call("GET", "/tenants/acme/blocks/550").status_code == 404
    assert orders("unblock") == [("acme", {"extension": "550"})]
    assert audited(acme, "unblocked") == [("ledger.block:550", "token")]
    never = call("DELETE", "/tenants/acme/blocks/551")
    assert (never.status_code, never.json()["code"]) == (404, "ledger.no_such_block")


def test_the_whole_companys_block_is_lifted_by_its_operator_alone(
    acme: Scope, sold: Sellers
) -> None:
    refused = program(acme)("DELETE", "/tenants/acme/blocks/all")
    assert (refused.status_code, refused.json()["code"]) == (403, "api.operator_lifts")
    assert orders("unblock") == []
    assert program(sold.north)("DELETE", "/tenants/acme/blocks/all").status_code == 204
    assert orders("unblock") == [("acme", {"extension": ""})]
    assert audited(acme, "unblocked") == [("ledger.block:", "token")]


def test_an_operator_sees_all_of_its_companies_blocks_and_lifts_them(
    acme: Scope, sold: Sellers
) -> None:
    blocked(sold.tenant("gamma"), "600")
    call = program(sold.north)
    first = call("GET", "/operators/north/blocks?limit=1").json()
    second = call("GET", f"/operators/north/blocks?limit=1&after={first['next']}").json()
    seen = [(b["tenant"], b["who"]) for page in (first, second) for b in page["items"]]
    assert (seen, second["next"]) == ([("acme", "550"), ("acme", "all")], None)
    assert call("DELETE", "/tenants/acme/blocks/550").status_code == 204
    south = program(sold.south)
    assert [b["who"] for b in south("GET", "/operators/south/blocks").json()["items"]] == ["600"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_to_strangers_there_is_no_such_company(acme: Scope, sold: Sellers, method: str) -> None:
    for stranger in (sold.tenant("beta"), sold.tenant("gamma"), sold.south):
        call = program(stranger)
        assert call(method, "/tenants/acme/blocks/550").status_code == 404
        assert call("GET", "/tenants/acme/blocks").status_code == 404
        assert call("GET", "/operators/north/blocks").status_code == 404
    assert orders("unblock") == []


def test_who_may_only_read_lifts_nothing(acme: Scope) -> None:
    reader, others = program(acme, "blocks:read"), program(acme, "calls:write")
    assert reader("GET", "/tenants/acme/blocks").status_code == 200
    refused = reader("DELETE", "/tenants/acme/blocks/550")
    assert (refused.status_code, "blocks:write" in refused.json()["detail"]) == (403, True)
    assert others("GET", "/tenants/acme/blocks").status_code == 403


@pytest.fixture
def platform(sold: Sellers) -> Call:
    return program(SYSTEM)


def test_addresses_that_are_shut_out_are_told_and_let_in(platform: Call) -> None:
    listed = platform("GET", "/bans").json()["items"]
    assert [item["address"] for item in listed] == [SCANNER, GUESSER]
    one = platform("GET", f"/bans/{SCANNER}").json()
    assert one["words"] == "It looked for telephones as scanners do."
    assert one["nodes"] == ["one"]
    within = platform("GET", "/bans/2001:db8:1:2:3::9")
    assert (within.status_code, within.json()["address"]) == (200, GUESSER)
    for address in (SCANNER, "2001:db8:1:2:3::9"):
        assert platform("DELETE", f"/bans/{address}").status_code == 204
    assert orders("unban") == [("", {"address": SCANNER}), ("", {"address": GUESSER})]
    assert audited(SYSTEM, "unbanned") == [
        (f"fleet.ban:{SCANNER}", "token"),
        (f"fleet.ban:{GUESSER}", "token"),
    ]


def test_what_no_node_shut_out_is_told_and_lifting_it_does_no_harm(platform: Call) -> None:
    assert platform("GET", "/bans/192.0.2.67").status_code == 404
    assert platform("GET", "/bans/198.51.100.1").json()["code"] == "fleet.no_such_ban"
    assert platform("DELETE", "/bans/198.51.100.1").status_code == 204


@pytest.mark.parametrize("address", ["nobody", "192.0.2.300", "10.0.0.0%2F8", "::1%2F128"])
def test_what_is_no_address_is_told(platform: Call, address: str) -> None:
    assert platform("DELETE", f"/bans/{address}").status_code in {404, 422}
    assert orders("unban") == []


def test_bans_are_the_platforms(sold: Sellers) -> None:
    for owner in (sold.north, sold.tenant("acme")):
        call = program(owner)
        for method, path in (
            ("GET", "/bans"),
            ("GET", f"/bans/{SCANNER}"),
            ("DELETE", f"/bans/{SCANNER}"),
        ):
            answer = call(method, path)
            assert answer.status_code == 404
            assert SCANNER not in answer.content.decode()
    reader = program(SYSTEM, "bans:read")
    assert reader("GET", "/bans").status_code == 200
    assert reader("DELETE", f"/bans/{SCANNER}").status_code == 403
    assert orders("unban") == []


def test_one_address_that_two_nodes_shut_is_one_ban(sold: Sellers, platform: Call) -> None:
    with SYSTEM.active():
        fleet.create_node(SYSTEM, "two", NodeSettings())
        take_report(SYSTEM, Node.objects.get(name="two").pk, report())
    one = platform("GET", f"/bans/{SCANNER}").json()
    assert one["nodes"] == ["one", "two"]
    assert platform("DELETE", f"/bans/{SCANNER}").status_code == 204
    assert len(orders("unban")) == 2
