"""Recordings, faxes, voicemails and features: who gets them, and what cannot be taken."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.calls.node import SYSTEM, Node
from tests.unit.calls.scenes import answered_inside

from conmuta.adapters.mail.models import Mail
from conmuta.adapters.speech.tone import ToneSpeech
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.callflow import api as callflow
from conmuta.apps.calls import api as calls
from conmuta.apps.calls import ports
from conmuta.apps.calls.contracts import FaxEnded
from conmuta.apps.calls.errors import (
    MayNotDownload,
    MayNotListen,
    NoSuchRecording,
    RecordingDamaged,
    RecordingGone,
)
from conmuta.apps.calls.mail import fax_message
from conmuta.apps.calls.models import Fax, Quarantined
from conmuta.apps.identity.api import Access, Permission
from conmuta.cli.call import save
from conmuta.cli.prompts import told as prompts_told
from conmuta.platform import outbox
from conmuta.platform.models import AuditEntry, OutboxEvent
from conmuta.platform.scope import Scope
from conmuta.wiring import bindings
from conmuta.wiring.events import SUBSCRIPTIONS
from conmuta_plan.codec import encode
from conmuta_plan.node import FaxDone, FeatureSet, MailDone, PromptDone, RecordingDone, Stream

AUDIO = b"OggS of 550 and 551"


@pytest.fixture
def store() -> Iterator[MemoryStorage]:
    kept = MemoryStorage()
    before = ports.storage.bind(lambda: kept)
    yield kept
    if before is not None:
        ports.storage.bind(before)


class Rotten(MemoryStorage):
    """A disk that gives back what nobody stored."""

    def open(self, digest: str) -> io.BytesIO:
        return io.BytesIO(b"OggS of nobody")


def person(scope: Scope, *permissions: Permission) -> Access:
    assert scope.tenant_id
    return Access(
        tenant_id=scope.tenant_id,
        tenant="alpha",
        title="Alpha",
        time_zone="America/Montevideo",
        language="es",
        permissions=frozenset(permissions),
    )


@pytest.fixture
def recording(node: Node, store: MemoryStorage, two_tenants: tuple[Scope, Scope]) -> str:
    """The id of the recording of a call of Alpha's."""
    scene = answered_inside()
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
    with two_tenants[0].active() as scope:
        (found,) = calls.call(scope, f"7-{scene.linkedid}").recordings
    assert (found.seconds, found.bytes, found.sha256) == (20.0, len(AUDIO), done.sha256)
    return found.id


def test_who_may_listen_hears_it_and_that_is_noted(
    recording: str, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[0].active() as scope:
        with calls.listen(scope, person(scope, Permission.LISTEN_AUDIO), recording) as audio:
            assert audio.read() == AUDIO
        noted = AuditEntry.objects.within(scope).filter(verb="listened")
        assert noted.get().subject == f"calls.recording:{recording}"


def test_who_may_only_listen_may_not_download(
    recording: str, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[0].active() as scope:
        with pytest.raises(MayNotDownload):
            calls.download(scope, person(scope, Permission.LISTEN_AUDIO), recording)
        with pytest.raises(MayNotListen):
            calls.listen(scope, person(scope, Permission.DOWNLOAD_AUDIO), recording)
        calls.download(scope, person(scope, Permission.DOWNLOAD_AUDIO), recording).close()


def test_a_right_in_another_company_is_no_right_here(
    recording: str, two_tenants: tuple[Scope, Scope]
) -> None:
    alpha, beta = two_tenants
    of_beta = person(beta, Permission.LISTEN_AUDIO)
    with alpha.active(), pytest.raises(MayNotListen):
        calls.listen(alpha, of_beta, recording)
    with beta.active(), pytest.raises(NoSuchRecording):
        calls.listen(beta, of_beta, recording)


def test_a_recording_is_saved_by_command_whole_once_and_noted(
    recording: str,
    store: MemoryStorage,
    two_tenants: tuple[Scope, Scope],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "call.ogg"
    with two_tenants[0].active() as scope:
        story = calls.call(scope, "7-1795000000.10")
        assert save(story, 1, target) == 0
        assert target.read_bytes() == AUDIO
        noted = AuditEntry.objects.within(scope).get(verb="downloaded")
        assert noted.subject == f"calls.recording:{recording}"
    assert save(story, 1, target) == 1
    assert "there already" in capsys.readouterr().err
    assert target.read_bytes() == AUDIO
    assert save(story, 2, tmp_path / "other.ogg") == 1
    assert "1 recordings" in capsys.readouterr().err


def test_a_damaged_recording_is_told_and_not_saved(
    recording: str, two_tenants: tuple[Scope, Scope], tmp_path: Path
) -> None:
    target = tmp_path / "call.ogg"
    with two_tenants[0].active() as scope:
        ports.storage.bind(Rotten)
        with pytest.raises(RecordingDamaged):
            calls.export(scope, recording, target)
    assert not target.exists()


def test_a_recording_that_was_removed_is_told_so(
    recording: str, store: MemoryStorage, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[0].active() as scope:
        (kept,) = calls.call(scope, "7-1795000000.10").recordings
        store.delete(kept.sha256)
        with pytest.raises(RecordingGone):
            calls.listen(scope, person(scope, Permission.LISTEN_AUDIO), recording)


FAX = FaxDone(
    tenant="alpha",
    linkedid="1795000000.10",
    uniqueid="1795000000.10",
    ok=True,
    status="OK",
    pages=2,
    far_station="24009999",
    emails=("compras@alpha.example.test",),
)


def told(kind: str) -> list[bytes]:
    with SYSTEM.active():
        rows = OutboxEvent.objects.within(SYSTEM).filter(kind=kind)
        return [bytes(row.body) for row in rows]


def test_a_fax_is_kept_and_told(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    node.send(Stream.FAX, encode(FAX) + b"\n")
    with two_tenants[0].active() as scope:
        assert Fax.objects.within(scope).get().pages == 2
    assert len(told("calls.FaxEnded")) == 1


def test_a_fax_arrives_by_mail_with_its_pages(store: MemoryStorage) -> None:
    event = FaxEnded(
        tenant="alpha",
        call="7-1795000000.10",
        ok=True,
        status="OK",
        pages=2,
        far_station="24009999",
        emails=FAX.emails,
        document=store.save_bytes(b"%PDF-1.4 two pages"),
        command=None,
    )
    message = fax_message(event, "es")
    assert message["Subject"] == "Fax de 24009999: 2 páginas"
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"%PDF-1.4 two pages"
    failed = fax_message(replace(event, document=None, command=4, ok=False, status="BUSY"), "en")
    assert failed["Subject"] == "Fax to 24009999 not sent: BUSY"


def test_voicemails_and_features_are_told_to_whoever_cares(node: Node) -> None:
    node.send(Stream.MAIL, encode(MailDone(tenant="alpha", sha256="a" * 64)) + b"\n")
    feature = FeatureSet(
        tenant="alpha",
        extension="550",
        feature="do_not_disturb",
        value="yes",
        at="2026-11-18T11:06:44Z",
    )
    node.send(Stream.FEATURE, encode(feature) + b"\n")
    assert len(told("calls.MailWritten")) == 1
    assert b'"do_not_disturb"' in told("calls.FeatureChanged")[0]


def test_a_line_that_is_no_such_thing_is_kept_aside(node: Node) -> None:
    lines = [
        encode(MailDone(tenant="alpha", sha256="../../etc/passwd")),
        b'{"tenant":"alpha"}',
        b"not JSON",
        encode(MailDone(tenant="gone", sha256="a" * 64)),
        encode(MailDone(tenant="alpha", sha256="b" * 64)),
    ]
    node.send(Stream.MAIL, b"\n".join(lines) + b"\n")
    with SYSTEM.active():
        kept = Quarantined.objects.order_by("line").values_list("line", "reason")
        assert list(kept) == [
            (1, "malformed"),
            (2, "malformed"),
            (3, "malformed"),
            (4, "unknown_tenant"),
        ]
    assert len(told("calls.MailWritten")) == 1


def test_a_voicemail_goes_out_as_asterisk_wrote_it(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    lines = ("From: central@alpha.example.test", "To: 551@alpha.example.test", "Subject: Mensaje")
    written = "\r\n".join([*lines, "", "Hola", ""]).encode()
    digest = bindings.store().save_bytes(written)
    node.send(Stream.MAIL, encode(MailDone(tenant="alpha", sha256=digest)) + b"\n")
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass
    with two_tenants[0].active() as scope:
        posted = Mail.objects.within(scope).get()
    assert (posted.recipients, posted.subject) == (["551@alpha.example.test"], "Mensaje")
    assert posted.sha256 == digest


def test_a_fax_without_a_reader_sends_no_mail(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    node.send(Stream.FAX, encode(replace(FAX, emails=())) + b"\n" + encode(FAX) + b"\n")
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass
    with two_tenants[0].active() as scope:
        assert Mail.objects.within(scope).get().recipients == list(FAX.emails)


def test_what_is_spoken_into_a_telephone_becomes_a_version_of_its_prompt(
    node: Node, store: MemoryStorage, two_tenants: tuple[Scope, Scope]
) -> None:
    before = bindings.callflow_ports.storage.bind(lambda: store)
    audio = ToneSpeech().speak("Gracias por llamar.", "es"), ToneSpeech().speak("Feriado.", "es")
    for content in (*audio, audio[1]):
        done = PromptDone(tenant="alpha", extension="550", sha256=store.save_bytes(content))
        node.send(Stream.PROMPT, encode(done) + b"\n")
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass
    if before is not None:
        bindings.callflow_ports.storage.bind(before)
    with two_tenants[0].active() as scope:
        assert callflow.prompts(scope)["recorded-550"].text == ""
        versions = callflow.prompt_versions(scope, "recorded-550")
        assert [version.number for version in versions] == [1, 2]
        assert any("version 2" in line for line in prompts_told(scope))
    with two_tenants[1].active() as scope:
        assert callflow.prompts(scope) == {}
