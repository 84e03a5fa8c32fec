"""Signing in: with one's own password, not with guesses, and seen by nobody else."""

import pytest
from django.core.cache import cache
from django.test import Client

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.models import User
from conmuta.platform.scope import Scope

PASSWORD = "azul-mate-lluvia-93"


@pytest.fixture
def ana(alpha: Scope) -> User:
    """Works at Alpha, has a password of her own. Nobody has guessed at it yet."""
    cache.clear()
    identity.put_profile(alpha, identity.Profile(name="Agent"))
    person = identity.Person(
        username="adiaz", email="ana@example.test", name="Ana", profile="Agent"
    )
    identity.put_person(alpha, person)
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.must_change_password = False
    user.save()
    return user


def sign_in(client: Client, password: str, email: str = "ana@example.test") -> int:
    form = {"login": email, "password": password}
    return client.post("/accounts/login/", form).status_code


def test_a_person_signs_in_and_comes_to_their_company(client: Client, ana: User) -> None:
    assert sign_in(client, PASSWORD, "Ana@Example.test") == 302
    assert client.get("/", follow=True).redirect_chain == [("/t/alpha/status/", 302)]


def test_a_first_password_must_be_changed_before_anything_else(
    client: Client, alpha: Scope, ana: User
) -> None:
    password = identity.renew_password(alpha, "adiaz")
    assert sign_in(client, password) == 302
    assert client.get("/t/alpha/status/").headers["Location"] == "/accounts/password/change/"
    form = {"oldpassword": password, "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/password/change/", form)
    assert client.get("/t/alpha/status/").status_code == 200


def test_guessing_locks_even_the_right_password_out(client: Client, ana: User) -> None:
    answers = [sign_in(client, f"wrong-{attempt}") for attempt in range(5)]
    assert answers[-1] == 429
    assert sign_in(client, PASSWORD) != 302
    assert client.get("/t/alpha/status/").status_code == 302


def test_guessing_from_many_addresses_ends_too(client: Client, ana: User) -> None:
    """Four from each address stay under that address's limit; each process counts anew."""

    def guess(number: int, email: str = "ana@example.test") -> int:
        cache.clear()
        form = {"login": email, "password": "wrong"}
        where = f"192.0.2.{number // 4}"
        return client.post("/accounts/login/", form, REMOTE_ADDR=where).status_code

    answers = [guess(number) for number in range(56)]
    assert answers[:49] == [200] * 49
    assert answers[50:] == [429] * 6
    assert guess(200, "eva@example.test") == 200


def test_nobody_makes_an_account_for_themselves(client: Client, db: None) -> None:
    form = {"email": "thief@example.test", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["email", "confirm-email", "signup", "login/code"])
def test_nobody_adds_an_address_that_is_anothers(client: Client, ana: User, address: str) -> None:
    client.force_login(ana)
    form = {"action_add": "", "email": "boss@beta.example.test"}
    assert client.post(f"/accounts/{address}/", form).status_code == 404
    assert client.get(f"/accounts/{address}/").status_code == 404


@pytest.mark.parametrize("address", ["2fa", "password/change", "password/reset", "reauthenticate"])
def test_what_a_person_does_with_their_own_account_is_there(
    client: Client, ana: User, address: str
) -> None:
    sign_in(client, PASSWORD)
    assert client.get(f"/accounts/{address}/").status_code in {200, 302}


def test_a_form_from_another_site_is_refused(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, PASSWORD) == 403


def test_the_page_lets_a_browser_load_nothing_from_elsewhere(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith(("no-store", "max-age=0"))


def test_a_person_reads_in_their_language(client: Client, ana: User) -> None:
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language", {"language": "es", "next": "/t/alpha/status/"})
    ana.refresh_from_db()
    assert ana.language == "es"
    assert b'lang="es"' in client.get("/t/alpha/status/").content


def test_who_chose_no_language_reads_in_the_companys(client: Client, ana: User) -> None:
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Qué rige en los teléfonos" in client.get("/t/alpha/status/").content.decode()


def test_the_language_switch_does_not_lead_elsewhere(client: Client, db: None) -> None:
    answer = client.post("/language", {"language": "es", "next": "https://elsewhere.test/"})
    assert answer.headers["Location"] == "/"


def test_a_passkey_is_offered(client: Client, db: None) -> None:
    assert b"passkey_login" in client.get("/accounts/login/").content
