"""One handler renders every `Problem`: as JSON (RFC 9457) for programs, as a page for people."""

from collections.abc import Awaitable, Callable

import psycopg
import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from conmuta.platform.errors import DatabaseAway, Forbidden, NotFound, Problem

_FOR_PROGRAMS = ("/node/", "/api/")
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)

log = structlog.get_logger()

Answer = Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]


class ProblemMiddleware:
    """Turns what a view raises into an answer."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return answer(request, NotFound(what=request.path))
        if isinstance(error, PermissionDenied):
            return answer(request, Forbidden())
        if isinstance(error, Problem):
            return answer(request, error)
        if isinstance(error, _AWAY):
            log.warning("web.database_away", path=request.path, error=str(error))
            return plainly(request, DatabaseAway())
        if request.path.startswith(_FOR_PROGRAMS):
            log.exception("web.failed", path=request.path)
            return answer(request, Problem())
        return None


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """`problem` in the form that the asker reads."""
    if request.path.startswith(_FOR_PROGRAMS):
        return JsonResponse(
            problem.as_json(), status=problem.status, content_type="application/problem+json"
        )
    return render(request, "platform/problem.html", {"problem": problem}, status=problem.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    del exception
    return answer(request, NotFound(what=request.path))


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return plainly(request, Problem())


def plainly(request: HttpRequest, problem: Problem) -> HttpResponse:
    """As `answer`, but asks nothing of the database, which may be what failed."""
    if request.path.startswith(_FOR_PROGRAMS):
        return answer(request, problem)
    page = render_to_string("platform/problem.html", {"problem": problem})
    return HttpResponse(page, status=problem.status)
