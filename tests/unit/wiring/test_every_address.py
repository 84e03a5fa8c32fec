"""Every address, visited by a stranger and by another company's person."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.models import User
from conmuta.platform.scope import Scope

DOORS = {"public", "person", "platform", "tenant", "node"}
SAMPLES = {
    "tenant": "alpha",
    "mail": "1",
    "index": "0",
    "digest": "a" * 64,
    "stream": "cel",
    "number": "1",
    "call": "1-1795000000.10",
    "recording": "1-1-1-1795000000.10",
    "file_name": "001565aabbcc.cfg",
    "token": "none",
    "key": "none",
}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        else:
            yield route, pattern


OURS = [
    (route, pattern)
    for route, pattern in addresses(get_resolver())
    if pattern.callback.__module__.startswith("conmuta.")
]


def sample(route: str) -> str:
    parts = route.replace("<", "\0<").replace(">", ">\0").split("\0")
    return "/" + "".join(
        SAMPLES[part.strip("<>").rpartition(":")[2]] if part.startswith("<") else part
        for part in parts
    )


def guarded(*doors: str) -> list[str]:
    return [route for route, pattern in OURS if getattr(pattern.callback, "door", "") in doors]


@pytest.mark.parametrize(("route", "pattern"), OURS, ids=[route for route, _ in OURS])
def test_every_page_of_ours_has_a_door(route: str, pattern: URLPattern) -> None:
    assert getattr(pattern.callback, "door", None) in DOORS


@pytest.mark.parametrize("route", guarded("person", "platform", "tenant"))
def test_a_stranger_is_sent_to_sign_in(client: Client, db: None, route: str) -> None:
    for answer in (client.get(sample(route)), client.post(sample(route))):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("route", guarded("node"))
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_a_stranger_is_no_node(client: Client, db: None, route: str, method: str) -> None:
    answer = getattr(client, method)(sample(route))
    assert answer.status_code in {401, 405}


@pytest.fixture
def eva_of_beta(two_tenants: tuple[Scope, Scope]) -> Client:
    """May do everything at Beta, and is nobody at Alpha."""
    with two_tenants[1].active() as beta:
        everything = identity.Profile(name="All", permissions=frozenset(identity.Permission))
        identity.put_profile(beta, everything)
        person = identity.Person(
            username="eva", email="eva@example.test", name="Eva", profile="All"
        )
        identity.put_person(beta, person)
    User.objects.update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get())
    return client


@pytest.mark.parametrize("route", guarded("tenant"))
def test_another_company_is_not_there(eva_of_beta: Client, route: str) -> None:
    for answer in (eva_of_beta.get(sample(route)), eva_of_beta.post(sample(route))):
        assert answer.status_code == 404
        assert b"Alpha" not in answer.content


@pytest.mark.parametrize("route", guarded("platform"))
def test_the_platforms_pages_are_not_for_companies(eva_of_beta: Client, route: str) -> None:
    assert eva_of_beta.get(sample(route)).status_code == 403


def test_her_own_company_is_there(eva_of_beta: Client) -> None:
    answer = eva_of_beta.get("/t/beta/status/")
    assert answer.status_code == 200
    assert b"Alpha" not in answer.content


def test_a_supervisor_without_the_permission_reads_no_mail(
    eva_of_beta: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    with two_tenants[1].active() as beta:
        identity.put_profile(beta, identity.Profile(name="All"))
    assert eva_of_beta.get("/t/beta/mail/").status_code == 403
