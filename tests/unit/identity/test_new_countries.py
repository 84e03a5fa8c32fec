"""A sign-in from a country where the person never signed in is told to them; so is a token's
use. Addresses are real ones, and so are the registries' lists that know them."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.models import SignInPlace, User
from conmuta.platform.scope import Scope

from .conftest import Scopes, delivered, text_of

SYSTEM = Scope.system("test")
PASSWORD = "azul-mate-lluvia-93"
MONTEVIDEO, SALTO, GERMANY, OFFICE = "200.40.30.245", "179.24.1.1", "5.9.1.1", "192.168.1.7"

Told = Callable[[], list[EmailMessage]]


@pytest.fixture
def ana(opened: Scope) -> User:
    """The bakery's administrator, who reads Spanish."""
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.language = "es"
    user.save()
    return user


@pytest.fixture
def told(ana: User) -> Told:
    """The mails since the last asking."""
    seen = len(delivered(SYSTEM))

    def fresh() -> list[EmailMessage]:
        nonlocal seen
        mails = delivered(SYSTEM)[seen:]
        seen += len(mails)
        return mails

    return fresh


def sign_in(user: User, *addresses: str, **more: str) -> None:
    form = {"login": user.email, "password": PASSWORD}
    for address in addresses:
        answer = Client().post("/accounts/login/", form, REMOTE_ADDR=address, **more)
        assert answer.status_code == 302


def test_a_new_country_is_told_once_by_its_name_in_the_readers_language(
    ana: User, told: Told
) -> None:
    sign_in(ana, MONTEVIDEO, GERMANY, GERMANY)
    [mail] = told()
    assert mail["To"] == ana.email
    assert "Alemania" in str(mail["Subject"])
    assert "Alemania (5.9.1.0/24)" in text_of(mail)


def test_who_reads_english_reads_germany(ana: User, told: Told) -> None:
    User.objects.update(language="en")
    sign_in(ana, MONTEVIDEO, GERMANY)
    [mail] = told()
    assert mail["Subject"] == "A sign-in from Germany"


def test_another_network_of_a_known_country_is_no_news(ana: User, told: Told) -> None:
    sign_in(ana, MONTEVIDEO, SALTO)
    assert told() == []


def test_from_the_office_to_the_world_is_told_and_back_is_not(ana: User, told: Told) -> None:
    sign_in(ana, OFFICE, MONTEVIDEO, OFFICE)
    [mail] = told()
    assert "Uruguay" in text_of(mail)


def test_where_no_country_is_known_a_new_network_is_told(ana: User, told: Told) -> None:
    sign_in(ana, MONTEVIDEO, OFFICE)
    [mail] = told()
    assert "192.168.1.0/24" in text_of(mail)


def test_places_noted_before_countries_were_count(ana: User, told: Told) -> None:
    SignInPlace.objects.create(user=ana, network="200.40.30.0/24")
    sign_in(ana, SALTO)
    assert told() == []
    sign_in(ana, GERMANY)
    assert len(told()) == 1


def test_nobody_says_from_where_they_come_by_a_header(ana: User, told: Told) -> None:
    sign_in(ana, MONTEVIDEO)
    sign_in(ana, GERMANY, HTTP_X_FORWARDED_FOR=MONTEVIDEO, HTTP_X_REAL_IP=MONTEVIDEO)
    assert len(told()) == 1


def test_a_companys_token_in_a_new_country_is_told_to_who_manages_it(
    opened: Scope, ana: User, told: Told
) -> None:
    with opened.active():
        token = identity.create_token(opened, "Billing", {"*"})
    used(token, MONTEVIDEO, SALTO, OFFICE)
    assert told() == []
    used(token, GERMANY, GERMANY)
    [mail] = told()
    assert mail["To"] == ana.email
    assert "Alemania (5.9.1.0/24)" in text_of(mail)
    assert "Billing" in str(mail["Subject"])


def test_an_operators_token_is_told_to_its_people_and_not_to_the_company(
    sellers: Scopes, ana: User, told: Told
) -> None:
    nora = identity.OperatorPerson(
        username="nora",
        email="nora@north.example.test",
        name="Nora",
        permissions=identity.ROLES["administrator"],
    )
    with sellers[0].active() as north:
        identity.put_operator_person(north, nora)
        token = identity.create_token(north, "Robot", {"*"})
    told()
    used(token, MONTEVIDEO, GERMANY)
    assert [mail["To"] for mail in told()] == ["nora@north.example.test"]


def used(token: str, *addresses: str) -> None:
    for address in addresses:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "REMOTE_ADDR": address}
        assert Client().get("/api/v1/tenants", **headers).status_code < 500
