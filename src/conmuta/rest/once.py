"""Idempotency-Key: a request sent again is answered again, and done once.

As in the IETF's draft "The Idempotency-Key HTTP Header Field": the key is the caller's, and one
key goes with one request. The answer is kept in the transaction of what it tells.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from conmuta.rest.errors import KeyReused, KeyTooLong
from conmuta.rest.models import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT_FOR = timedelta(days=2)

View = Callable[..., Any]


def once(view: View) -> View:
    """A view `(request, …) → (status, plain body)` that a key makes safe to repeat."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER, "").strip()
        if len(key) > LONGEST_KEY:
            raise KeyTooLong(limit=LONGEST_KEY)
        if not key:
            return _answer(*view(request, *args, **kwargs))
        with transaction.atomic():
            row, is_new = _row(request, key)
            if is_new:
                row.status, row.body = view(request, *args, **kwargs)
                row.save(update_fields=["status", "body"])
        return _answer(row.status or 200, row.body)

    return checked


def _row(request: HttpRequest, key: str) -> tuple[KeptAnswer, bool]:
    """This request's row, made now or kept from before. Waits for one that is under way."""
    caller = request.auth.subject  # type: ignore[attr-defined]
    KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    digest = _digest(request)
    row, is_new = KeptAnswer.objects.get_or_create(
        caller=caller, key=key, defaults={"request_sha256": digest}
    )
    if row.request_sha256 != digest:
        raise KeyReused
    return row, is_new


def _digest(request: HttpRequest) -> str:
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(asked).hexdigest()


def _answer(status: int, body: Any) -> JsonResponse:
    return JsonResponse(body, status=status, safe=False)
