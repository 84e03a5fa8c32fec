"""What both ways of mail promise: nothing is lost, nothing is doubled, all of it arrives."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.utils import timezone
from tests.support.ports import free_port

from conmuta.adapters.mail import actions, ports, queries
from conmuta.adapters.mail.transports import transport_of
from conmuta.adapters.storage import MemoryStorage
from conmuta.platform import outbox
from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope
from conmuta.wiring.events import SUBSCRIPTIONS


class Inbox(Message):
    """An SMTP server's inbox, which refuses `nobody@` and may be told to be busy."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[object] = []
        self.is_busy = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 No such user here"
        if self.is_busy:
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: object) -> None:
        self.mails.append(message)


@dataclass
class Way:
    """One way of mail: its name, and the inbox where there is one."""

    name: str
    inbox: Inbox


@pytest.fixture(params=["smtp", "kept"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    yield from _ways(request.param)


@pytest.fixture
def smtp() -> Iterator[Way]:
    yield from _ways("smtp")


def _ways(name: str) -> Iterator[Way]:
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    url = f"smtp://127.0.0.1:{port}" if name == "smtp" else None
    before = ports.transport.bind(lambda: transport_of(url))
    store = MemoryStorage()
    stored = ports.storage.bind(lambda: store)
    yield Way(name, inbox)
    controller.stop()
    ports.transport.bind(before)
    ports.storage.bind(stored)


def voicemail(to: str = "ana@example.test") -> EmailMessage:
    message = EmailMessage()
    message["To"], message["Subject"] = to, "Mensaje de voz de 099 123 456"
    message.set_content("Duración: 0:42\n")
    message.add_attachment(b"RIFF" * 100, maintype="audio", subtype="x-wav", filename="msg.wav")
    return message


def test_a_mail_arrives_whole(way: Way, alpha: Scope) -> None:
    mail_id = actions.post(alpha, voicemail("ana@example.test, eva@example.test"), "vm-1")
    outbox.deliver_due(SUBSCRIPTIONS)
    found = queries.read(alpha, mail_id)
    assert found.mail.state == {"smtp": "sent", "kept": "kept"}[way.name]
    assert found.mail.recipients == ("ana@example.test", "eva@example.test")
    assert found.text == "Duración: 0:42\n"
    assert [(part.name, part.content) for part in found.attachments] == [("msg.wav", b"RIFF" * 100)]
    if way.name == "smtp":
        [arrived] = way.inbox.mails
        assert arrived["Subject"] == "Mensaje de voz de 099 123 456"
        assert arrived["X-RcptTo"] == "ana@example.test, eva@example.test"


def test_the_same_mail_posted_twice_goes_once(way: Way, alpha: Scope) -> None:
    ids = [actions.post(alpha, voicemail(), "vm-1") for _ in range(2)]
    outbox.deliver_due(SUBSCRIPTIONS)
    outbox.deliver_due(SUBSCRIPTIONS)
    assert ids[0] == ids[1]
    assert len(queries.latest(alpha)) == 1
    assert len(way.inbox.mails) == (1 if way.name == "smtp" else 0)


def test_a_stored_message_is_sent_as_it_is(way: Way, alpha: Scope) -> None:
    content = voicemail().as_bytes()
    digest = ports.storage.get()().save_bytes(content)
    mail_id = actions.post_stored(alpha, digest, f"voicemail-{digest}")
    outbox.deliver_due(SUBSCRIPTIONS)
    assert queries.read(alpha, mail_id).mail.recipients == ("ana@example.test",)


def test_another_company_does_not_see_it(way: Way, two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    with alpha.active():
        actions.post(alpha, voicemail(), "vm-1")
    outbox.deliver_due(SUBSCRIPTIONS)
    with beta.active():
        assert queries.latest(beta) == []


def test_a_busy_server_gets_it_later(smtp: Way, alpha: Scope) -> None:
    mail_id = actions.post(alpha, voicemail(), "vm-1")
    smtp.inbox.is_busy = True
    outbox.deliver_due(SUBSCRIPTIONS)
    waiting = queries.read(alpha, mail_id).mail
    assert waiting.state == "waiting"
    assert "451" in waiting.problem
    smtp.inbox.is_busy = False
    with Scope.system("test").active() as system:
        OutboxEvent.objects.within(system).update(due_at=timezone.now())
    outbox.deliver_due(SUBSCRIPTIONS)
    assert queries.read(alpha, mail_id).mail.state == "sent"


def test_a_mail_refused_for_good_is_kept_with_the_reason(smtp: Way, alpha: Scope) -> None:
    mail_id = actions.post(alpha, voicemail("nobody@example.test"), "vm-1")
    outbox.deliver_due(SUBSCRIPTIONS)
    found = queries.read(alpha, mail_id)
    assert (found.mail.state, found.mail.problem) == ("refused", "550 No such user here")
    assert found.text == "Duración: 0:42\n"
