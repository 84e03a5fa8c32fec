"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from conmuta.apps.identity.mail import sender
from conmuta.apps.identity.models import User
from conmuta.apps.identity.places import note_place
from conmuta.apps.identity.web.brand import brand_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves; a password of one's own ends the first one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def get_from_email(self) -> str:
        """In the brand of the operator at whose host the person is."""
        return sender(brand_of(self.request))

    def format_email_subject(self, subject: str) -> str:
        """Without a site's name before it: the sender's says who writes."""
        return subject

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> Any:
        note_place(user, str(request.META.get("REMOTE_ADDR", "")))
        return super().post_login(request, user, **given)

    def set_password(self, user: User, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)


def username_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under which name django-axes counts failures: the address, however it is written."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    return str(given or request.POST.get("login", "")).strip().lower()[:255]
