"""A call that should have been recorded and was not says why: list, story and API."""

import pytest
from django.conf import settings
from django.test import Client
from tests.unit.calls.node import Node
from tests.unit.calls.scenes import Scene
from tests.unit.wiring.test_pages import person

from conmuta.apps.calls import api as calls
from conmuta.apps.identity import api as identity
from conmuta.apps.identity.api import Permission
from conmuta.platform.scope import Scope


def talked(linkedid: str, *told: tuple[str, str]) -> Scene:
    """550 and 551 talk; meanwhile the node tells these of its recording."""
    scene = Scene(linkedid=linkedid)
    a, b = linkedid, f"{linkedid}1"
    scene.start(a, "550").tell("internal", "551", number="550").start(b, "551")
    scene.event("ANSWER", b, number="551").event("ANSWER", a, number="550").bridge(a, b)
    for word, detail in told:
        scene.tell(word, detail).wait(5)
    return scene.bridge(b, a, kind="BRIDGE_EXIT").end(b, a, status="ANSWER").over()


@pytest.fixture
def alpha(two_tenants: tuple[Scope, Scope]) -> Scope:
    """A company with a call that was not recorded, one that was in part, and one of no rule."""
    node = Node()
    node.send_scene(talked("1795000000.10", ("not_recorded", "disk")))
    recording = ("recording", "1795000000.20.wav")
    node.send_scene(talked("1795000000.20", recording, ("not_recorded", "disk")))
    node.send_scene(talked("1795000000.30"))
    return two_tenants[0]


def test_the_row_keeps_the_reason(alpha: Scope) -> None:
    with alpha.active() as scope:
        found = {call.id: call.facts for call in calls.calls(scope, calls.CallFilter())}
    told = {name: (facts.recorded, facts.not_recorded) for name, facts in found.items()}
    assert told == {
        "7-1795000000.10": (False, "disk"),
        "7-1795000000.20": (True, "disk"),
        "7-1795000000.30": (False, ""),
    }


def test_the_pages_say_it_in_both_languages(alpha: Scope) -> None:
    eva = person(alpha, Permission.CALL_ANALYSIS, Permission.LISTEN_AUDIO)
    eva.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    listed = eva.get("/t/alpha/calls/").content.decode()
    assert listed.count("No: the disk was nearly full") == 1
    assert listed.count("In part: the disk was nearly full") == 1
    story = eva.get("/t/alpha/calls/7-1795000000.10/").content.decode()
    assert "This call was not recorded: the disk of the telephone system was nearly full." in story
    assert "not recorded from here on" in story
    eva.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    assert "En parte: el disco estaba casi lleno" in eva.get("/t/alpha/calls/").content.decode()
    partly = eva.get("/t/alpha/calls/7-1795000000.20/").content.decode()
    assert "El resto no se grabó" in partly


def test_the_api_has_it_and_no_other_company_does(alpha: Scope, client: Client) -> None:
    with alpha.active() as scope:
        token = identity.create_token(scope, "calls", ["calls:read"])
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.get("/api/v1/tenants/alpha/calls", headers=headers)
    reasons = [each["facts"]["not_recorded"] for each in answer.json()["items"]]
    assert sorted(reasons) == ["", "disk", "disk"]
    assert client.get("/api/v1/tenants/beta/calls", headers=headers).status_code == 404
