"""Whether this process serves: for supervisors and load balancers, who need no sign-in."""

import psycopg
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from conmuta.platform.listening import connection_arguments

CONNECT_SECONDS = 2


@require_safe
def healthz(_: HttpRequest) -> JsonResponse:
    """200 with the database answering, else 503.

    Asks on a connection of its own: the pool would wait for one to come back, and whoever asks
    wants to know now.
    """
    try:
        with psycopg.connect(
            **connection_arguments(), connect_timeout=CONNECT_SECONDS
        ) as connection:
            connection.execute("SELECT 1")
    except (psycopg.Error, OSError):
        return JsonResponse({"ok": False, "database": "away"}, status=503)
    return JsonResponse({"ok": True})


healthz.door = "public"  # type: ignore[attr-defined]
