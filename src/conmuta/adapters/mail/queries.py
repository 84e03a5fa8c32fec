"""Mail as people read it."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from conmuta.adapters.mail import ports
from conmuta.adapters.mail.models import Mail
from conmuta.platform.errors import NotFound
from conmuta.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    id: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    state: str
    problem: str
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    index: int
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMail:
    mail: MailView
    text: str
    attachments: tuple[Attachment, ...]


def latest(scope: Scope, limit: int = 200) -> list[MailView]:
    return [_view(row) for row in Mail.objects.within(scope).order_by("-posted_at", "-pk")[:limit]]


def is_posted(scope: Scope, key: str) -> bool:
    """Whether a mail was posted under `key` already."""
    return Mail.objects.within(scope).filter(key=key).exists()


def read(scope: Scope, mail_id: int) -> OpenMail:
    """The whole mail: its text, and what is attached."""
    row = Mail.objects.within(scope).filter(pk=mail_id).first()
    if row is None:
        raise NotFound(what="mail")
    with ports.storage.get()().open(row.sha256) as file:
        message = message_from_bytes(file.read(), policy=policy.default)
    return OpenMail(mail=_view(row), text=_text(message), attachments=_attachments(message))


def _view(row: Mail) -> MailView:
    return MailView(
        id=row.pk,
        sender=row.sender,
        recipients=tuple(row.recipients),
        subject=row.subject,
        state=row.state,
        problem=row.problem,
        posted_at=row.posted_at,
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachments(message: EmailMessage) -> tuple[Attachment, ...]:
    parts = enumerate(message.iter_attachments())
    return tuple(_attachment(index, part) for index, part in parts)


def _attachment(index: int, part: MIMEPart) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        index=index,
        name=part.get_filename() or f"attachment-{index + 1}",
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
