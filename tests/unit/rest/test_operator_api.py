"""What an operator's program does, and what a tenant's cannot do to itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from conmuta.apps.identity import api as identity
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Tariff, Terms
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

Call = Callable[..., Any]
FACTS = {"domain": "pbx.north.example.test", "country": "UY", "time_zone": "America/Montevideo"}


def caller(client: Client, scope: Scope) -> Call:
    with scope.active():
        token = identity.create_token(scope, "all", ["*"])

    def call(method: str, path: str, body: object = None, **headers: str) -> Any:
        given = body if isinstance(body, str | bytes) else json.dumps(body) if body else ""
        return client.generic(
            method,
            f"/api/v1{path}",
            given,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    return call


def opened(operator: Scope, slug: str, domain: str) -> Scope:
    facts = tenancy.TenantFacts(
        domain=domain,
        title=slug.title(),
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
    with operator.active():
        return Scope.for_tenant(tenancy.create_tenant(operator, slug, facts).pk, "test:person")


@pytest.fixture
def north(two_operators: tuple[Scope, Scope]) -> Scope:
    """North with a price list and a tenant, `acme`, that pays in advance; South is beside it."""
    operator = two_operators[0]
    with Scope.system("test:system").active() as system:
        facts = tenancy.OperatorFacts(title="North", **FACTS)
        tenancy.change_operator(system, "north", facts)
    acme = opened(operator, "acme", "acme.pbx.north.example.test")
    with operator.active():
        rating.save_tables(operator, [Tariff(name="sold", currency="USD")])
    with acme.active():
        rating.save_terms(acme, [Terms(prices="sold", prepaid=True)])
    return operator


@pytest.fixture
def call(north: Scope, client: Client) -> Call:
    return caller(client, north)


def test_the_platform_makes_and_changes_operators(north: Scope, call: Call, client: Client) -> None:
    platform = caller(client, Scope.system("test:platform"))
    body = {"title": "East", "domain": "pbx.east.example.test"}
    assert platform("PUT", "/operators/east", body).status_code == 201
    assert platform("PUT", "/operators/east", body).status_code == 200
    assert call("PUT", "/operators/west", {"title": "West"}).status_code == 404
    assert call("GET", "/operators/east").status_code == 404
    assert [item["slug"] for item in call("GET", "/operators").json()["items"]] == ["north"]
    body = {"title": "North Telecom", **FACTS}
    assert call("PUT", "/operators/north", body).status_code == 403
    changed = platform("PUT", "/operators/north", body)
    assert changed.json()["facts"]["title"] == "North Telecom"


def test_a_brand_that_nobody_can_read_is_refused(call: Call) -> None:
    dim = {"name": "North", "colour": "#777777", "ink": "#888888"}
    assert call("PUT", "/operators/north/brand", dim).status_code == 422
    good = {"name": "North", "colour": "#113355", "ink": "#ffffff"}
    assert call("PUT", "/operators/north/brand", good).json()["brand"]["colour"] == "#113355"


def test_numbers_are_imported_assigned_and_rest_when_they_come_back(call: Call) -> None:
    sheet = "number,note\n+59824002000,main\n+59824002001,\nnonsense,\n"
    report = call("POST", "/operators/north/numbers/imports", sheet).json()
    assert (report["added"], report["bad_count"]) == (2, 1)
    assert report["bad"][0]["line"] == 4
    spans = {"tenant": "acme", "numbers": ["59824002000-59824002001"]}
    assert call("POST", "/operators/north/numbers/assignments", spans).json() == {"numbers": 2}
    assert call("POST", "/operators/north/numbers/assignments", spans).status_code == 200
    held = call("GET", "/operators/north/numbers?tenant=acme").json()["items"]
    assert [item["number"] for item in held] == ["59824002000", "59824002001"]
    back = {"numbers": ["59824002001"], "quarantine_days": 30}
    assert call("POST", "/operators/north/numbers/releases", back).status_code == 200
    again = call("POST", "/operators/north/numbers/assignments", {**spans, "tenant": "acme"})
    assert again.status_code == 409
    summary = call("GET", "/operators/north/numbers/summary").json()
    assert (summary["assigned"], summary["quarantined"]) == (1, 1)
    assert call("GET", "/operators/north/numbers/59824002000").status_code == 200
    assert call("GET", "/operators/north/numbers/59824009999").status_code == 404


@pytest.mark.parametrize("span", ["59824002009-59824002000", "598240020-59824002000"])
def test_a_range_that_is_none_is_refused(call: Call, span: str) -> None:
    body = {"tenant": "acme", "numbers": [span]}
    assert call("POST", "/operators/north/numbers/assignments", body).status_code == 422


def test_a_payment_counts_once_and_a_tenant_cannot_pay_itself(
    call: Call, client: Client, north: Scope
) -> None:
    paid = {"amount": "12.50", "key": "bank-1", "note": "transfer"}
    for _ in range(3):
        assert call("POST", "/tenants/acme/account/payments", paid).status_code == 200
    account = call("GET", "/tenants/acme/account").json()
    assert (account["balance"], account["left"]) == ("12.50", "12.50")
    assert len(account["entries"]) == 1
    other = call("POST", "/tenants/acme/account/payments", {**paid, "amount": "13"})
    assert other.status_code == 409
    with north.active():
        acme = Scope.for_tenant(tenancy.slugs(north)["acme"], "test:person")
    own = caller(client, acme)
    assert own("GET", "/tenants/acme/account").json()["balance"] == "12.50"
    for path in ("payments", "corrections"):
        refused = own("POST", f"/tenants/acme/account/{path}", {**paid, "key": "mine"})
        assert refused.status_code == 403
    assert own("PUT", "/tenants/acme/limits", {"extensions": 1}).status_code == 403
    assert own("PUT", "/tenants/acme/services", {"services": []}).status_code == 403
    assert own("DELETE", "/tenants/acme/suspension").status_code == 403


def test_a_tenant_is_suspended_served_again_ended_and_called_back(call: Call) -> None:
    assert call("PUT", "/tenants/acme/suspension").json()["state"] == "suspended"
    assert call("DELETE", "/tenants/acme/suspension").json()["state"] == "active"
    ending = call("POST", "/tenants/acme/ending", {"grace_days": 10}).json()
    assert ending["state"] == "ending"
    assert ending["ends_at"]
    assert call("DELETE", "/tenants/acme/ending").json()["state"] == "active"
    limited = call("PUT", "/tenants/acme/limits", {"extensions": 5}).json()
    assert limited["limits"]["extensions"] == 5
    served = call("PUT", "/tenants/acme/services", {"services": ["api", "queues"]}).json()
    assert sorted(served["services"]) == ["api", "queues"]


def test_another_operator_finds_nothing_of_this_one(
    north: Scope, two_operators: tuple[Scope, Scope], client: Client
) -> None:
    south = caller(client, two_operators[1])
    assert south("GET", "/tenants").json()["items"] == []
    for method, path, body in (
        ("GET", "/operators/north", None),
        ("GET", "/operators/north/numbers", None),
        ("GET", "/tenants/acme", None),
        ("GET", "/tenants/acme/account", None),
        ("PUT", "/tenants/acme/suspension", None),
        ("PUT", "/tenants/acme/limits", {"extensions": 1}),
        ("POST", "/tenants/acme/account/payments", {"amount": "1", "key": "x"}),
        ("PUT", "/operators/north/brand", {"name": "South"}),
    ):
        assert south(method, path, body).status_code == 404, path
    stolen = {"tenant": "acme", "numbers": ["59824002000"]}
    assert south("POST", "/operators/south/numbers/assignments", stolen).status_code == 404


def test_a_call_that_goes_nowhere_is_explained(call: Call) -> None:
    told = call("GET", "/tenants/acme/route?number=0012125550100&language=en")
    assert told.status_code == 200
    assert told.json()["lines"]


def test_a_company_is_opened_in_one_call_however_often_it_is_sent(call: Call, north: Scope) -> None:
    order = {
        "title": "Panadería La Paz",
        "subdomain": "lapaz",
        "administrator": {"name": "Eva Sosa", "email": "eva@lapaz.example.test"},
        "limits": {"extensions": 10},
        "services": ["voicemail", "queues", "api"],
    }
    made = call("POST", "/operators/north/openings", order, **{"Idempotency-Key": "order-7"})
    assert made.status_code == 201
    assert made.json()["facts"]["domain"] == "lapaz.pbx.north.example.test"
    assert made.json()["limits"]["extensions"] == 10
    again = call("POST", "/operators/north/openings", order, **{"Idempotency-Key": "order-7"})
    assert again.json() == made.json()
    assert "password" not in made.content.decode()
    with north.active():
        assert sorted(tenancy.slugs(north)) == ["acme", "lapaz"]


def test_an_operators_objects_are_made_by_its_program_alone(
    call: Call, client: Client, two_operators: tuple[Scope, Scope]
) -> None:
    gateway = {"host": "192.0.2.10", "addresses": ["192.0.2.10"], "secret": "s3cret-of-a-carrier"}
    made = call("PUT", "/operators/north/gateways/carrier", gateway)
    assert made.status_code == 201
    assert "s3cret" not in call("GET", "/operators/north/gateways").content.decode()
    route = {"choices": [{"gateway": "carrier"}]}
    assert call("PUT", "/operators/north/routes/all", route).status_code == 201
    assert call("DELETE", "/operators/north/gateways/carrier").status_code == 409
    south = caller(client, two_operators[1])
    assert south("GET", "/operators/north/gateways/carrier").status_code == 404
    assert south("PUT", "/operators/south/routes/all", route).status_code in {409, 422}
