"""What holds for each request of a person: their language, and a password of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from conmuta.apps.identity.models import User

Answer = Callable[[HttpRequest], HttpResponse]

_WITHOUT_PERSON = ("/node/", "/healthz", "/static/")


class PersonMiddleware:
    """Speaks the person's language, and sends who has a first password to change it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_WITHOUT_PERSON):
            return self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if user.must_change_password and request.path not in _still_open():
            return redirect("account_change_password")
        if not user.language:
            return self.get_response(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            return self.get_response(request)


def _still_open() -> set[str]:
    return {reverse("account_change_password"), reverse("account_logout"), reverse("language")}
