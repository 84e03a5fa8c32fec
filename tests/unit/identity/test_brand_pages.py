"""At an operator's host its brand is seen, and nobody else's; a sign-in from afar is told."""

from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.identity import places
from conmuta.apps.identity.models import SignInPlace, User
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

from .conftest import Scopes, delivered, text_of

NORTH = {"HTTP_HOST": "pbx.north.example.test"}
SOUTH = {"HTTP_HOST": "pbx.south.example.test"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PASSWORD = "azul-mate-lluvia-93"


@pytest.fixture(autouse=True)
def hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".example.test", "testserver"]


def test_the_sign_in_page_is_the_operators_at_its_host(sellers: Scopes, client: Client) -> None:
    page = client.get("/accounts/login/", **NORTH).content.decode()
    assert "Norte PBX" in page
    assert "help@north.example.test" in page
    assert "/accounts/brand.css" in page
    other = client.get("/accounts/login/", **SOUTH).content.decode()
    assert "South" in other
    assert "Norte" not in other
    plain = client.get("/accounts/login/").content.decode()
    assert "Conmuta" in plain
    assert "brand.css" not in plain


def test_its_colours_and_logo_are_served_at_its_host_alone(
    sellers: Scopes, store: MemoryStorage, client: Client
) -> None:
    with sellers[0].active() as north:
        tenancy.set_logo(north, "north", PNG)
    assert b"#1f4b99" in client.get("/accounts/brand.css", **NORTH).content
    logo = client.get("/accounts/brand-logo", **NORTH)
    assert (logo.content, logo.headers["Content-Type"]) == (PNG, "image/png")
    assert client.get("/accounts/brand.css", **SOUTH).content == b""
    assert client.get("/accounts/brand-logo", **SOUTH).status_code == 404
    assert client.get("/accounts/brand-logo").status_code == 404


def test_a_forgotten_password_is_written_about_in_the_brand(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    client.post("/accounts/password/reset/", {"email": user.email}, **NORTH)
    mail = _last(Scope.system("test"))
    assert mail["From"] == "Norte PBX <pbx@north.example.test>"
    assert "pbx.north.example.test" in text_of(mail)


def test_a_sign_in_from_a_new_network_is_told_and_from_a_known_one_is_not(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    before = len(delivered(Scope.system("test")))
    for address in ("192.0.2.7", "192.0.2.99", "198.51.100.4", "198.51.100.5"):
        form = {"login": user.email, "password": PASSWORD}
        assert Client().post("/accounts/login/", form, REMOTE_ADDR=address).status_code == 302
    told = delivered(Scope.system("test"))[before:]
    assert [mail["To"] for mail in told] == [user.email]
    assert "198.51.100.0/24" in text_of(told[0])
    assert SignInPlace.objects.count() == 2


def test_networks_are_told_by_site() -> None:
    assert places.network_of("192.0.2.7") == "192.0.2.0/24"
    assert places.network_of("2001:db8:1:2::7") == "2001:db8:1::/48"
    assert places.network_of("unix:") is None


def _last(scope: Scope) -> EmailMessage:
    return delivered(scope)[-1]
