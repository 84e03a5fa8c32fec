"""Messages of who is gone are gone; the last word on a PIN counts."""

from pathlib import Path

import pytest
from tests.support_node.plans import extension, small_plan

from conmuta_node.apply.mailboxes import Mailboxes
from conmuta_node.memory import Memory
from conmuta_plan import TenantPlan
from conmuta_plan.people import Mailbox


@pytest.fixture
def boxes(tmp_path: Path) -> Mailboxes:
    return Mailboxes(tmp_path, Memory(tmp_path / "memory.sqlite3"))


def message(boxes: Mailboxes, number: str, tenant: str = "acme") -> Path:
    """A message that somebody left, and a PIN that was set by telephone."""
    box = boxes.state / "spool/voicemail" / tenant / number
    (box / "INBOX").mkdir(parents=True, exist_ok=True)
    (box / "INBOX/msg0000.wav").write_bytes(b"audio")
    (box / "secret.conf").write_text("[general]\npassword=9999\n")
    return box


def with_box(pin: str = "1234", number: str = "550") -> TenantPlan:
    box = Mailbox(number=number, name="Ana", pin=pin)
    return small_plan(extensions=(extension(number, mailbox=box),))


def test_a_mailbox_that_goes_takes_its_messages_with_it(boxes: Mailboxes) -> None:
    gone, stays = message(boxes, "551"), message(boxes, "550")
    boxes.settle(with_box())
    assert not gone.exists()
    assert (stays / "INBOX/msg0000.wav").exists()
    assert list((boxes.state / "spool/removed").iterdir()) == []


def test_a_company_of_an_old_name_hears_nothing_of_the_old_one(boxes: Mailboxes) -> None:
    old, other = message(boxes, "550"), message(boxes, "550", "beta")
    boxes.forget("acme")
    assert not old.parent.exists()
    assert other.exists()


def test_a_pin_changed_in_the_plan_goes_before_the_telephones_once(boxes: Mailboxes) -> None:
    box = message(boxes, "550")
    boxes.settle(with_box("1234"))
    boxes.settle(with_box("1234"))
    assert (box / "secret.conf").exists()
    boxes.settle(with_box("4321"))
    assert not (box / "secret.conf").exists()
    assert (box / "INBOX/msg0000.wav").exists()
    message(boxes, "550")
    boxes.settle(with_box("4321"))
    assert (box / "secret.conf").exists()


def test_no_pin_is_kept_in_the_agents_memory(boxes: Mailboxes) -> None:
    boxes.settle(with_box("7391"))
    kept = boxes.memory.rows("SELECT value FROM facts")
    assert kept
    assert "7391" not in str(kept)
