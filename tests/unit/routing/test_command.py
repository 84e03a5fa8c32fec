"""`./conmuta route`, as a person at the terminal meets it."""

import argparse
import json

import pytest

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Guard, GuardPolicy
from conmuta.cli import route
from conmuta.platform.scope import Scope

NOON = ("--at", "2026-11-23 12:00")


def run(*words: str) -> int:
    """The exit code of the command with these words."""
    parser = argparse.ArgumentParser()
    route.add_arguments(parser)
    return route.run(parser.parse_args(words))


@pytest.fixture
def sold(routed: Scope, north: Scope) -> Scope:
    """The company pays by a price list; Argentina is open to it."""
    rating.save_tables(north, [rating.Tariff(name="retail", currency="USD")])
    rates = [
        rating.Rate(prefix="598", per_minute=12_500, country="UY"),
        rating.Rate(prefix="54", per_minute=150_000, minimum=60, increment=60, country="AR"),
        rating.Rate(prefix="49", per_minute=90_000, country="DE"),
    ]
    rating.put_rates(north, "retail", rates)
    with routed.active():
        rating.save_terms(routed, [rating.Terms(prices="retail")])
        rating.save_guard(routed, [GuardPolicy(guard=Guard(countries=("AR",)))])
        one = Extension(number="550", name="Ana", classes=("local", "international"))
        extensions.save_extensions(routed, [one])
    return routed


def test_a_call_is_explained_with_its_price(
    sold: Scope, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("acme", "00541143210987", "--from", "550", *NOON) == 0
    told = capsys.readouterr().out
    assert "El operador lo toma como +541143210987." in told
    assert "Cuesta 0,15 USD por minuto, mínimo 60 s, luego cada 60 s" in told
    assert told.index("centro: marca 541143210987") < told.index("sur: marca 541143210987")


def test_what_the_guard_keeps_closed_is_told_and_fails(
    sold: Scope, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("acme", "004930123456", "--from", "550", "--language", "en", *NOON) == 1
    assert "this country is closed for the company" in capsys.readouterr().out


def test_the_same_as_values(sold: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("acme", "24001234", "--from", "550", "--json", *NOON) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["e164"], told["class"], told["route"]) == ("59824001234", "local", "usual")
    assert told["price"]["price"]["per_minute"] == 12_500
    assert [each["gateway"] for each in told["attempts"]] == ["centro", "sur"]
    assert told["goes_out"]
    assert told["words"]


def test_nobody_and_nowhere_are_told(sold: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("acme", "24001234", "--from", "999", *NOON) == 1
    assert "there is no extension 999" in capsys.readouterr().err
    assert run("nobody", "24001234", *NOON) == 1
    assert run("acme", "24001234", "--at", "soon") == 2


def test_least_cost_tells_what_each_gateway_costs(
    sold: Scope, north: Scope, capsys: pytest.CaptureFixture[str]
) -> None:
    from conmuta.apps.routing import api as routing
    from conmuta.apps.routing.contracts import CarrierRoute, RouteChoice

    for name, cost in (("centro", 40_000), ("sur", 8_000)):
        rating.save_tables(
            north, [rating.Tariff(name=f"cost-{name}", currency="USD", gateways=(name,))]
        )
        rating.put_rates(north, f"cost-{name}", [rating.Rate(prefix="598", per_minute=cost)])
    cheapest = CarrierRoute(
        name="usual",
        choices=(RouteChoice(gateway="centro"), RouteChoice(gateway="sur")),
        least_cost=True,
        cost_limit=20_000,
    )
    routing.save_routes(north, [cheapest])
    assert run("acme", "24001234", "--from", "550", *NOON) == 0
    told = capsys.readouterr().out
    assert "sur: le cuesta al operador 0,008 USD por minuto." in told
    assert (
        "centro: le cuesta al operador 0,04 USD por minuto: no se prueba, pasa el límite." in told
    )
    assert "centro: marca" not in told
