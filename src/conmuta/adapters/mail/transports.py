"""SMTP, and none."""

import smtplib
import ssl
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from conmuta.adapters.mail.port import Envelope, MailRefused, Outcome, Transport

SECONDS = 30
_PERMANENT = 500
_PORTS = {"smtp": 587, "smtps": 465}


class KeptTransport:
    """No SMTP server is named: the mail stays where it is stored."""

    def send(self, envelope: Envelope, message: bytes) -> Outcome:
        del envelope, message
        return Outcome.KEPT


@dataclass(frozen=True, slots=True, repr=False)
class SmtpTransport:
    """`smtp://user:password@host:587` takes STARTTLS where it is offered, and insists on it
    before it gives a password; `smtps://` is TLS from the first byte."""

    url: str

    def send(self, envelope: Envelope, message: bytes) -> Outcome:
        with self._session() as session:
            self._secure(session)
            try:
                session.sendmail(envelope.sender, list(envelope.recipients), message)
            except smtplib.SMTPRecipientsRefused as error:
                if all(code >= _PERMANENT for code, _ in error.recipients.values()):
                    raise MailRefused(_sentence(*next(iter(error.recipients.values())))) from error
                raise
            except smtplib.SMTPResponseException as error:
                if error.smtp_code >= _PERMANENT:
                    raise MailRefused(_sentence(error.smtp_code, error.smtp_error)) from error
                raise
        return Outcome.SENT

    def _session(self) -> AbstractContextManager[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(
                host, port, timeout=SECONDS, context=ssl.create_default_context()
            )
        return smtplib.SMTP(host, port, timeout=SECONDS)

    def _secure(self, session: smtplib.SMTP) -> None:
        parts = urlsplit(self.url)
        session.ehlo()
        if parts.scheme == "smtp" and (session.has_extn("starttls") or parts.username):
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
        if parts.username:
            session.login(unquote(parts.username), unquote(parts.password or ""))


def _sentence(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"


def transport_of(url: str | None) -> Transport:
    """What the settings name."""
    return SmtpTransport(url) if url else KeptTransport()
