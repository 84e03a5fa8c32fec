"""An operator's gateways: every field kept, wrong ones told, sealed off from others."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import (
    CallerIdRule,
    CarrierGateway,
    Gateway,
    GatewayKind,
    NumberRule,
    Privacy,
    Transport,
)
from conmuta.apps.trunks.errors import AddressTaken
from conmuta.platform.models import AuditEntry, UnscopedQuery
from conmuta.platform.nouns import NotValid
from conmuta.platform.scope import Scope
from conmuta_plan.people import Srtp

CARRIER = CarrierGateway(
    name="north-carrier",
    host="sip.carrier.example.test",
    port=5061,
    transport=Transport.TLS,
    username="conmuta",
    secret="only-they-know",
    register=True,
    challenge=True,
    addresses=("192.0.2.0/28",),
    outbound_proxy="sip:edge.carrier.example.test",
    caller_id="59829000000",
    inbound=(NumberRule(pattern="0.", strip=1, prepend="598", note="national"),),
    outbound=(NumberRule(pattern="598.", strip=3, prepend="0"),),
    caller_id_rule=CallerIdRule.PASS,
    caller_id_outbound=(NumberRule(pattern="598.", strip=3),),
    privacy=Privacy.ASSERTED,
    may_send_own_ani=True,
    max_calls=60,
    max_calls_per_second=10,
    media_encryption=Srtp.REQUIRED,
    kind=GatewayKind.SBC,
    note="ticket 4711",
)


@pytest.fixture
def north(two_operators: tuple[Scope, Scope]) -> Iterator[Scope]:
    with two_operators[0].active() as scope:
        yield scope


def wrong(gateway: CarrierGateway, scope: Scope) -> str:
    with pytest.raises(NotValid) as refused:
        trunks.save_operator_gateways(scope, [gateway])
    return str(refused.value)


def test_every_field_of_a_gateway_is_kept(north: Scope) -> None:
    trunks.save_operator_gateways(north, [CARRIER])
    assert trunks.operator_gateways(north) == {"north-carrier": CARRIER}


def test_saving_it_again_changes_nothing(north: Scope) -> None:
    trunks.save_operator_gateways(north, [CARRIER])
    assert trunks.save_operator_gateways(north, [CARRIER]) == []


def test_its_password_is_in_no_audit_row(north: Scope) -> None:
    trunks.save_operator_gateways(north, [CARRIER])
    row = AuditEntry.objects.within(north).get(subject="trunks.operator_gateway:north-carrier")
    assert "only-they-know" not in str(row.after)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "me@there"}, "cannot stand in SIP"),
        ({"host": "no host"}, "neither an address nor a host name"),
        ({"caller_id": None, "caller_id_rule": "force"}, "say which in `caller_id`"),
        ({"outbound": (NumberRule(pattern="0-."),)}, "is no pattern"),
        ({"inbound": (NumberRule(pattern="0."), NumberRule(pattern="0."))}, "stands above already"),
        ({"transport": Transport.UDP}, "encrypt that too"),
        ({"challenge": True, "secret": None}, "give `username` and `secret`"),
        ({"max_calls_per_second": 5000}, "out of range"),
        ({"caller_id": "Acme"}, "is no number"),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(
    north: Scope, fields: dict[str, object], sentence: str
) -> None:
    changed = {
        name: CallerIdRule(v) if name == "caller_id_rule" else v for name, v in fields.items()
    }
    assert sentence in wrong(replace(CARRIER, **changed), north)


def test_another_operator_sees_and_changes_nothing_of_it(
    two_operators: tuple[Scope, Scope],
) -> None:
    north, south = two_operators
    with north.active():
        trunks.save_operator_gateways(north, [CARRIER])
    with south.active():
        assert trunks.operator_gateways(south) == {}
        assert trunks.remove_operator_gateways(south, ["north-carrier"]) == []
        with pytest.raises(UnscopedQuery):
            trunks.operator_gateways(north)
    with north.active():
        assert list(trunks.operator_gateways(north)) == ["north-carrier"]


def test_two_operators_cannot_have_one_carrier_address(
    two_operators: tuple[Scope, Scope],
) -> None:
    north, south = two_operators
    with north.active():
        trunks.save_operator_gateways(north, [CARRIER])
    with south.active(), pytest.raises(AddressTaken):
        trunks.save_operator_gateways(
            south, [CarrierGateway(name="mine", host="192.0.2.3", addresses=("192.0.2.3",))]
        )


def test_a_company_cannot_take_an_operators_carrier_address(
    two_operators: tuple[Scope, Scope], alpha: Scope
) -> None:
    north, _ = two_operators
    with north.active():
        trunks.save_operator_gateways(north, [CARRIER])
    with pytest.raises(AddressTaken):
        trunks.save_gateways(alpha, [Gateway(name="own", host="192.0.2.3")])


def test_a_company_has_no_operator_gateways(alpha: Scope) -> None:
    assert trunks.operator_gateways(alpha) == {}
    with pytest.raises(UnscopedQuery):
        trunks.save_operator_gateways(alpha, [CARRIER])
