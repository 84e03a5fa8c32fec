"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest

from conmuta.apps.identity.api import Access, Permission, accesses
from conmuta.apps.identity.models import User

MOST_COMPANIES = 12


def frame(request: HttpRequest) -> dict[str, Any]:
    """The companies in the left bar, and the one that the page is about."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or user.must_change_password:
        return {"frame_companies": [], "frame_access": None}
    access = getattr(request, "access", None)
    return {
        "frame_companies": _companies(accesses(user), access),
        "frame_access": access,
        "frame_may_read_mail": access is not None and Permission.MAIL in access.permissions,
    }


def _companies(found: list[Access], current: Access | None) -> list[Access]:
    """Few enough for a left bar; who has more finds them on the page *Now*."""
    if len(found) <= MOST_COMPANIES:
        return found
    return [current] if current else []
