"""Addresses of phones."""

from django.urls import path

from conmuta.apps.phones.web import views

urlpatterns = [
    path("provision/<str:file_name>", views.settings, name="phone-settings"),
    path("setup/<str:token>/", views.setup, name="phone-setup"),
    path("setup/<str:token>/linphone.xml", views.linphone, name="phone-setup-linphone"),
    path("setup/<str:token>/MicroSIP.ini", views.microsip, name="phone-setup-microsip"),
]
