"""Where a link from a mail leads: a password of one's own, once."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from conmuta.apps.identity import links
from conmuta.apps.identity.web.doors import public


class PasswordForm(forms.Form):
    """The same password twice."""

    password1 = forms.CharField(label=_("New password"), strip=False, max_length=200)
    password2 = forms.CharField(label=_("The same again"), strip=False, max_length=200)

    def clean(self) -> dict[str, str]:
        given: dict[str, str] = super().clean() or {}
        if given.get("password1") != given.get("password2"):
            raise ValidationError(gettext("The two are not the same."))
        return given


@public
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, key: str) -> HttpResponse:
    """Shows the form; takes the password and sends the person to sign in with it."""
    person = links.person_of_link(key)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            links.use_link(key, form.cleaned_data["password1"])
        except ValidationError as error:
            form.add_error("password1", error)
        else:
            return redirect("account_login")
    answer = render(request, "account/welcome.html", {"form": form, "person": person})
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
