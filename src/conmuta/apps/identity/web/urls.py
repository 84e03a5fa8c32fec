"""What a person does with their own account. Of django-allauth's pages these alone.

Its page of addresses would let anybody take an address that is another's; its page for signing up
is nobody's. Their names stay, since django-allauth links to them.
"""

from allauth.account import views
from django.urls import include, path, re_path

from conmuta.apps.identity.web import brand
from conmuta.apps.identity.web.views import closed
from conmuta.apps.identity.web.welcome import welcome

KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(KEY, views.password_reset_from_key, name="account_reset_password_from_key"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("welcome/<str:key>/", welcome, name="welcome"),
    path("brand.css", brand.css, name="brand-css"),
    path("brand-logo", brand.logo, name="brand-logo"),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("confirm-email/", closed, name="account_email_verification_sent"),
]
