"""The first page after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from conmuta.apps.identity.api import accesses
from conmuta.apps.identity.models import User
from conmuta.apps.identity.web.doors import for_person


@for_person
def home(request: HttpRequest, user: User) -> HttpResponse:
    """The platform's status for its administrators, the company's for its people."""
    if user.is_platform_administrator:
        return redirect("platform-status")
    found = accesses(user)
    if found:
        return redirect("status", tenant=found[0].tenant)
    return render(request, "pages/nowhere.html")
