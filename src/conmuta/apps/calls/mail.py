"""Mails that calls give rise to: voicemails as Asterisk wrote them, faxes as PDF.

Each is a handler of the outbox, so it may run more than once; the delivery's key keeps the mail
one.
"""

from email.message import EmailMessage

from conmuta.adapters.mail import actions as mail
from conmuta.apps.calls import ports
from conmuta.apps.calls.contracts import FaxEnded
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.outbox import Delivery
from conmuta_compiler.steps.common.words import Words, words

_RECEIVED = words("Fax from {station}: {pages} pages", "Fax de {station}: {pages} páginas")
_SENT = words("Fax sent to {station}: {pages} pages", "Fax enviado a {station}: {pages} páginas")
_FAILED = words("Fax to {station} not sent: {status}", "Fax a {station} no enviado: {status}")
_BROKEN = words(
    "Fax from {station} broken off: {status}", "Fax de {station} interrumpido: {status}"
)


def post_voicemail(delivery: Delivery) -> None:
    """Hears `MailWritten`: the mail goes out as Asterisk wrote it."""
    mail.post_stored(delivery.scope, delivery.event.sha256, delivery.key)


def post_fax(delivery: Delivery) -> None:
    """Hears `FaxEnded`: the document, or what became of it, goes to those who asked for it."""
    fax: FaxEnded = delivery.event
    if fax.emails:
        language = tenancy.tenant_of(delivery.scope).facts.language
        mail.post(delivery.scope, fax_message(fax, language), delivery.key)


def fax_message(fax: FaxEnded, language: str) -> EmailMessage:
    """The mail that tells a fax; a received document is attached."""
    message = EmailMessage()
    subject = _subject(fax).text(language)
    message["To"] = ", ".join(fax.emails)
    message["Subject"] = subject
    message.set_content(f"{subject}\n\n{fax.status}\n")
    if fax.document:
        with ports.storage.get()().open(fax.document) as file:
            content = file.read()
        name = f"fax-{fax.document[:8]}.pdf"
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def _subject(fax: FaxEnded) -> Words:
    sent = fax.command is not None
    told = (_SENT if fax.ok else _FAILED) if sent else (_RECEIVED if fax.ok else _BROKEN)
    values = {"station": fax.far_station or "?", "pages": fax.pages, "status": fax.status}
    return Words(told.en, told.es, values)
