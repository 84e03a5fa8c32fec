"""Price tables: imported, in force by the day, and as the operator's plan has them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.support.sellers import Sellers
from tests.unit.rating.conftest import NOON

from conmuta.apps.fleet.models import OperatorPlanState
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO, Ceilings, Guard, GuardPolicy, Rate, Tariff, Terms
from conmuta.apps.trunks import api as trunks
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope

File = Callable[[str], Path]
TODAY = NOON.date()


def test_a_price_list_joins_a_table(north: Scope, file: File) -> None:
    rating.save_tables(north, [Tariff(name="new", currency="USD")])
    report = rating.import_prices(
        north,
        "new",
        file(
            "Prefix;Per minute;Setup;Minimum;Increment;Country;Premium;Valid from;Destination\n"
            "+54;0,025;0;30;6;AR;no;2026-12-01;Argentina\n"
            "549;0,110;0;1;1;ar;;;Argentina, móvil\n"
        ),
    )
    assert (report.added, report.bad_count) == (2, 0)
    first, second = rating.rates(north, "new")
    assert first == Rate(
        prefix="54",
        per_minute=25_000,
        minimum=30,
        increment=6,
        country="AR",
        destination="Argentina",
        valid_from=date(2026, 12, 1),
    )
    assert (second.prefix, second.per_minute, second.country) == ("549", 110_000, "AR")


def test_a_list_taken_twice_changes_nothing(north: Scope, file: File) -> None:
    path = file("prefix,per_minute\n598,2\n54,0.5\n")
    rating.import_prices(north, "retail", path)
    again = rating.import_prices(north, "retail", path)
    assert (again.added, again.changed, again.ended) == (0, 0, 0)


def test_each_bad_row_is_told_and_the_others_are_taken(north: Scope, file: File) -> None:
    report = rating.import_prices(
        north,
        "retail",
        file(
            "prefix,per_minute,increment,valid_from\n"
            "52,0.5,60,\n"
            "0598,1,,\n"
            "53,free,,\n"
            "53,1,0,\n"
            "53,1,often,\n"
            "53,1,1,soon\n"
            "52,0.7,1,\n"
        ),
    )
    assert (report.added, report.bad_count) == (1, 6)
    assert [bad.line for bad in report.bad] == [3, 4, 5, 6, 7, 8]
    assert "first in line 2" in report.bad[-1].sentence


def test_a_complete_list_ends_what_it_does_not_have(north: Scope, file: File) -> None:
    tomorrow = TODAY + timedelta(days=1)
    report = rating.import_prices(
        north, "retail", file("prefix,per_minute\n598,3\n"), valid_from=tomorrow, complete=True
    )
    assert (report.added, report.ended) == (1, 2)
    held = {rate.prefix: rate.per_minute for rate in rating.rates(north, "retail", TODAY)}
    assert held == {"598": 2 * MICRO, "5989": 6 * MICRO, "1": 9 * MICRO}
    then = {rate.prefix: rate.per_minute for rate in rating.rates(north, "retail", tomorrow)}
    assert then == {"598": 3 * MICRO}


def test_the_operators_plan_has_the_prices_of_today(north: Scope) -> None:
    table = rating.price_table(north, "retail", TODAY)
    assert (table.name, table.currency) == ("retail", "UYU")
    price = table.prices[table.prefixes["5989"]]
    assert (price.per_minute, price.minimum, price.increment, price.country) == (
        6 * MICRO,
        30,
        30,
        "UY",
    )
    assert [each.name for each in rating.price_tables(north)] == ["retail"]
    assert rating.cost_prefixes(north, "carrier") == {"598": MICRO}
    assert rating.cost_prefixes(north, "other") == {}


def test_equal_prices_have_one_name_in_the_plan(north: Scope) -> None:
    rating.put_rates(
        north, "retail", [Rate(prefix=f"34{each}", per_minute=5) for each in range(10)]
    )
    table = rating.price_table(north, "retail", TODAY)
    assert len({table.prefixes[f"34{each}"] for each in range(10)}) == 1


def test_a_gateways_prices_are_in_one_table(north: Scope) -> None:
    with pytest.raises(rating.GatewayPricedTwice):
        rating.save_tables(north, [Tariff(name="other", currency="USD", gateways=("carrier",))])
    with pytest.raises(UnknownName):
        rating.save_tables(north, [Tariff(name="other", currency="USD", gateways=("nobody",))])
    with pytest.raises(StillUsed):
        trunks.remove_operator_gateways(north, ["carrier"])


def test_a_table_by_which_somebody_pays_stays(north: Scope, sellers: Sellers) -> None:
    with pytest.raises(rating.TableSold, match="acme"):
        rating.remove_tables(north, ["retail"])
    with sellers.tenant("acme").active() as acme:
        rating.remove_terms(acme)
    rating.remove_tables(north, ["retail"])
    assert set(rating.tables(north)) == {"carrier"}


@pytest.mark.parametrize(
    "table",
    [
        Tariff(name="new", currency="XYZ"),
        Tariff(name="a b", currency="USD"),
        Tariff(name="new", currency="USD", decimals=7),
    ],
)
def test_a_wrong_table_is_refused(north: Scope, table: Tariff) -> None:
    with pytest.raises(NotValid):
        rating.save_tables(north, [table])


def test_strangers_reach_no_table(north: Scope, sellers: Sellers, file: File) -> None:
    with sellers.south.active() as south:
        assert rating.tables(south) == {}
        with pytest.raises(rating.NoSuchTable):
            rating.rates(south, "retail")
        with pytest.raises(rating.NoSuchTable):
            rating.put_rates(south, "retail", [Rate(prefix="1", per_minute=0)])
        with pytest.raises(rating.NoSuchTable):
            rating.import_prices(south, "retail", file("prefix,per_minute\n1,0\n"))
    with sellers.tenant("acme").active() as acme:
        assert rating.tables(acme) == {}
    assert len(rating.rates(north, "retail")) == 3


def stale(scope: Scope) -> bool:
    return OperatorPlanState.guarded.filter(operator_id=scope.operator_id, stale=True).exists()


def test_nodes_hear_of_a_price_on_its_first_day(north: Scope) -> None:
    montevideo = timezone(timedelta(hours=-3))
    midnight = datetime(2026, 12, 1, tzinfo=montevideo)
    rating.put_rates(north, "retail", [Rate(prefix="34", per_minute=1, valid_from=midnight.date())])

    def turned(at: datetime) -> int:
        with Scope.system("test:worker").active() as system:
            return rating.turn_prices(system, at)

    turned(midnight - timedelta(minutes=10))
    assert turned(midnight - timedelta(minutes=5)) == 0
    assert turned(midnight + timedelta(minutes=1)) == 1
    assert turned(midnight + timedelta(minutes=6)) == 0


def test_a_tenant_has_its_operators_guard_until_it_has_its_own(
    north: Scope, sellers: Sellers
) -> None:
    for_all = Guard(tenant=Ceilings(money_per_day=100 * MICRO))
    own = Guard(countries=("AR",), tenant=Ceilings(minutes_per_day=60))
    rating.save_guard_defaults(north, [GuardPolicy(guard=for_all)])
    with sellers.tenant("acme").active() as acme:
        assert rating.guard(acme) == for_all
        rating.save_guard(acme, [GuardPolicy(guard=own)])
        assert rating.guard(acme) == own
    with sellers.tenant("beta").active() as beta:
        assert rating.guard(beta) == for_all
    with sellers.tenant("gamma").active() as gamma:
        usual = rating.guard(gamma)
        assert (usual.countries, usual.every_country, usual.premium) == ((), False, False)
        assert usual.each_extension.calls_per_minute == 30


def test_a_guard_below_zero_is_refused(north: Scope) -> None:
    with pytest.raises(NotValid, match="below zero"):
        rating.save_guard_defaults(
            north, [GuardPolicy(guard=Guard(each_extension=Ceilings(calls_per_minute=-1)))]
        )


def test_terms_say_what_they_need(north: Scope, sellers: Sellers) -> None:
    with sellers.tenant("beta").active() as beta, pytest.raises(NotValid):
        rating.save_terms(beta, [Terms(prepaid=True)])
