"""The operator's stock of numbers, by its door."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.support.sellers import Sellers

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import Facts, NumberState, Span, Stretch
from conmuta.apps.numbering.errors import (
    NotFree,
    NotInStock,
    NumberElsewhere,
    NumberRings,
)
from conmuta.apps.numbering.models import StockNumber
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.errors import NoSuchTenant
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import InboundNumber, Target, TargetKind
from conmuta.apps.trunks.errors import NotAssigned
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

RANGE = Span(59824001000, 59824001999)
ONE = Span(59824001000, 59824001000)


def state_of(scope: Scope, number: int) -> NumberState:
    return numbering.number(scope, str(number)).facts.state


@pytest.fixture
def stocked(north: Scope) -> Scope:
    """A thousand numbers, all free."""
    numbering.put(north, [Stretch(span=RANGE)])
    return north


def test_a_range_of_a_thousand_numbers_is_free(stocked: Scope) -> None:
    assert numbering.summary(stocked)[NumberState.FREE] == 1000
    assert numbering.stretches(stocked) == [Stretch(span=RANGE)]


def test_an_assigned_number_is_the_tenants(stocked: Scope, sellers: Sellers) -> None:
    numbering.assign(stocked, "acme", [ONE])
    assert numbering.holder(stocked, "59824001000") == "acme"
    with sellers.tenant("acme").active() as acme:
        assert numbering.numbers_of(acme) == ("59824001000",)
    with sellers.tenant("beta").active() as beta:
        assert numbering.numbers_of(beta) == ()


def test_a_number_is_given_once(stocked: Scope) -> None:
    numbering.assign(stocked, "acme", [ONE])
    with pytest.raises(NotFree, match="is assigned"):
        numbering.assign(stocked, "beta", [ONE])
    numbering.assign(stocked, "acme", [ONE])
    assert numbering.holder(stocked, "59824001000") == "acme"


def test_another_operators_tenant_gets_none(stocked: Scope) -> None:
    with pytest.raises(NoSuchTenant):
        numbering.assign(stocked, "gamma", [ONE])


def test_another_operator_sees_and_gets_nothing(stocked: Scope, sellers: Sellers) -> None:
    with sellers.south.active() as south:
        assert numbering.stock(south) == []
        with pytest.raises(NotInStock):
            numbering.assign(south, "gamma", [ONE])
        with pytest.raises(NumberElsewhere):
            numbering.put(south, [Stretch(span=ONE)])
        with pytest.raises(NotInStock):
            numbering.remove(south, [ONE])
    assert state_of(stocked, 59824001000) is NumberState.FREE


def test_a_released_number_rests(stocked: Scope) -> None:
    numbering.assign(stocked, "acme", [ONE])
    numbering.release(stocked, [ONE], days=30)
    facts = numbering.number(stocked, "+59824001000").facts
    assert facts.state is NumberState.QUARANTINED
    assert facts.until == timezone.now().date() + timedelta(days=30)
    with pytest.raises(NotFree, match="is quarantined"):
        numbering.assign(stocked, "beta", [ONE])


def test_after_its_quarantine_a_number_is_free(stocked: Scope) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    rested = Facts(state=NumberState.QUARANTINED, until=yesterday)
    numbering.put(stocked, [Stretch(span=ONE, facts=rested)])
    assert state_of(stocked, 59824001000) is NumberState.FREE
    assert numbering.summary(stocked)[NumberState.FREE] == 1000
    assert len(numbering.stock(stocked, numbering.StockFilter(state=NumberState.FREE))) == 100
    numbering.assign(stocked, "beta", [ONE])
    assert numbering.number(stocked, "59824001000").facts.until is None


def test_a_number_that_rings_is_not_taken_away(stocked: Scope, sellers: Sellers) -> None:
    numbering.assign(stocked, "acme", [ONE])
    with sellers.tenant("acme").active() as acme:
        rings = InboundNumber(
            number="59824001000", stock=True, target=Target(kind=TargetKind.FLOW, name="main")
        )
        trunks.save_numbers(acme, [rings])
    with pytest.raises(NumberRings, match="acme"):
        numbering.release(stocked, [ONE])
    with sellers.tenant("acme").active() as acme:
        trunks.remove_numbers(acme, ["59824001000"])
    numbering.release(stocked, [ONE])


def test_a_reserved_number_is_given_to_whom_it_was_kept_for(stocked: Scope) -> None:
    numbering.reserve(stocked, [ONE])
    with pytest.raises(NotFree):
        numbering.reserve(stocked, [ONE])
    numbering.assign(stocked, "beta", [ONE])
    assert numbering.holder(stocked, "59824001000") == "beta"


def test_an_assigned_number_does_not_leave_the_stock(stocked: Scope) -> None:
    numbering.assign(stocked, "acme", [ONE])
    with pytest.raises(NotFree):
        numbering.remove(stocked, [RANGE])
    numbering.remove(stocked, [Span(59824001001, 59824001999)])
    assert sum(numbering.summary(stocked).values()) == 1


def test_where_help_goes_is_kept(stocked: Scope) -> None:
    day = date(2026, 12, 1)
    numbering.describe(
        stocked, ONE, emergency_location="18 de Julio 1234", ported_on=day, note="from another"
    )
    facts = numbering.number(stocked, "59824001000").facts
    assert (facts.emergency_location, facts.ported_on) == ("18 de Julio 1234", day)


def test_each_change_of_the_stock_is_noted(stocked: Scope) -> None:
    numbering.assign(stocked, "acme", [ONE])
    row = AuditEntry.objects.within(stocked).order_by("-pk").first()
    assert row is not None
    assert (row.verb, row.after) == ("assigned to acme", {"numbers": ["59824001000"]})


def test_a_tenant_that_goes_leaves_its_numbers_resting(stocked: Scope, sellers: Sellers) -> None:
    numbering.assign(stocked, "acme", [ONE])
    with Scope.system("test:system").active() as system:
        tenancy.remove_tenant(system, "acme")
    assert state_of(stocked, 59824001000) is NumberState.QUARANTINED


def test_the_table_itself_holds_a_number_once(stocked: Scope, sellers: Sellers) -> None:
    with Scope.system("test:system").active() as system:
        rows = StockNumber.objects.within(system)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.bulk_create(
                [StockNumber(number=59824001000, operator_id=sellers.south.operator_id)]
            )


def test_a_page_follows_a_page(stocked: Scope) -> None:
    first = numbering.stock(stocked, numbering.StockFilter(limit=3))
    after = numbering.StockFilter(limit=3, after=first[-1].number)
    second = numbering.stock(stocked, after)
    assert [view.number[-4:] for view in [*first, *second]] == [
        "1000",
        "1001",
        "1002",
        "1003",
        "1004",
        "1005",
    ]


def test_numbers_are_found_by_how_they_begin(stocked: Scope) -> None:
    found = numbering.stock(stocked, numbering.StockFilter(begins="5982400199"))
    assert [view.number for view in found] == [str(59824001990 + each) for each in range(10)]


def test_a_file_joins_the_stock(
    north: Scope, file: Callable[[str], Path], count: Callable[[], int]
) -> None:
    report = numbering.import_numbers(
        north,
        file(
            "number;last;tenant;emergency_location;ported_on\n"
            "+598 2400 1000;;acme;18 de Julio 1234;2026-12-01\n"
            "59824001001;59824001009;;;\n"
        ),
    )
    assert (report.rows, report.added, report.bad_count) == (2, 10, 0)
    assert count() == 10
    facts = numbering.number(north, "59824001000").facts
    assert facts == Facts(
        state=NumberState.ASSIGNED,
        tenant="acme",
        emergency_location="18 de Julio 1234",
        ported_on=date(2026, 12, 1),
    )


def test_a_file_taken_twice_changes_nothing(north: Scope, file: Callable[[str], Path]) -> None:
    path = file("number\n59824001000\n59824001001\n")
    numbering.import_numbers(north, path)
    before = AuditEntry.objects.within(north).count()
    report = numbering.import_numbers(north, path)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert AuditEntry.objects.within(north).count() == before


def test_each_bad_row_is_told_with_its_line(north: Scope, file: Callable[[str], Path]) -> None:
    report = numbering.import_numbers(
        north,
        file(
            "number,state,tenant,until\n"
            "59824001000,,,\n"
            "12,,,\n"
            "59824001001,lost,,\n"
            "59824001002,,nobody,\n"
            "59824001003,reserved,,tomorrow\n"
            "59824001004,assigned,,\n"
            "59824001000,,,\n"
            "not a number,,,\n"
        ),
    )
    assert (report.added, report.bad_count) == (1, 7)
    assert [(bad.line, bad.value) for bad in report.bad] == [
        (3, "12"),
        (4, "lost"),
        (5, "nobody"),
        (6, "tomorrow"),
        (7, "assigned"),
        (8, "59824001000"),
        (9, "not a number"),
    ]
    assert "first in line 2" in report.bad[5].sentence
    assert all(bad.sentence.endswith(".") for bad in report.bad)


def test_national_numbers_are_of_the_country_that_is_said(
    north: Scope, file: Callable[[str], Path]
) -> None:
    report = numbering.import_numbers(north, file("number\n2400 1000\n099 123 456\n"), "UY")
    assert report.added == 2
    assert numbering.number(north, "59899123456").facts.state is NumberState.FREE


def test_a_file_of_another_operators_numbers_takes_none(
    stocked: Scope, sellers: Sellers, file: Callable[[str], Path]
) -> None:
    with sellers.south.active() as south:
        report = numbering.import_numbers(south, file("number\n59824001000\n59824002000\n"))
        assert (report.added, report.bad_count) == (1, 1)
        assert "one place only" in report.bad[0].sentence


def test_numbers_in_a_row_are_written_as_one(stocked: Scope) -> None:
    numbering.assign(stocked, "acme", [Span(59824001100, 59824001199)])
    spans = [(str(each.span), each.facts.tenant) for each in numbering.stretches(stocked)]
    assert spans == [
        ("59824001000-59824001099", None),
        ("59824001100-59824001199", "acme"),
        ("59824001200-59824001999", None),
    ]


def rings(number: str) -> InboundNumber:
    return InboundNumber(
        number=number, stock=True, target=Target(kind=TargetKind.FLOW, name="main")
    )


def test_a_number_of_the_stock_rings_only_where_it_is_assigned(
    stocked: Scope, sellers: Sellers
) -> None:
    numbering.assign(stocked, "acme", [ONE])
    with sellers.tenant("beta").active() as beta, pytest.raises(NotAssigned, match="59824001000"):
        trunks.save_numbers(beta, [rings("59824001000")])
    with sellers.tenant("gamma").active() as gamma, pytest.raises(NotAssigned):
        trunks.save_numbers(gamma, [rings("59824001000")])
    with sellers.tenant("acme").active() as acme:
        with pytest.raises(NotAssigned):
            trunks.save_numbers(acme, [rings("59824001000"), rings("59824001001")])
        trunks.save_numbers(acme, [rings("59824001000")])


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_one_number_at_once_give_it_to_one(sellers: Sellers, north: Scope) -> None:
    numbering.put(north, [Stretch(span=RANGE)])
    barrier, found = threading.Barrier(2), []

    def give(slug: str) -> None:
        with sellers.north.active() as scope:
            barrier.wait()
            try:
                numbering.assign(scope, slug, [RANGE])
                found.append(slug)
            except NotFree:
                found.append("")
        connection.close()

    threads = [threading.Thread(target=give, args=(slug,)) for slug in ("acme", "beta")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=bool)[0] == ""
    (winner,) = filter(None, found)
    assert numbering.stretches(north)[0].facts.tenant == winner
