"""What is refused before Asterisk sees it."""

from pathlib import Path

import pytest

from conmuta_node.apply.checks import Abilities, find_faults, parse_abilities

ABLE = Abilities(
    applications=frozenset({"dial", "noop", "gosub", "goto", "playback"}),
    functions=frozenset({"CALLERID", "LEN"}),
    shared_contexts=frozenset({"c-ring"}),
)
GOOD = """\
; Numbers of Acme
[acme-local]
exten => 550,hint,PJSIP/550@acme.example.test
exten => 550,1,NoOp(${CALLERID(num)}) ; a comment
 same => n(again),Gosub(c-ring,550,1(20))
 same => n,Goto(acme-local,550,again)
include => acme-more
[acme-more]
exten => _X!,1,Dial(PJSIP/${EXTEN}\\;x)
"""


def faults(text: str, media: Path = Path("/nowhere"), name: str = "extensions.conf") -> list[str]:
    return list(find_faults("acme", {name: text}, ABLE, media))


def test_a_good_dialplan_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[acme-x]\nexten => 5,1,DoTheDishes()\n", "no application DoTheDishes"),
        ("[acme-x]\nexten => 5,1,NoOp(${DISHES(x)})\n", "no function DISHES"),
        ("[acme-x]\nexten => 5,1,Goto(beta-local,5,1)\n", "no context beta-local"),
        ("[acme-x]\ninclude => beta-local\n", "no context beta-local"),
        ("[beta-local]\nexten => 5,1,NoOp()\n", "not named after the tenant acme"),
        ("[acmeother-x]\nexten => 5,1,NoOp()\n", "not named after the tenant acme"),
        ("[acme-x\nexten => 5,1,NoOp()\n", "is not closed"),
        ("[acme-x]\nexten 5\n", "is no setting"),
        ("exten => 5,1,NoOp()\n", "is no setting"),
        ("[acme-x]\n#include /etc/passwd\n", "may not include"),
        ("[acme-x]\n#exec /bin/sh\n", "may not include"),
        (f"[acme-x]\nexten => 5,1,Playback(/state/media/{'a' * 64})\n", "is not on this node"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, told: str) -> None:
    found = faults(text)
    assert found
    assert any(told in fault for fault in found)


def test_a_parking_lot_makes_its_context_itself() -> None:
    texts = {
        "extensions.conf": "[acme-local]\ninclude => acme-parking\n",
        "res_parking.conf": "[acme-parking]\ncontext = acme-parking\n",
    }
    assert list(find_faults("acme", texts, ABLE, Path("/nowhere"))) == []
    assert faults(texts["extensions.conf"]) != []


def test_an_asterisk_that_is_not_known_yet_is_not_asked() -> None:
    text = "[acme-x]\nexten => 5,1,DoTheDishes(${DISHES(x)})\n"
    assert list(find_faults("acme", {"extensions.conf": text}, Abilities(), Path("/"))) == []


def test_abilities_are_read_as_asterisk_prints_them() -> None:
    applications = (
        "    -= Registered Asterisk Applications =-\n         Dial: Calls\n  Echo: Echo\n"
    )
    functions = "Installed Custom Functions:\n------\nCALLERID   CALLERID(x)  gets\n"
    able = parse_abilities(applications, functions, ["c-ring"])
    assert able.applications == {"dial", "echo"}
    assert "CALLERID" in able.functions
