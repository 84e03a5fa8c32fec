"""Whether this process serves: for supervisors and load balancers, who need no sign-in."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(_: HttpRequest) -> JsonResponse:
    """200 with the database answering, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, OSError):
        return JsonResponse({"ok": False, "database": "away"}, status=503)
    return JsonResponse({"ok": True})


healthz.door = "public"  # type: ignore[attr-defined]
