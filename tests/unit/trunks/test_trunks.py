"""Gateways, classes and numbers, by their door."""

from dataclasses import replace

import pytest

from conmuta.apps.routing import api as routing
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import (
    ClassKind,
    Direction,
    Gateway,
    InboundNumber,
    OutgoingClass,
    RecordingPolicy,
    RecordingRule,
    Target,
    TargetKind,
)
from conmuta.apps.trunks.errors import AddressTaken
from conmuta.platform.models import AuditEntry
from conmuta.platform.nouns import KEPT, NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope
from conmuta_plan import outside

CARRIER = Gateway(name="carrier", host="192.0.2.10", secret="only-they-know", username="acme")
LOCAL = OutgoingClass(
    name="local", kind=ClassKind.LOCAL, patterns=("2XXXXXXX",), gateways=("carrier",)
)


def audit_rows(scope: Scope) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.within(scope).order_by("pk")
    return list(rows.values_list("verb", "subject"))


def test_a_saved_gateway_is_in_the_plan(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    assert trunks.plan_part(alpha)["gateways"] == (CARRIER,)


def test_saving_the_same_gateway_again_changes_nothing(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    before = audit_rows(alpha)
    assert trunks.save_gateways(alpha, [CARRIER]) == []
    assert audit_rows(alpha) == before


def test_a_kept_secret_stays_as_it_is(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    elsewhere = Gateway(name="carrier", host="192.0.2.11", secret=KEPT, username="acme")
    trunks.save_gateways(alpha, [elsewhere])
    assert trunks.gateways(alpha)["carrier"].secret == "only-they-know"
    assert trunks.gateways(alpha)["carrier"].host == "192.0.2.11"


def test_a_password_is_in_no_audit_row(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    row = AuditEntry.objects.within(alpha).get(subject="trunks.gateway:carrier")
    assert row.after["secret"] == "•••"
    assert "only-they-know" not in str(row.after)


def test_a_class_names_gateways_that_are_there(alpha: Scope) -> None:
    with pytest.raises(UnknownName, match="carrier"):
        trunks.save_classes(alpha, [LOCAL])


def test_a_gateway_in_use_is_not_removed(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    trunks.save_classes(alpha, [LOCAL])
    with pytest.raises(StillUsed, match="used by class local"):
        trunks.remove_gateways(alpha, ["carrier"])
    trunks.remove_classes(alpha, ["local"])
    trunks.remove_gateways(alpha, ["carrier"])
    assert trunks.gateways(alpha) == {}


def test_emergency_calls_never_ask_for_a_pin(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    emergency = OutgoingClass(
        name="emergency",
        kind=ClassKind.EMERGENCY,
        patterns=("911",),
        gateways=("carrier",),
        pins=("1234",),
    )
    with pytest.raises(NotValid, match="never ask"):
        trunks.save_classes(alpha, [emergency])


def test_the_classes_that_flows_may_dial_are_told_apart(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    free = OutgoingClass(
        name="mobile",
        kind=ClassKind.MOBILE,
        patterns=("09XXXXXXX",),
        gateways=("carrier",),
        pins=("4821",),
        for_flows=True,
    )
    trunks.save_classes(alpha, [LOCAL, free])
    part = routing.plan_part(alpha)
    assert part["operator"] is None
    assert part["flow_classes"] == ("mobile",)
    assert [type(item) for item in part["classes"]] == [outside.CallClass, outside.CallClass]
    assert part["classes"][1].pins == ("4821",)


def test_numbers_and_recording_rules_round_trip(alpha: Scope) -> None:
    trunks.save_gateways(alpha, [CARRIER])
    number = InboundNumber(
        number="24002000",
        target=Target(kind=TargetKind.FLOW, name="main"),
        gateways=("carrier",),
    )
    policy = RecordingPolicy(rules=(RecordingRule(record=True, direction=Direction.OUT),))
    trunks.save_numbers(alpha, [number])
    trunks.save_recording(alpha, [policy])
    assert trunks.plan_part(alpha)["numbers"] == (number,)
    assert trunks.plan_part(alpha)["recording"] == policy.rules


def test_the_neighbour_has_none_of_it(two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    with alpha.active():
        trunks.save_gateways(alpha, [CARRIER])
    with beta.active():
        assert trunks.gateways(beta) == {}
        trunks.save_gateways(beta, [replace(CARRIER, host="192.0.2.20")])
        assert trunks.remove_gateways(beta, ["carrier"])
    with alpha.active():
        assert trunks.gateways(alpha) == {"carrier": CARRIER}


ACME = Gateway(name="main", host="192.0.2.10", addresses=("198.51.100.8/29", "2001:db8::/64"))


@pytest.mark.parametrize(
    "thief",
    [
        Gateway(name="a-evil", host="203.0.113.1", addresses=("198.51.100.0/24",)),
        Gateway(name="a-evil", host="203.0.113.1", addresses=("198.51.100.9",)),
        Gateway(name="a-evil", host="203.0.113.1", addresses=("192.0.2.10",)),
        Gateway(name="a-evil", host="198.51.100.10"),
        Gateway(name="a-evil", host="203.0.113.1", addresses=("2001:db8::5",)),
        Gateway(name="a-evil", host="203.0.113.1", addresses=("::ffff:198.51.100.9",)),
    ],
)
def test_a_company_does_not_take_the_calls_of_anothers_carrier(
    two_tenants: tuple[Scope, Scope], thief: Gateway
) -> None:
    alpha, beta = two_tenants
    with alpha.active():
        trunks.save_gateways(alpha, [ACME])
    with beta.active():
        with pytest.raises(AddressTaken) as refused:
            trunks.save_gateways(beta, [thief])
        assert "alpha" not in str(refused.value).lower()
        assert trunks.gateways(beta) == {}
    with alpha.active():
        trunks.save_gateways(alpha, [replace(ACME, name="spare")])


def test_two_companies_at_one_carrier_by_its_name_are_told(
    two_tenants: tuple[Scope, Scope],
) -> None:
    """Their calls would come from one address; the second would get none of its own."""
    alpha, beta = two_tenants
    carrier = Gateway(name="main", host="sip.carrier.example.test")
    with alpha.active():
        trunks.save_gateways(alpha, [carrier])
    with beta.active():
        with pytest.raises(AddressTaken):
            trunks.save_gateways(beta, [replace(carrier, host="SIP.Carrier.example.test")])
        apart = replace(carrier, addresses=("203.0.113.7",))
        trunks.save_gateways(beta, [apart])


@pytest.mark.parametrize("wide", ["0.0.0.0/0", "192.0.0.0/23", "::/0", "2001:db8::/63"])
def test_a_gateway_is_not_open_to_the_world(alpha: Scope, wide: str) -> None:
    with pytest.raises(NotValid, match="too wide"):
        trunks.save_gateways(alpha, [replace(CARRIER, addresses=(wide,))])
    trunks.save_gateways(alpha, [replace(CARRIER, addresses=("192.0.2.0/24", "2001:db8::/64"))])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Gateway(name="carrier", host="a b"), "host name"),
        (Gateway(name="carrier", host="a", port=0), "out of range"),
        (Gateway(name="Carrier!", host="a"), "is no name"),
        (Gateway(name="carrier", host="a", register=True), "needs a username"),
        (Gateway(name="carrier", host="a", codecs=("mp3",)), "not a codec"),
        (Gateway(name="carrier", host="a", addresses=("here",)), "neither an IP"),
        (Gateway(name="carrier", host="a", from_user="x\nexec=y"), "line ends"),
    ],
)
def test_a_wrong_gateway_is_refused_with_a_sentence(
    alpha: Scope, wrong: Gateway, said: str
) -> None:
    with pytest.raises(NotValid, match=said):
        trunks.save_gateways(alpha, [wrong])
