"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from conmuta.apps.identity.api import Access, Permission, accesses
from conmuta.apps.identity.models import User
from conmuta.apps.identity.web.brand import brand_of

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
        "frame_may_see_calls": access is not None
        and Permission.CALL_ANALYSIS in access.permissions,
        "frame_may_read_mail": access is not None and Permission.MAIL in access.permissions,
    }


def brand(request: HttpRequest) -> dict[str, Any]:
    """The operator at whose host the page is; looked up by the pages that show it."""
    return {"brand": SimpleLazyObject(lambda: brand_of(request))}


def _companies(found: list[Access], current: Access | None) -> list[Access]:
    """Few enough for a left bar; who has more finds them on the page *Now*."""
    if len(found) <= MOST_COMPANIES:
        return found
    return [current] if current else []
