"""A phone fetches its settings; a person opens a set-up link. Both prove themselves by a secret."""

import base64
import binascii

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conmuta.apps.identity.web.doors import public
from conmuta.apps.phones import provisioning, softphones
from conmuta.apps.phones.errors import NeedsHttps, NotThisPhone
from conmuta.platform import pace

FAILURES = 20
"""Wrong passwords in a minute, of an address or for a phone, before more are not even looked at."""
_LOOPBACK = ("127.0.0.1", "::1")


@public
@never_cache
@require_safe
def settings(request: HttpRequest, file_name: str) -> HttpResponse:
    """A phone's settings, for its user (the MAC) and password (HTTP Basic)."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if not request.is_secure() and address not in _LOOPBACK:
        raise NeedsHttps
    credentials = _credentials(request)
    if credentials is None:
        return _who()
    counted = (f"phone-address:{address}", f"phone:{provisioning.mac_of(file_name)}")
    for key in counted:
        pace.refuse(key, FAILURES)
    seen = (address, request.headers.get("User-Agent", ""))
    try:
        kind, text = provisioning.fetch(file_name, credentials, seen, timezone.now())
    except NotThisPhone:
        for key in counted:
            pace.count(key)
        return _who()
    return HttpResponse(text, content_type=kind)


def _credentials(request: HttpRequest) -> tuple[str, str] | None:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user, password


def _who() -> HttpResponse:
    answer = HttpResponse("User and password are not this phone's.", status=401)
    answer["WWW-Authenticate"] = 'Basic realm="phones", charset="UTF-8"'
    return answer


@public
@never_cache
@require_safe
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """What to type into a softphone, and what it can scan."""
    phone = softphones.open_link(token, timezone.now())
    scanned = request.build_absolute_uri(reverse("phone-setup-linphone", args=[token]))
    code = mark_safe(softphones.qr(scanned))  # noqa: S308 — our own SVG of an address of ours
    content = {"phone": phone, "code": code, "token": token}
    return render(request, "phones/setup.html", content)


@public
@never_cache
@require_safe
def linphone(request: HttpRequest, token: str) -> HttpResponse:
    """Linphone's form."""
    del request
    text = softphones.linphone(softphones.open_link(token, timezone.now()))
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@public
@never_cache
@require_safe
def microsip(request: HttpRequest, token: str) -> HttpResponse:
    """MicroSIP's form, to put beside the program."""
    del request
    text = softphones.microsip(softphones.open_link(token, timezone.now()))
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="MicroSIP.ini"'
    return answer
