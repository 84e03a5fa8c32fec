"""The page of calls: who may see them, hear them, take them away; and only those of one's own."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from tests.unit.calls.node import Node
from tests.unit.calls.scenes import answered_inside, queue_answered
from tests.unit.wiring.test_pages import person

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.calls import ports
from conmuta.apps.identity.api import Permission
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta_plan.codec import encode
from conmuta_plan.node import RecordingDone, Stream

AUDIO = b"OggS" + bytes(range(256)) * 8
CALL = "7-1795000000.10"
RECORDING = "7-3-1-1795000000.10"
ALL = (Permission.CALL_ANALYSIS, Permission.LISTEN_AUDIO, Permission.DOWNLOAD_AUDIO)


@pytest.fixture
def store() -> Iterator[MemoryStorage]:
    kept = MemoryStorage()
    before = ports.storage.bind(lambda: kept)
    yield kept
    if before is not None:
        ports.storage.bind(before)


@pytest.fixture
def alpha(store: MemoryStorage, two_tenants: tuple[Scope, Scope]) -> Scope:
    """A company with one recorded call."""
    node, scene = Node(), answered_inside()
    node.send_scene(scene)
    done = RecordingDone(
        tenant="alpha",
        linkedid=scene.linkedid,
        uniqueid=scene.linkedid,
        started_at="2026-11-18T11:06:44Z",
        seconds=20.0,
        bytes=len(AUDIO),
        sha256=store.save_bytes(AUDIO),
    )
    node.send(Stream.RECORDING, encode(done) + b"\n")
    return two_tenants[0]


def in_english(scope: Scope, *permissions: Permission) -> Client:
    eva = person(scope, *permissions)
    eva.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return eva


def test_the_list_leads_to_the_story_and_its_player(alpha: Scope) -> None:
    eva = in_english(alpha, *ALL)
    listed = eva.get("/t/alpha/calls/").content.decode()
    assert f"/t/alpha/calls/{CALL}/" in listed
    assert "Answered" in listed
    told = eva.get(f"/t/alpha/calls/{CALL}/").content.decode()
    assert "extension 551 rings" in told
    assert f'src="/t/alpha/recordings/{RECORDING}/"' in told
    assert f'href="/t/alpha/recordings/{RECORDING}/file"' in told
    eva.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    spanish = eva.get(f"/t/alpha/calls/{CALL}/")
    assert "Qué pasó" in spanish.content.decode()
    assert "suena el interno 551" in spanish.content.decode()


def test_calls_are_found_by_number_direction_and_day(alpha: Scope) -> None:
    Node(sent=100).send_scene(queue_answered())
    eva = person(alpha, *ALL)

    def found(query: str) -> int:
        return eva.get(f"/t/alpha/calls/?{query}").content.decode().count('<th scope="row">')

    assert found("") == found("day=2026-11-18") == 1
    assert found("direction=in") == 1
    assert found("direction=out") == found("day=2026-11-17") == found("number=999999") == 0
    assert found("day=not-a-day&before=nonsense&direction=sideways") == 1


def test_a_person_jumps_in_a_recording_and_each_listening_is_noted(alpha: Scope) -> None:
    eva = person(alpha, *ALL)
    whole = eva.get(f"/t/alpha/recordings/{RECORDING}/")
    assert (whole.status_code, whole.content) == (200, AUDIO)
    assert whole.headers["Content-Type"] == "audio/ogg"
    assert whole.headers["Accept-Ranges"] == "bytes"
    for asked, status, content, where in (
        ("bytes=0-", 206, AUDIO, f"bytes 0-{len(AUDIO) - 1}/{len(AUDIO)}"),
        ("bytes=100-199", 206, AUDIO[100:200], f"bytes 100-199/{len(AUDIO)}"),
        ("bytes=-50", 206, AUDIO[-50:], f"bytes {len(AUDIO) - 50}-{len(AUDIO) - 1}/{len(AUDIO)}"),
        ("bytes=999999-", 416, b"", f"bytes */{len(AUDIO)}"),
    ):
        part = eva.get(f"/t/alpha/recordings/{RECORDING}/", headers={"Range": asked})
        assert (part.status_code, part.content) == (status, content)
        assert part.headers["Content-Range"] == where
    taken = eva.get(f"/t/alpha/recordings/{RECORDING}/file")
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{RECORDING}.ogg"'
    with alpha.active():
        noted = AuditEntry.objects.within(alpha).filter(subject=f"calls.recording:{RECORDING}")
        assert noted.filter(verb="listened").count() == 5
        assert noted.filter(verb="downloaded").count() == 1
        assert noted.filter(actor__startswith="person:").count() == 6


def test_who_may_see_calls_may_not_hear_them_for_that(alpha: Scope) -> None:
    eva = in_english(alpha, Permission.CALL_ANALYSIS)
    told = eva.get(f"/t/alpha/calls/{CALL}/").content.decode()
    assert "<audio" not in told
    assert "You may not listen to recordings." in told
    assert eva.get(f"/t/alpha/recordings/{RECORDING}/").status_code == 403
    assert eva.get(f"/t/alpha/recordings/{RECORDING}/file").status_code == 403
    with alpha.active():
        assert not AuditEntry.objects.within(alpha).filter(verb="listened").exists()


def test_another_companys_person_finds_nothing(
    alpha: Scope, two_tenants: tuple[Scope, Scope]
) -> None:
    stranger = person(two_tenants[1], *ALL)
    for address in (
        "/t/alpha/calls/",
        f"/t/alpha/calls/{CALL}/",
        f"/t/alpha/recordings/{RECORDING}/",
        f"/t/alpha/recordings/{RECORDING}/file",
        f"/t/beta/calls/{CALL}/",
        f"/t/beta/recordings/{RECORDING}/",
        f"/t/beta/recordings/{RECORDING}/file",
    ):
        assert stranger.get(address).status_code == 404, address
    assert CALL not in stranger.get("/t/beta/calls/").content.decode()
    with alpha.active():
        assert not AuditEntry.objects.within(alpha).filter(verb="listened").exists()
