"""The language switch, and what a locked-out person reads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from conmuta.apps.identity.models import User
from conmuta.apps.identity.web.doors import public
from conmuta.platform.errors import NotFound, Problem
from conmuta.platform.web.problems import answer

_YEAR_SECONDS = 365 * 24 * 3600


class LockedOut(Problem):
    """There were too many wrong passwords. Wait a quarter of an hour, or ask your administrator
    for a new one."""

    code = "identity.locked_out"
    status = 429


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembers the language: for a person, and for this browser."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=wanted)
    name = settings.LANGUAGE_COOKIE_NAME
    response.set_cookie(name, wanted, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


@public
def closed(request: HttpRequest) -> HttpResponse:
    """What django-allauth links to and nobody does for themselves: signing up, other addresses."""
    del request
    raise NotFound(what="page")


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """django-axes asks for this after too many wrong passwords."""
    return answer(request, LockedOut())
