"""Verbs on mail."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conmuta.adapters.mail import ports
from conmuta.adapters.mail.contracts import MailPosted
from conmuta.adapters.mail.models import Mail, MailState
from conmuta.adapters.mail.port import Envelope, MailRefused, Outcome
from conmuta.platform import outbox
from conmuta.platform.scope import Scope

log = structlog.get_logger()


def post(scope: Scope, message: EmailMessage, key: str) -> int:
    """Posts a mail once per `key`, whoever calls it how often; the mail's id.

    Date, Message-ID and From are filled in where they are missing.
    """
    _complete(message, key)
    content = message.as_bytes(policy=policy.SMTP)
    return _record(scope, message, ports.storage.get()().save_bytes(content), key)


def post_stored(scope: Scope, sha256: str, key: str) -> int:
    """Posts the RFC 5322 message that the store has under `sha256`."""
    with ports.storage.get()().open(sha256) as file:
        message = message_from_bytes(file.read(), policy=policy.default)
    return _record(scope, message, sha256, key)


@transaction.atomic
def _record(scope: Scope, message: EmailMessage, sha256: str, key: str) -> int:
    mail, is_new = Mail.guarded.get_or_create(
        tenant_id=scope.tenant_id,
        operator_id=scope.operator_id,
        key=key,
        defaults={
            "sender": _sender(message),
            "recipients": recipients_of(message),
            "subject": str(message["Subject"] or "")[:255],
            "sha256": sha256,
        },
    )
    if is_new:
        outbox.record(MailPosted(mail.pk), scope)
    return mail.pk


def deliver(delivery: outbox.Delivery) -> None:
    """Sends a posted mail; hears `MailPosted`. What fails for now stays and is tried again."""
    mail = Mail.objects.within(delivery.scope).filter(pk=delivery.event.mail_id).first()
    if mail is None or mail.state != MailState.WAITING:
        return
    with ports.storage.get()().open(mail.sha256) as file:
        content = file.read()
    envelope = Envelope(sender=mail.sender, recipients=tuple(mail.recipients))
    try:
        outcome = ports.transport.get()().send(envelope, content)
    except MailRefused as error:
        log.warning("mail.refused", mail=mail.pk, reason=str(error))
        _settle(mail, MailState.REFUSED, str(error))
    except Exception as error:
        Mail.guarded.filter(pk=mail.pk).update(problem=str(error) or repr(error))
        raise
    else:
        _settle(mail, MailState.SENT if outcome is Outcome.SENT else MailState.KEPT)


def _settle(mail: Mail, state: MailState, problem: str = "") -> None:
    mail.state, mail.problem, mail.settled_at = state, problem, timezone.now()
    mail.save(update_fields=["state", "problem", "settled_at"])


def _complete(message: EmailMessage, key: str) -> None:
    own = {
        "From": settings.CONMUTA.mail_from,
        "Date": format_datetime(timezone.now()),
        # The same at each attempt, so that a receiver knows a second copy.
        "Message-ID": f"<{key}@{_domain(settings.CONMUTA.mail_from)}>",
    }
    for name, value in own.items():
        if message[name] is None:
            message[name] = value


def _sender(message: EmailMessage) -> str:
    addresses = _addresses(message, ("Sender", "From"))
    return addresses[0] if addresses else str(settings.CONMUTA.mail_from)


def recipients_of(message: EmailMessage) -> list[str]:
    return _addresses(message, ("To", "Cc", "Bcc"))


def _addresses(message: EmailMessage, names: Sequence[str]) -> list[str]:
    headers = [str(value) for name in names for value in message.get_all(name, [])]
    return list(dict.fromkeys(address for _, address in getaddresses(headers) if address))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">") or "localhost"
