"""Extensions and what is dialled inside, by their door."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conmuta.apps.calls.contracts import FeatureChanged
from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import (
    ConferenceRoom,
    Department,
    Extension,
    Forwards,
    Mailbox,
    Parking,
    SpeedDial,
    Telephony,
)
from conmuta.apps.extensions.errors import NumberInUse, SpeedDialLeadsOn
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import ClassKind, OutgoingClass
from conmuta.platform import outbox
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope
from conmuta.wiring.events import SUBSCRIPTIONS

ANA = Extension(number="550", name="Ana", classes=("internal",), department="sales")


@pytest.fixture
def company(alpha: Scope) -> Scope:
    """Alpha with a department and the class of internal calls."""
    trunks.save_classes(alpha, [OutgoingClass(name="internal", kind=ClassKind.INTERNAL)])
    extensions.save_departments(alpha, [Department(name="sales", title="Sales")])
    return alpha


def test_a_new_extension_gets_a_strong_password_and_keeps_it(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    made = extensions.extensions(company)["550"]
    assert (made.account, len(made.secret)) == ("550", 24)
    assert extensions.save_extensions(company, [ANA]) == []
    extensions.save_extensions(company, [replace(ANA, name="Ana María")])
    assert extensions.extensions(company)["550"].secret == made.secret


def test_an_extension_comes_with_its_mailbox(company: Scope) -> None:
    with_mailbox = replace(ANA, mailbox=Mailbox(emails=("ana@alpha.example.test",)))
    extensions.save_extensions(company, [with_mailbox])
    planned = extensions.plan_part(company)["extensions"][0]
    assert (planned.mailbox.number, planned.mailbox.name) == ("550", "Ana")
    assert planned.mailbox.pin.isdigit()
    assert len(planned.mailbox.pin) == 6
    changes = extensions.save_extensions(company, [ANA])
    assert [change.verb for change in changes] == ["changed"]
    assert extensions.extensions(company)["550"].mailbox is None


def test_a_number_rings_one_thing(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    with pytest.raises(NumberInUse, match="550 already rings extension 550"):
        extensions.save_conferences(company, [ConferenceRoom(number="550", name="Room")])
    extensions.save_telephony(company, [Telephony()])
    with pytest.raises(NumberInUse, match="already rings telephony voicemail"):
        extensions.save_speed_dials(company, [SpeedDial(code="*97", number="911", name="Help")])


def test_parking_slots_are_taken_too(company: Scope) -> None:
    extensions.save_telephony(company, [Telephony(parking=Parking())])
    with pytest.raises(NumberInUse, match="705 already rings telephony slot 705"):
        extensions.save_mailboxes(company, [Mailbox(number="705", name="Night")])


def test_a_number_is_free_again_when_its_owner_is_gone(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    extensions.remove_extensions(company, ["550"])
    extensions.save_conferences(company, [ConferenceRoom(number="550", name="Room")])
    assert set(extensions.conferences(company)) == {"550"}


def test_two_extensions_do_not_share_an_account(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    bruno = replace(ANA, number="551", name="Bruno", account="550")
    with pytest.raises(NumberInUse, match="account 550 already rings extension 550"):
        extensions.save_extensions(company, [bruno])


def test_a_department_with_extensions_is_not_removed(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    with pytest.raises(StillUsed, match="sales"):
        extensions.remove_departments(company, ["sales"])


def test_what_an_extension_names_must_be_there(company: Scope) -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        extensions.save_extensions(company, [replace(ANA, department="nowhere")])
    with pytest.raises(UnknownName, match="luxury"):
        extensions.save_extensions(company, [replace(ANA, classes=("luxury",))])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(ANA, number="five"), "cannot be dialled"),
        (replace(ANA, name=""), "is empty"),
        (replace(ANA, name="x\n[evil]"), "line ends"),
        (replace(ANA, secret="short"), "12 characters"),
        (replace(ANA, mailbox=Mailbox(pin="12ab")), "mailbox.pin: a PIN has"),
        (replace(ANA, mailbox=Mailbox(delete_after_mail=True)), "would lose messages"),
        (replace(ANA, ring_seconds=1), "out of range"),
    ],
)
def test_a_wrong_extension_is_refused_with_a_sentence(
    company: Scope, wrong: Extension, said: str
) -> None:
    with pytest.raises(NotValid, match=said):
        extensions.save_extensions(company, [wrong])


def test_a_thousand_extensions_take_as_many_queries_as_one(
    company: Scope,
) -> None:
    def queries(first: int, count: int) -> int:
        wanted = [replace(ANA, number=str(first + i)) for i in range(count)]
        with CaptureQueriesContext(connection) as captured:
            extensions.save_extensions(company, wanted)
        return len(captured)

    assert queries(1000, 1) == queries(2000, 300)


def test_the_neighbour_may_have_the_same_number(two_tenants: tuple[Scope, Scope]) -> None:
    for scope in two_tenants:
        with scope.active():
            trunks.save_classes(scope, [OutgoingClass(name="internal", kind=ClassKind.INTERNAL)])
            extensions.save_extensions(scope, [replace(ANA, department=None)])
    alpha, beta = two_tenants
    with alpha.active():
        secret = extensions.extensions(alpha)["550"].secret
        extensions.remove_extensions(alpha, ["550"])
    with beta.active():
        assert extensions.extensions(beta)["550"].secret != secret


@pytest.mark.parametrize(
    ("feature", "value", "kept"),
    [
        ("forward_always", "099123456", {"always": "099123456"}),
        ("forward_busy", "551", {"busy": "551"}),
        ("forward_no_answer", "", {"no_answer": None}),
    ],
)
def test_a_forward_set_at_the_telephone_is_kept(
    company: Scope, feature: str, value: str, kept: dict[str, str | None]
) -> None:
    extensions.save_extensions(company, [replace(ANA, forwards=Forwards(no_answer="551"))])
    extensions.set_feature(company, "550", feature, value)
    forwards = extensions.extensions(company)["550"].forwards
    assert {name: getattr(forwards, name) for name in kept} == kept


def test_do_not_disturb_set_at_the_telephone_is_kept(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    extensions.set_feature(company, "550", "do_not_disturb", "yes")
    assert extensions.extensions(company)["550"].do_not_disturb
    assert extensions.set_feature(company, "550", "do_not_disturb", "yes") == []


def test_a_speed_dial_does_not_lead_to_another(company: Scope) -> None:
    one = SpeedDial(code="*11", number="24001234", name="Supplier")
    extensions.save_speed_dials(company, [one])
    with pytest.raises(SpeedDialLeadsOn):
        extensions.save_speed_dials(company, [SpeedDial(code="*12", number="*11", name="Same")])
    with pytest.raises(SpeedDialLeadsOn):
        extensions.save_speed_dials(company, [replace(one, number="*11")])
    assert extensions.speed_dials(company) == {"*11": one}


@pytest.mark.parametrize(
    ("number", "feature", "value"),
    [("999", "forward_busy", "551"), ("550", "forward_busy", "x;y"), ("550", "ringtone", "loud")],
)
def test_what_no_extension_can_have_is_passed_over(
    company: Scope, number: str, feature: str, value: str
) -> None:
    extensions.save_extensions(company, [ANA])
    before = extensions.extensions(company)
    assert extensions.set_feature(company, number, feature, value) == []
    assert extensions.extensions(company) == before


def test_what_a_telephone_tells_reaches_its_extension(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    told = FeatureChanged(
        tenant="alpha",
        extension="550",
        feature="forward_always",
        value="551",
        at="2026-11-22T18:00:00Z",
    )
    outbox.record(told, company)
    assert outbox.deliver_due(SUBSCRIPTIONS) == 1
    assert extensions.extensions(company)["550"].forwards.always == "551"


def test_what_a_telephone_told_late_does_not_undo_what_it_set_since(company: Scope) -> None:
    extensions.save_extensions(company, [ANA])
    set_ = {"tenant": "alpha", "extension": "550", "feature": "forward_always"}
    newer = FeatureChanged(**set_, value="551", at="2026-11-22T18:00:01Z")
    older = FeatureChanged(**set_, value="552", at="2026-11-22T18:00:00.5Z")
    other = FeatureChanged(**set_ | {"feature": "forward_busy"}, value="551", at=older.at)
    for told in (newer, older, other):
        outbox.record(told, company)
        assert outbox.deliver_due(SUBSCRIPTIONS) == 1
    assert extensions.extensions(company)["550"].forwards.always == "551"
    assert extensions.extensions(company)["550"].forwards.busy == "551"
