"""Operators' people: what they may do, whom they help, and that they are strangers elsewhere."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.errors import EmailElsewhere, NoSuchOperatorPerson
from conmuta.apps.identity.models import OperatorMembership, User
from conmuta.apps.identity.web.doors import for_operator
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.errors import NoSuchOperator
from conmuta.platform.errors import Forbidden
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

from .conftest import Scopes, delivered, link_of


def rosa(role: str = "administrator", **facts: object) -> identity.OperatorPerson:
    given = {"username": "rosa", "email": "rosa@north.example.test", "name": "Rosa"}
    return identity.OperatorPerson(permissions=identity.ROLES[role], **(given | facts))


def hire(scope: Scope, person: identity.OperatorPerson) -> User:
    with scope.active():
        identity.put_operator_person(scope, person)
    return User.objects.get(email=person.email)


def test_a_new_person_is_invited_by_mail_in_the_brand(sellers: Scopes, client: Client) -> None:
    hire(sellers[0], rosa())
    [mail] = delivered()
    assert (mail["To"], mail["From"]) == (
        "rosa@north.example.test",
        "Norte PBX <pbx@north.example.test>",
    )
    assert client.get(link_of(mail)).status_code == 200
    assert delivered(sellers[0]) == delivered(sellers[1]) == []


def test_the_same_again_changes_nothing_and_is_no_second_mail(sellers: Scopes) -> None:
    hire(sellers[0], rosa())
    with sellers[0].active() as north:
        assert identity.put_operator_person(north, rosa()) is False
        assert identity.put_operator_person(north, rosa("support")) is True
        assert [p.permissions for p in identity.operator_people(north)] == [
            identity.ROLES["support"]
        ]
    assert len(delivered()) == 1


def test_one_operators_people_are_not_anothers(sellers: Scopes) -> None:
    hire(sellers[0], rosa())
    with sellers[1].active() as south:
        assert identity.operator_people(south) == []
        assert OperatorMembership.guarded.count() == 0
        for verb in (identity.remove_operator_person, identity.invite_operator_person):
            with pytest.raises(NoSuchOperatorPerson):
                verb(south, "rosa")
        with pytest.raises(EmailElsewhere):
            identity.put_operator_person(south, rosa())


def test_a_company_does_not_take_an_operators_person(sellers: Scopes, opened: Scope) -> None:
    hire(sellers[0], rosa())
    thief = identity.Person(
        username="rosa", email="rosa@north.example.test", name="Rosa", profile="Administrador"
    )
    with opened.active() as own, pytest.raises(EmailElsewhere):
        identity.put_person(own, thief)
    assert User.objects.filter(email="rosa@north.example.test").exists()


def test_who_left_signs_in_no_more(sellers: Scopes) -> None:
    hire(sellers[0], rosa())
    with sellers[0].active() as north:
        identity.remove_operator_person(north, "rosa")
    assert not User.objects.filter(email="rosa@north.example.test").exists()


@for_operator(identity.OperatorPermission.TENANTS_ADMIN)
def desk(request: HttpRequest, scope: Scope, access: identity.OperatorAccess) -> HttpResponse:
    return HttpResponse(f"{access.title}: {[t.slug for t in tenancy.tenants(scope)]}")


def ask(user: User, operator: str) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return desk(request, operator=operator).content.decode()


def test_the_door_opens_ones_own_operator_alone(sellers: Scopes, opened: Scope) -> None:
    user = hire(sellers[0], rosa())
    assert ask(user, "north") == "Norte PBX: ['panaderia']"
    for stranger in ("south", "nobody", "operator"):
        with pytest.raises(NoSuchOperator):
            ask(user, stranger)


def test_the_door_asks_for_the_permission(sellers: Scopes) -> None:
    user = hire(sellers[0], rosa("support"))
    with pytest.raises(Forbidden):
        ask(user, "north")
    with sellers[0].active() as north:
        identity.put_operator_person(north, rosa(is_active=False))
    with pytest.raises(NoSuchOperator):
        ask(user, "north")


def test_a_companys_person_is_nobody_to_operators(sellers: Scopes, opened: Scope) -> None:
    user = User.objects.get()
    assert identity.operator_accesses(user) == []
    with pytest.raises(NoSuchOperator):
        ask(user, "north")


def test_the_platforms_administrator_is_above_all(sellers: Scopes, opened: Scope) -> None:
    with Scope.system("test").active() as system:
        identity.put_platform_administrator(system, "root@example.test", "Root")
    root = User.objects.get(email="root@example.test")
    assert ask(root, "north") == "Norte PBX: ['panaderia']"
    assert ask(root, "south") == "South: []"


def test_an_unknown_stored_permission_allows_nothing(sellers: Scopes) -> None:
    user = hire(sellers[0], rosa())
    with sellers[0].active() as north:
        OperatorMembership.objects.within(north).update(permissions=["everything"])
    with pytest.raises(Forbidden):
        ask(user, "north")


def test_who_helps_enters_its_own_operators_companies_and_is_on_record(
    sellers: Scopes, opened: Scope, two_tenants: Scopes, client: Client
) -> None:
    user = hire(sellers[0], rosa("support"))
    client.force_login(user)
    for _ in range(2):
        assert client.get("/t/panaderia/status/").status_code == 200
    assert client.get("/t/alpha/status/").status_code == 404
    assert [access.tenant for access in identity.accesses(user)] == ["panaderia"]
    for scope in (opened, sellers[0]):
        with scope.active():
            entries = AuditEntry.objects.within(scope).filter(verb="entered_to_help")
            assert [entry.actor for entry in entries] == [f"person:{user.pk}"]


def test_who_helps_does_not_hear_or_read_what_people_said(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    client.force_login(hire(sellers[0], rosa("support")))
    assert client.get("/t/panaderia/mail/").status_code == 403
    hire(sellers[0], rosa("administrator"))
    assert client.get("/t/panaderia/mail/").status_code == 200


def test_another_operators_helper_finds_nothing(
    sellers: Scopes, opened: Scope, client: Client
) -> None:
    user = hire(sellers[1], rosa(email="rosa@south.example.test"))
    client.force_login(user)
    assert client.get("/t/panaderia/status/").status_code == 404
    assert identity.accesses(user) == []
