"""A company is opened in one action, and its administrator comes in by a link from a mail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.errors import AdministratorNotValid, EmailElsewhere
from conmuta.apps.identity.models import Membership, PasswordLink, User
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.errors import NoSuchOperator, TenantTaken, WrongFact
from conmuta.platform.scope import Scope

from .conftest import ORDER, Scopes, delivered, link_of, text_of

PASSWORD = "azul-mate-lluvia-93"


def test_the_company_is_there_with_all_it_was_sold(sellers: Scopes) -> None:
    services = tenancy.EVERY_SERVICE - {tenancy.Service.FAX}
    order = replace(ORDER, services=services, limits=tenancy.Limits(extensions=10))
    with sellers[0].active() as north:
        made = identity.open_tenant(north, order)
    assert made.facts.domain == "panaderia.north.example.test"
    assert (made.operator, made.slug, made.state) == ("north", "panaderia", tenancy.State.ACTIVE)
    assert (made.services, made.limits.extensions) == (services, 10)
    with Scope.for_tenant(made.id, "test").active() as own:
        [admin] = identity.people(own)
        assert (admin.email, admin.profile) == ("ana@panaderia.example.test", "Administrador")
        [profile] = identity.profiles(own)
        assert profile.permissions == frozenset(identity.Permission)
        assert Membership.objects.within(own).get().telephone == "+598 99 123 456"
    assert not User.objects.get().has_usable_password()


def test_the_welcome_is_in_the_operators_brand_and_the_companys_language(opened: Scope) -> None:
    [mail] = delivered()
    assert mail["From"] == "Norte PBX <pbx@north.example.test>"
    assert mail["Reply-To"] == "help@north.example.test"
    assert mail["To"] == "ana@panaderia.example.test"
    assert "Panadería Sur" in mail["Subject"]
    assert "Contraseña" in text_of(mail) or "contraseña" in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert "#1f4b99" in html.get_content()
    assert "pbx.north.example.test" in text_of(mail)


def test_asked_twice_it_opens_once_and_writes_once(sellers: Scopes, opened: Scope) -> None:
    with sellers[0].active() as north:
        again = identity.open_tenant(north, ORDER)
    assert again.id == opened.tenant_id
    assert User.objects.count() == 1
    assert len(delivered()) == 1


def test_another_order_does_not_get_anothers_company(sellers: Scopes, opened: Scope) -> None:
    thief = replace(ORDER.administrator, email="thief@example.test")
    with sellers[0].active() as north, pytest.raises(TenantTaken):
        identity.open_tenant(north, replace(ORDER, administrator=thief))
    with sellers[1].active() as south, pytest.raises(TenantTaken):
        identity.open_tenant(south, replace(ORDER, administrator=thief))
    with sellers[1].active() as south, pytest.raises(EmailElsewhere):
        identity.open_tenant(south, replace(ORDER, subdomain="otra"))
    assert User.objects.count() == 1
    with sellers[1].active() as south:
        assert tenancy.tenants(south) == []


@pytest.mark.parametrize("email", ["", "nobody", "a@b.test\nBcc: x@y.test"])
def test_an_administrator_who_cannot_be_written_to(sellers: Scopes, email: str) -> None:
    order = replace(ORDER, administrator=replace(ORDER.administrator, email=email))
    with sellers[0].active() as north:
        with pytest.raises(AdministratorNotValid):
            identity.open_tenant(north, order)
        assert tenancy.tenants(north) == []


def test_an_operator_without_a_domain_opens_none(two_operators: Scopes) -> None:
    with two_operators[0].active() as north, pytest.raises(WrongFact, match="domain"):
        identity.open_tenant(north, ORDER)


def test_a_company_opens_no_company(opened: Scope, system: Scope) -> None:
    with pytest.raises(NoSuchOperator):
        identity.open_tenant(system, ORDER)


def test_the_link_sets_a_password_once(opened: Scope, client: Client) -> None:
    link = link_of(delivered()[0])
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(link).status_code == 200
    form = {"password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(link, form)
    assert answer.headers["Location"] == "/accounts/login/"
    assert User.objects.get().check_password(PASSWORD)
    assert client.get(link).status_code == 404
    other = {"password1": "otra-clave-robada-1", "password2": "otra-clave-robada-1"}
    assert client.post(link, other).status_code == 404
    assert User.objects.get().check_password(PASSWORD)
    signed = client.post(
        "/accounts/login/", {"login": "ana@panaderia.example.test", "password": PASSWORD}
    )
    assert signed.status_code == 302
    assert client.get("/t/panaderia/status/").status_code == 200


@pytest.mark.parametrize(
    ("one", "two"), [("short", "short"), (PASSWORD, "another-one-99"), ("password1234",) * 2]
)
def test_a_weak_or_mistyped_password_leaves_the_link_good(
    opened: Scope, client: Client, one: str, two: str
) -> None:
    link = link_of(delivered()[0])
    assert client.post(link, {"password1": one, "password2": two}).status_code == 200
    assert client.get(link).status_code == 200


def test_who_reads_the_companys_mail_finds_no_way_in_as_another(
    sellers: Scopes, opened: Scope
) -> None:
    assert len(delivered()) == 1
    assert delivered(opened) == delivered(sellers[0]) == []


def test_who_becomes_the_platforms_has_no_link_left(opened: Scope, client: Client) -> None:
    link = link_of(delivered()[0])
    with Scope.system("test").active() as system:
        identity.put_platform_administrator(system, "ana@panaderia.example.test", "Ana")
    assert client.get(link).status_code == 404


def test_a_link_is_over_after_its_days_and_after_another(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    first = link_of(delivered()[0])
    with opened.active() as own:
        identity.invite_person(own, "admin")
    second = link_of(delivered()[1])
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    PasswordLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(second).status_code == 404


def test_the_link_is_nowhere_in_the_database(opened: Scope) -> None:
    raw = link_of(delivered()[0]).split("/")[3]
    with Scope.system("test").active(), connection.cursor() as cursor:
        for table in (
            "identity_passwordlink",
            "platform_auditentry",
            "platform_outboxevent",
            "mail_mail",
        ):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608
            assert raw not in " ".join(text for (text,) in cursor.fetchall())


def test_its_managers_are_told_when_it_is_suspended_and_when_it_ends(
    sellers: Scopes, opened: Scope
) -> None:
    with sellers[0].active() as north:
        tenancy.suspend_tenant(north, "panaderia")
        tenancy.end_tenant(north, "panaderia", 10)
        tenancy.call_back_tenant(north, "panaderia")
    told = [mail["Subject"] for mail in delivered(opened)]
    assert len(told) == 3
    assert all("Panadería Sur" in subject for subject in told)
    assert "America/Montevideo" in text_of(delivered(opened)[1])


def test_a_suspended_companys_administrator_still_signs_in(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    with sellers[0].active() as north:
        tenancy.suspend_tenant(north, "panaderia")
    client.force_login(User.objects.get())
    assert client.get("/t/panaderia/status/").status_code == 200
