"""Tenants whose calls nobody bills: the world is as closed to them as to those who pay."""

import pytest

from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Tariff
from conmuta.apps.routing import unbilled
from conmuta_compiler.operator.decide import Router
from conmuta_plan.operator import UNBILLED, OperatorPlan, Price

TABLE = unbilled.table(frozenset({"UY"}))


def price(number: str) -> Price:
    """Of the longest prefix, as Asterisk finds it."""
    plan = OperatorPlan(operator="o", title="O", time_zone="UTC", country="UY", prices=(TABLE,))
    found = Router(plan)._priced(UNBILLED, number)
    assert found is not None
    return found.price


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("59824002000", "UY"),
        ("999598911", "UY"),
        ("12125550100", "US"),
        ("18765550100", "JM"),
        ("77012345678", "KZ"),
        ("74951234567", "RU"),
        ("5355555555", "CU"),
        ("442071838750", "GB"),
    ],
)
def test_a_number_is_of_its_country_and_costs_nothing(number: str, country: str) -> None:
    found = price(number)
    assert (found.country, found.per_minute, found.premium) == (country, 0, False)


@pytest.mark.parametrize("number", ["59890012345", "881612345678", "88213300655"])
def test_premium_numbers_and_satellites_are_premium(number: str) -> None:
    assert price(number).premium


def test_no_price_list_takes_its_name() -> None:
    faults = list(rating.table_faults(Tariff(name=UNBILLED, currency="USD")))
    assert any("nobody pays" in fault.sentence for fault in faults)
