"""Mail that was sent, is waiting, or is kept because no SMTP server is named."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from conmuta.adapters.mail import queries
from conmuta.apps.identity.api import Access, Permission
from conmuta.apps.identity.web.doors import for_platform, for_tenant
from conmuta.platform import audit
from conmuta.platform.errors import Forbidden, NotFound
from conmuta.platform.scope import Scope
from conmuta.platform.web.states import State


@for_platform
def platform_mails(request: HttpRequest, scope: Scope) -> HttpResponse:
    return _list(request, scope, {})


@for_platform
def platform_mail(request: HttpRequest, scope: Scope, mail: int) -> HttpResponse:
    return _one(request, scope, mail, {"may_download": True})


@for_platform
def platform_attachment(_: HttpRequest, scope: Scope, mail: int, index: int) -> HttpResponse:
    return _attachment(scope, mail, index)


@for_tenant(Permission.MAIL)
def tenant_mails(request: HttpRequest, scope: Scope, access: Access) -> HttpResponse:
    return _list(request, scope, {"access": access})


@for_tenant(Permission.MAIL)
def tenant_mail(request: HttpRequest, scope: Scope, access: Access, mail: int) -> HttpResponse:
    may_download = Permission.DOWNLOAD_AUDIO in access.permissions
    return _one(request, scope, mail, {"access": access, "may_download": may_download})


@for_tenant(Permission.MAIL)
def tenant_attachment(
    _: HttpRequest, scope: Scope, access: Access, mail: int, index: int
) -> HttpResponse:
    """Voicemails and faxes: as recordings, they are for who may download these."""
    if Permission.DOWNLOAD_AUDIO not in access.permissions:
        raise Forbidden
    return _attachment(scope, mail, index)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    mail: queries.MailView
    state: State


def _line(mail: queries.MailView) -> MailLine:
    words = {
        "sent": State(kind="good", word=gettext("Sent")),
        "kept": State(kind="away", word=gettext("Kept here")),
        "refused": State(kind="bad", word=gettext("Refused")),
        "waiting": State(kind="waiting", word=gettext("Waiting")),
    }
    return MailLine(mail=mail, state=words[mail.state])


def _list(request: HttpRequest, scope: Scope, more: dict[str, object]) -> HttpResponse:
    keeps = settings.CONMUTA.smtp_url is None
    content = {"lines": [_line(mail) for mail in queries.latest(scope)], "keeps": keeps} | more
    return render(request, "pages/mails.html", content)


def _one(request: HttpRequest, scope: Scope, mail: int, more: dict[str, object]) -> HttpResponse:
    found = queries.read(scope, mail)
    content = {"open": found, "line": _line(found.mail)} | more
    return render(request, "pages/mail.html", content)


def _attachment(scope: Scope, mail: int, index: int) -> HttpResponse:
    """As a download, whatever it says that it is: it comes from outside."""
    found = queries.read(scope, mail).attachments
    if index >= len(found):
        raise NotFound(what="attachment")
    part = found[index]
    audit.record(scope, "downloaded", f"mail.attachment:{mail}/{index}", after={"name": part.name})
    response = HttpResponse(part.content, content_type="application/octet-stream")
    named = content_disposition_header(as_attachment=True, filename=part.name)
    response.headers["Content-Disposition"] = str(named)
    return response
