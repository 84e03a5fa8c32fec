"""Telephones' objects: the table holds exactly what the tenants' texts say."""

import sqlite3
from pathlib import Path

import pytest

from conmuta_node.objects import (
    ChangedObjects,
    MalformedObjects,
    PhoneObjects,
    expiry_commands,
    parse_objects,
)
from conmuta_node.pins import pins_by_telephone

PHONE = """
; extension 550, Ana
[{id}]
type=endpoint
context=acme-phones
callerid="Ana \\; Co" <550>
[{id}]
type=auth
password={password}
"""


def phone(identity: str = "550@acme.test", password: str = "uno") -> str:
    return PHONE.format(id=identity, password=password)


@pytest.fixture
def objects(tmp_path: Path) -> PhoneObjects:
    return PhoneObjects(tmp_path / "pjsip.sqlite3")


def passwords(tmp_path: Path) -> dict[str, str]:
    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        return dict(database.execute("SELECT id, password FROM ps_auths"))


def test_a_comment_ends_a_line_unless_escaped() -> None:
    endpoint = parse_objects(phone())[0]
    assert endpoint.options["callerid"] == '"Ana ; Co" <550>'


def test_an_option_given_twice_is_refused_with_its_line() -> None:
    with pytest.raises(MalformedObjects, match="line 4"):
        parse_objects("[a]\ntype=aor\nmax_contacts=1\nmax_contacts=2\n")


def test_only_what_changed_is_read_again(objects: PhoneObjects, tmp_path: Path) -> None:
    assert objects.replace("acme", phone())
    assert not objects.replace("acme", phone())
    changed = objects.replace("acme", phone(password="dos"))
    assert expiry_commands(changed) == ["sorcery memory cache expire res_pjsip/auth 550@acme.test"]
    assert passwords(tmp_path) == {"550@acme.test": "dos"}


def test_a_removed_extension_leaves_nothing(objects: PhoneObjects, tmp_path: Path) -> None:
    objects.replace("acme", phone() + phone("551@acme.test"))
    objects.replace("acme", phone("551@acme.test"))
    assert set(passwords(tmp_path)) == {"551@acme.test"}
    objects.remove("acme")
    assert passwords(tmp_path) == {}
    assert objects.tenants() == frozenset()


def test_a_tenant_cannot_take_anothers_object(objects: PhoneObjects, tmp_path: Path) -> None:
    objects.replace("acme", phone())
    with pytest.raises(MalformedObjects, match="acme"):
        objects.replace("other", phone("777@other.test") + phone(password="stolen"))
    assert passwords(tmp_path) == {"550@acme.test": "uno"}


def test_a_whole_boot_gives_the_same_table_in_descending_order(
    objects: PhoneObjects, tmp_path: Path
) -> None:
    objects.replace("gone", phone("1@gone.test"))
    objects.replace_all({"b": phone("550@b.test"), "a": phone("551@a.test")})
    assert list(passwords(tmp_path)) == ["551@a.test", "550@b.test"]
    assert not objects.replace("a", phone("551@a.test"))


MAILBOX = "[550@acme]\ntype=mailbox\ncontext=acme\nmailbox=550\npin={pin}\n"


def asterisks_pin(tmp_path: Path) -> str:
    """The PIN with which Asterisk opens the mailbox."""
    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        found = database.execute(
            "SELECT password FROM voicemail WHERE mailbox = '550' AND context = 'acme'"
        )
        return str(found.fetchone()[0])


def test_a_mailbox_is_changed_and_no_cache_told(objects: PhoneObjects, tmp_path: Path) -> None:
    assert expiry_commands(objects.replace("acme", MAILBOX.format(pin="1234"))) == []
    assert asterisks_pin(tmp_path) == "1234"
    objects.replace("acme", MAILBOX.format(pin="4321"))
    assert asterisks_pin(tmp_path) == "4321"


def test_a_pin_that_asterisk_writes_counts_and_is_also_written_to_the_spool(
    objects: PhoneObjects, tmp_path: Path
) -> None:
    objects.replace("acme", MAILBOX.format(pin="1234"))
    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        changed = database.execute("UPDATE voicemail SET password = '8642' WHERE mailbox = '550'")
        assert changed.rowcount == 0  # else Asterisk would not write it to the spool
    assert asterisks_pin(tmp_path) == "8642"


def test_pins_of_the_spool_come_back_with_a_new_table(
    objects: PhoneObjects, tmp_path: Path
) -> None:
    secret = tmp_path / "voicemail/acme/550/secret.conf"
    secret.parent.mkdir(parents=True)
    secret.write_text(";! Automatically generated\n[general]\npassword = 8642\n")
    objects.replace_all(
        {"acme": MAILBOX.format(pin="1234")}, pins_by_telephone(tmp_path / "voicemail")
    )
    assert asterisks_pin(tmp_path) == "8642"


def test_a_pin_changed_in_the_plan_goes_before_one_set_by_telephone(
    objects: PhoneObjects, tmp_path: Path
) -> None:
    box = "[550@acme]\ntype=mailbox\ncontext=acme\nmailbox=550\npin={pin}\nfullname={name}\n"
    objects.replace("acme", box.format(pin="1111", name="Ana"))

    def password() -> str:
        with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
            return str(database.execute("SELECT password FROM voicemail").fetchone()[0])

    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        database.execute("UPDATE voicemail SET password = '2222' WHERE mailbox = '550'")
    assert password() == "2222"
    objects.replace("acme", box.format(pin="1111", name="Ana Maria"))
    assert password() == "2222"
    objects.replace("acme", box.format(pin="3333", name="Ana Maria"))
    assert password() == "3333"


def test_a_table_that_asterisk_made_before_us_gives_way(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        database.execute("CREATE TABLE voicemail(context TEXT, mailbox TEXT)")
    box = "[550@acme]\ntype=mailbox\ncontext=acme\nmailbox=550\npin=1111\n"
    PhoneObjects(tmp_path / "pjsip.sqlite3").replace("acme", box)
    with sqlite3.connect(tmp_path / "pjsip.sqlite3") as database:
        assert database.execute("SELECT password FROM voicemail").fetchall() == [("1111",)]


def test_who_goes_is_told_apart_from_who_changes(tmp_path: Path) -> None:
    table = PhoneObjects(tmp_path / "pjsip.sqlite3")
    text = "[550@a.example.test]\ntype=aor\nmax_contacts=1\n"
    one = frozenset({("aor", "550@a.example.test")})
    assert table.replace("acme", text) == ChangedObjects(one)
    assert not table.replace("acme", text)
    assert table.replace("acme", text.replace("1\n", "2\n")) == ChangedObjects(one)
    assert table.addresses() == {"550@a.example.test": {"max_contacts": "2"}}
    assert table.replace("acme", "") == ChangedObjects(one, one)
    assert table.addresses() == {}
