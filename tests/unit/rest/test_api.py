"""The REST API, as a program and as a stranger call it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.identity import api as identity
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import ClassKind, OutgoingClass
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta.rest.access import FAILURES_A_MINUTE, REQUESTS_A_MINUTE
from conmuta.rest.api import api

Call = Callable[..., Any]
YAML = "application/yaml"
ANA = {"name": "Ana", "classes": ["internal"]}


def caller(client: Client, token: str) -> Call:
    def call(
        method: str, path: str, body: object = None, kind: str = "application/json", **headers: str
    ) -> Any:
        return client.generic(
            method,
            f"/api/v1{path}",
            body if isinstance(body, str) else json.dumps(body) if body is not None else "",
            content_type=kind,
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    return call


@pytest.fixture
def alpha(two_tenants: tuple[Scope, Scope]) -> Iterator[Scope]:
    with two_tenants[0].active() as scope:
        trunks.save_classes(scope, [OutgoingClass(name="internal", kind=ClassKind.INTERNAL)])
        yield scope


@pytest.fixture
def call(alpha: Scope, client: Client) -> Call:
    """Calls as a program of Alpha's that may do everything."""
    return caller(client, identity.create_token(alpha, "all", ["*"]))


def test_an_extension_is_made_read_changed_and_removed(call: Call, alpha: Scope) -> None:
    made = call("PUT", "/tenants/alpha/extensions/550", ANA)
    assert made.status_code == 201
    assert made.json()["number"] == "550"
    secret = extensions.extensions(alpha)["550"].secret
    assert secret
    again = call("PUT", "/tenants/alpha/extensions/550", ANA)
    assert again.status_code == 200
    assert extensions.extensions(alpha)["550"].secret == secret
    changed = call("PATCH", "/tenants/alpha/extensions/550", {"name": "Ana María"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Ana María")
    assert changed.json()["classes"] == ["internal"]
    assert extensions.extensions(alpha)["550"].secret == secret
    assert call("DELETE", "/tenants/alpha/extensions/550").status_code == 204
    assert call("GET", "/tenants/alpha/extensions/550").status_code == 404
    assert call("DELETE", "/tenants/alpha/extensions/550").status_code == 404


def test_no_answer_holds_a_secret(call: Call, alpha: Scope) -> None:
    call("PUT", "/tenants/alpha/extensions/550", ANA | {"mailbox": {"emails": []}})
    made = extensions.extensions(alpha)["550"]
    assert made.mailbox is not None
    for path in ("/tenants/alpha/extensions", "/tenants/alpha/extensions/550"):
        text = call("GET", path).content.decode()
        assert made.secret not in text
        assert f'"{made.mailbox.pin}"' not in text
        assert '"secret"' not in text


def test_a_secret_that_is_given_is_taken(call: Call, alpha: Scope) -> None:
    secret = "Tr0ub4dor-and-3-staples"
    assert call("PUT", "/tenants/alpha/extensions/550", ANA | {"secret": secret}).status_code == 201
    assert extensions.extensions(alpha)["550"].secret == secret


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "Ana", "clases": []}, "clases"),
        ({"name": 7}, "name"),
        ({"name": "Ana", "ring_seconds": "soon"}, "ring_seconds"),
        ({}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "Ana", "ring_seconds": 10**12}, "ring_seconds"),
        ({"name": 'A"na'}, "name"),
    ],
)
def test_what_is_wrong_is_told_where(call: Call, body: Any, pointer: str) -> None:
    answer = call("PUT", "/tenants/alpha/extensions/550", body)
    told = answer.json()
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["code"] == "api.invalid"
    assert any(pointer in error["pointer"] for error in told["errors"])
    assert call("GET", "/tenants/alpha/extensions").json()["items"] == []


@pytest.mark.parametrize(
    "body", ["{", "[]", '"x"', "null", "\ud800".encode("utf-8", "ignore").decode()]
)
def test_what_is_no_object_is_refused(call: Call, body: str) -> None:
    assert call("PUT", "/tenants/alpha/extensions/550", body).status_code in {400, 422}


def test_a_list_comes_in_pages(call: Call, alpha: Scope) -> None:
    people = [
        Extension(number=str(number), name=f"P{number}", classes=("internal",))
        for number in range(100, 125)
    ]
    extensions.save_extensions(alpha, people)
    seen, after = [], ""
    while after is not None:
        page = call("GET", f"/tenants/alpha/extensions?limit=10&after={after}").json()
        assert len(page["items"]) <= 10
        seen += [item["number"] for item in page["items"]]
        after = page["next"]
    assert seen == sorted(each.number for each in people)


def test_a_change_of_what_somebody_else_changed_is_refused(call: Call) -> None:
    first = call("PUT", "/tenants/alpha/extensions/550", ANA).headers["ETag"]
    second = call("PATCH", "/tenants/alpha/extensions/550", {"name": "Eva"}).headers["ETag"]
    assert first != second
    stale = call("PATCH", "/tenants/alpha/extensions/550", {"name": "Luz"}, **{"If-Match": first})
    assert stale.status_code == 412
    fresh = call("PATCH", "/tenants/alpha/extensions/550", {"name": "Luz"}, **{"If-Match": second})
    assert fresh.status_code == 200


def test_a_single_object_has_no_key(call: Call) -> None:
    assert call("GET", "/tenants/alpha/telephony").status_code == 200
    parked = call("PATCH", "/tenants/alpha/telephony", {"parking": {"number": "700"}})
    assert parked.status_code == 200
    assert call("GET", "/tenants/alpha/telephony").json()["parking"]["first"] == 701


def test_a_new_persons_first_password_is_shown_once_and_not_kept(call: Call) -> None:
    call("PUT", "/tenants/alpha/profiles/Agents", {"permissions": ["dashboard"]})
    body = {"name": "Eva", "email": "eva@alpha.example.test", "profile": "Agents"}
    made = call("PUT", "/tenants/alpha/users/eva", body)
    assert made.status_code == 201
    assert made.headers["Conmuta-First-Password"]
    assert made.headers["Cache-Control"] == "no-store"
    again = call("PUT", "/tenants/alpha/users/eva", body)
    assert "Conmuta-First-Password" not in again.headers


def test_what_the_api_changes_is_in_the_audit_by_the_token(call: Call, alpha: Scope) -> None:
    call("PUT", "/tenants/alpha/extensions/550", ANA)
    row = AuditEntry.objects.within(alpha).get(subject="extensions.extension:550")
    assert row.actor.startswith("token:")


def test_a_token_does_what_its_scopes_say(alpha: Scope, client: Client) -> None:
    read = caller(client, identity.create_token(alpha, "reader", ["extensions:read"]))
    assert read("GET", "/tenants/alpha/extensions").status_code == 200
    refused = read("PUT", "/tenants/alpha/extensions/550", ANA)
    assert refused.status_code == 403
    assert refused.json()["code"] == "api.scope_missing"
    assert "extensions:write" in refused.json()["detail"]
    assert read("GET", "/tenants/alpha/queues").status_code == 403


PATHS = [
    (method.upper(), path.removeprefix("/api/v1"))
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1")["paths"].items()
    for method in methods
]
FILLED = {"tenant": "alpha", "key": "550", "call": "1-1.1", "operator": "north"}


@pytest.mark.parametrize(("method", "path"), PATHS, ids=[f"{m} {p}" for m, p in PATHS])
def test_a_stranger_and_another_company_see_nothing(
    two_tenants: tuple[Scope, Scope], client: Client, method: str, path: str
) -> None:
    address = path.format(**FILLED, **dict.fromkeys(_unknown(path), "x"))
    assert client.generic(method, f"/api/v1{address}").status_code == 401
    with two_tenants[1].active() as beta:
        stranger = caller(client, identity.create_token(beta, "all", ["*"]))
    answer = stranger(method, address, {})
    if "{" in path:
        assert answer.status_code in {403, 404, 422}
    else:
        assert "alpha" not in answer.content.decode()
    assert "Alpha" not in answer.content.decode()


def _unknown(path: str) -> set[str]:
    names = {part.split("}")[0] for part in path.split("{")[1:]}
    return names - FILLED.keys()


def test_an_operators_token_sees_its_own_companies_only(
    two_operators: tuple[Scope, Scope], two_tenants: tuple[Scope, Scope], client: Client
) -> None:
    with two_operators[0].active() as north:
        token = identity.create_token(north, "all", ["*"])
    operator = caller(client, token)
    assert operator("GET", "/tenants").json()["items"] == []
    assert operator("GET", "/tenants/alpha").status_code == 404
    assert operator("PUT", "/tenants/alpha/extensions/550", ANA).status_code == 404


@pytest.mark.parametrize("token", ["", "cmt_nobody", "x" * 500])
def test_who_has_no_token_is_told_how_to_come_in(client: Client, db: None, token: str) -> None:
    answer = caller(client, token)("GET", "/tenants")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


def test_tokens_are_not_guessed(client: Client, db: None) -> None:
    guess = caller(client, "cmt_guess")
    for _ in range(FAILURES_A_MINUTE):
        guess("GET", "/tenants")
    answer = guess("GET", "/tenants")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_program_that_asks_too_often_waits(call: Call, alpha: Scope) -> None:
    from conmuta.platform import pace

    token = AuditEntry.objects.within(alpha).get(verb="created", subject__contains="api_token")
    assert token.actor
    row = identity.tokens(alpha)[0]
    assert row.name == "all"
    from conmuta.apps.identity.models import ApiToken

    subject = f"token:{ApiToken.objects.within(alpha).get().pk}"
    for _ in range(REQUESTS_A_MINUTE):
        pace.count(subject)
    assert call("GET", "/tenants").status_code == 429


def test_a_rehearsal_and_a_check_are_told_in_words(call: Call) -> None:
    call("PUT", "/tenants/alpha/extensions/550", ANA)
    told = call("GET", "/tenants/alpha/rehearsal?number=550&at=2026-12-24T18:30:00&language=en")
    assert told.status_code == 200
    assert any("550" in line for line in told.json()["lines"])
    assert call("GET", "/tenants/alpha/check").status_code == 200
    assert call("GET", "/tenants/alpha/rehearsal?number=550&at=never").status_code == 422


def test_a_document_is_applied_once_however_often_it_is_sent(call: Call, alpha: Scope) -> None:
    call("PUT", "/tenants/alpha/extensions/550", ANA)
    text = call("GET", "/tenants/alpha/document").content.decode()
    wanted = text.replace("name: Ana", "name: Eva")
    assert wanted != text
    seen = call("POST", "/tenants/alpha/document?preview=true", wanted, YAML)
    assert [d["key"] for d in seen.json()["differences"]] == ["550"]
    assert extensions.extensions(alpha)["550"].name == "Ana"
    first = call("POST", "/tenants/alpha/document", wanted, YAML, **{"Idempotency-Key": "k1"})
    extensions.save_extensions(alpha, [Extension(number="551", name="Luz", classes=("internal",))])
    second = call("POST", "/tenants/alpha/document", wanted, YAML, **{"Idempotency-Key": "k1"})
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert extensions.extensions(alpha)["550"].name == "Eva"
    other = call("POST", "/tenants/alpha/document", text, YAML, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "api.idempotency_key_reused")


def test_a_document_of_another_company_is_refused(call: Call) -> None:
    text = call("GET", "/tenants/alpha/document").content.decode()
    stolen = text.replace("slug: alpha", "slug: beta").replace("alpha.example", "beta.example")
    answer = call("POST", "/tenants/alpha/document", stolen, YAML)
    assert answer.status_code == 422


def test_the_description_is_openapi_3_1_and_tells_how_it_refuses(client: Client, db: None) -> None:
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for methods in told["paths"].values():
        for operation in methods.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert operation["operationId"]
