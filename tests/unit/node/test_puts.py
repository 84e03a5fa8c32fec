"""Small changes of a dialplan are put line by line, and are what a reload would have made."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.support_node import minimal
from tests.support_node.home import running_asterisk

from conmuta_node.apply.manager import DialplanDoor
from conmuta_node.apply.puts import LONGEST_DATA, Put, puts
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import ActionFailed, AsteriskIsDown

OLD = """
; a comment; with a semicolon
[acme-in-carrier]
exten => 24001000,1,CELGenUserEvent(in,24001000|carrier)
 same => n,Goto(acme-flow-main,start,1)
exten => _X.,1,Hangup(1)

[acme-local]
include => acme-parking
exten => _5XX,hint,PJSIP/${EXTEN}@acme.example.test
exten => 500,1,Dial(PJSIP/500/${FILTER(0-9\\;=,${X})},25)

[acme-loaded]
exten => 0123456789abcdef,1,NoOp()
"""
NEW = (
    OLD.replace(
        "Goto(acme-flow-main,start,1)",
        "Gosub(acme-ring,550,1)\n same => n,Gosub(c-missed,550,1(acme))",
    )
    .replace("500,1,Dial", "501,1,Playback(a(b),c)\nexten => 500,1,Dial")
    .replace("0123456789abcdef", "fedcba9876543210")
)


def test_a_number_that_leads_elsewhere_is_put_from_its_last_priority_on() -> None:
    found = puts(OLD, NEW)
    assert found is not None
    assert [put for put in found if put.context == "acme-in-carrier"] == [
        Put("acme-in-carrier", "24001000", 3, "Gosub", "c-missed,550,1(acme)"),
        Put("acme-in-carrier", "24001000", 2, "Gosub", "acme-ring,550,1"),
    ]
    assert Put("acme-local", "501", 1, "Playback", "a(b),c") in found
    assert not [put for put in found if put.exten == "500"]


def test_what_is_left_at_an_extensions_end_does_nothing() -> None:
    back = puts(NEW.replace("exten => 501,1,Playback(a(b),c)\n", ""), OLD)
    assert back is not None
    assert Put("acme-in-carrier", "24001000", 3, "NoOp", "") in back


def test_a_text_of_which_only_comments_changed_takes_nothing() -> None:
    assert puts(OLD, OLD.replace("; a comment", "; another")) == ()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("exten => _X.,1,Hangup(1)\n", ""),
        ("_5XX,hint", "_6XX,hint"),
        ("include => acme-parking\n", ""),
        ("[acme-local]", "[acme-other]"),
        ("_X.,1,Hangup(1)", "_X.,1,Goto(there)\n same => n(there),Hangup(1)"),
        ("_X.,1,Hangup(1)", "_X.,1,Hangup(1)\nexten => _X.,1,Hangup(2)"),
        ("_X.,1,Hangup(1)", "_X.,1,Playback(" + "a" * (LONGEST_DATA + 1) + ")"),
    ],
)
def test_what_went_or_is_no_plain_line_takes_a_reload(was: str, becomes: str) -> None:
    assert was in OLD
    assert puts(OLD, OLD.replace(was, becomes)) is None


@pytest.fixture(scope="module")
def asterisk(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[AsteriskHome, DialplanDoor]]:
    with running_asterisk(tmp_path_factory.mktemp("puts")) as (home, port):
        yield home, DialplanDoor(lambda: port, "conmuta", minimal.AMI_SECRET)


def test_asterisk_has_after_it_what_it_would_have_after_a_reload(
    asterisk: tuple[AsteriskHome, DialplanDoor],
) -> None:
    home, door = asterisk
    path = home.state / "etc/extensions.conf"
    usual = path.read_text() if path.exists() else ""
    path.write_text(usual + OLD)
    home.cli("dialplan reload")
    for text, before in ((NEW, OLD), (NEW.replace("start,1", "other,1"), NEW)):
        found = puts(before, text)
        assert found is not None
        door.put(found)
        shown = _shown(home)
        path.write_text(usual + text)
        home.cli("dialplan reload")
        assert shown == _shown(home)


def _shown(home: AsteriskHome) -> list[str]:
    """Two contexts, without where each line is from."""
    shown = (home.cli(f"dialplan show {name}") for name in ("acme-in-carrier", "acme-local"))
    return [re.sub(r"\s+\[\S+\]$", "", text, flags=re.MULTILINE) for text in shown]


def test_what_asterisk_refuses_is_told(asterisk: tuple[AsteriskHome, DialplanDoor]) -> None:
    _, door = asterisk
    with pytest.raises(ActionFailed, match="priority specified was invalid"):
        door.put([Put("acme-local", "500", -1, "NoOp", "")])
    with pytest.raises(ActionFailed):
        replace(door, secret="wrong").put([])
    with pytest.raises(AsteriskIsDown):
        replace(door, port=lambda: 9).put([])
