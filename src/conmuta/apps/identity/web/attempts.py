"""How django-axes counts wrong passwords: by person and address, and by person alone."""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest

BY_PERSON = 10
"""So many times as many from everywhere together: a guesser has many addresses, and a person who
is shut out by one has one."""


class AttemptHandler(AxesDatabaseHandler):  # type: ignore[misc]
    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """What is held against `AXES_FAILURE_LIMIT`."""
        from_here: int = super().get_failures(request, credentials)
        return max(from_here, _from_everywhere(request, credentials) // BY_PERSON)


def _from_everywhere(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    since = get_cool_off_threshold(request)
    name = get_client_username(request, credentials)
    rows = AccessAttempt.objects.filter(username=name, attempt_time__gte=since)
    return int(rows.aggregate(total=Sum("failures_since_start"))["total"] or 0)
