"""An operator's file: read, applied, exported, applied elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import NumberState
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO
from conmuta.apps.routing import api as routing
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.documents.api import BadDocument, Choices
from conmuta.documents.operators import api as documents
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope
from conmuta_plan import encode

EXAMPLE = Path(__file__).parents[4] / "examples" / "operator.yaml"


@pytest.fixture
def text() -> str:
    """The example."""
    return EXAMPLE.read_text("utf-8")


@pytest.fixture
def applied(system: Scope, text: str) -> Iterator[Scope]:
    """The example's operator, its scope in force."""
    documents.apply(system, documents.read(text))
    view = tenancy.operator_by_slug(system, "operator")
    with Scope.for_operator(view.id, "test:operator").active() as scope:
        yield scope


def again(text: str, *, remove: bool = False) -> list[tuple[str, str, str]]:
    """What applying would change now."""
    with Scope.system("test:system").active() as system:
        told = documents.preview(system, documents.read(text), remove=remove)
    return [(each.verb, each.section, each.key) for each in told.differences]


def test_a_file_makes_an_operator(applied: Scope) -> None:
    assert set(trunks.operator_gateways(applied)) == {"carrier", "mundo", "central-e1"}
    assert rating.cost_prefixes(applied, "mundo")["549"] == 6_500_000
    assert routing.tables(applied)["general"].destinations[2].route == "cerrado"
    assert rating.guard_defaults(applied).guard.tenant.money_per_day == 3000 * MICRO
    assert numbering.summary(applied)[NumberState.ASSIGNED] == 100
    assert numbering.summary(applied)[NumberState.QUARANTINED] == 100
    assert tenancy.operator_of(applied).shown == "Telefonía del Sur"


def test_a_tenant_has_what_its_operator_gives_it(applied: Scope) -> None:
    tenant = tenancy.tenant_by_slug(applied, "bootcamp")
    assert tenant.limits.money_per_day == 2000 * MICRO
    with Scope.for_tenant(tenant.id, "test:person").active() as own:
        funds = rating.funds(own)
        assert funds is not None
        assert (funds.currency, funds.prepaid) == ("UYU", True)
        assert rating.guard(own).countries == ("AR", "BR", "ES", "US")
        link = routing.plan_part(own)["operator"]
        assert link.guard.tenant.new_countries_per_day == 2
        assert (link.routes, link.prices, len(link.caller_ids)) == ("general", "lista-2026", 100)


def test_the_operators_plan_renders(applied: Scope) -> None:
    plan = routing.operator_plan(applied)
    assert [each.name for each in plan.prices] == ["lista-2026", "unbilled"]
    assert plan.prices[0].prices[plan.prices[0].prefixes["53"]].setup == 5 * MICRO


def test_a_file_that_changes_nothing_writes_nothing(applied: Scope, text: str) -> None:
    before = AuditEntry.guarded.count()
    assert again(text, remove=True) == []
    with Scope.system("test:system").active() as system:
        before = AuditEntry.objects.within(system).count()
        assert documents.apply(system, documents.read(text), remove=True).differences == ()
        assert AuditEntry.objects.within(system).count() == before


def test_an_exported_file_changes_nothing(applied: Scope) -> None:
    exported = documents.export(applied)
    assert again(exported, remove=True) == []
    assert "only-they-know" not in exported


def test_an_exported_file_makes_the_same_operator_elsewhere(applied: Scope) -> None:
    exported = documents.export(applied)
    plan = encode(routing.operator_plan(applied))
    with Scope.system("test:system").active() as system:
        tenancy.remove_tenant(system, "bootcamp")
        tenancy.remove_operator(system, "operator")
        documents.apply(system, documents.read(exported))
        view = tenancy.operator_by_slug(system, "operator")
    with Scope.for_operator(view.id, "test:operator").active() as scope:
        assert encode(routing.operator_plan(scope)) == plan
        assert documents.export(scope) == exported


def test_what_the_file_does_not_have_stays_and_is_told(applied: Scope, text: str) -> None:
    short = text.replace("  cerrado:\n    reason: route\n", "").replace(
        '      - {route: cerrado, prefix: "53"}\n', ""
    )
    assert ("left", "routes", "cerrado") in again(short)
    with Scope.system("test:system").active() as system:
        documents.apply(system, documents.read(short), remove=True)
    assert "cerrado" not in routing.routes(applied)


def test_a_tenant_is_never_removed_by_a_file(applied: Scope, text: str) -> None:
    without = text[: text.index("tenants:\n")]
    assert ("left", "tenants", "bootcamp") in again(without, remove=True)


def test_numbers_are_a_set_however_they_are_cut(applied: Scope, text: str) -> None:
    line = '  59824002000-59824002999: {emergency_location: "18 de Julio 1234, Montevideo"}\n'
    parts = line.replace("2999", "2499") + line.replace("2000-", "2500-")
    assert again(text.replace(line, parts)) == []
    fewer = line.replace("2999", "2899")
    assert again(text.replace(line, fewer)) == [("left", "numbers", "59824002900-59824002999")]


def test_numbers_change_hands_by_the_file(applied: Scope, text: str) -> None:
    fewer = text.replace("[59824002000-59824002099]", "[59824002000-59824002049]")
    assert again(fewer) == []
    assert again(fewer, remove=True) == [("changed", "numbers", "59824002050-59824002099")]
    more = text.replace("[59824002000-59824002099]", "[59824002000-59824002109]")
    assert again(more) == [("changed", "numbers", "59824002100-59824002109")]
    with Scope.system("test:system").active() as system:
        documents.apply(system, documents.read(fewer), remove=True)
    assert numbering.summary(applied)[NumberState.ASSIGNED] == 50
    assert numbering.summary(applied)[NumberState.QUARANTINED] == 150


def test_prices_may_be_a_list_beside_the_file(system: Scope, text: str, tmp_path: Path) -> None:
    rows = "".join(f"34{each};0,05;ES\n" for each in range(300))
    (tmp_path / "larga.csv").write_text(f"prefix;per_minute;country\n{rows}", "utf-8")
    asked = text.replace(
        "price_tables:\n", "price_tables:\n  larga: {currency: EUR, file: larga.csv}\n"
    )
    documents.apply(system, documents.read(asked), tmp_path)
    view = tenancy.operator_by_slug(system, "operator")
    with Scope.for_operator(view.id, "test:operator").active() as scope:
        assert len(rating.rates(scope, "larga")) == 300
        out = tmp_path / "out"
        out.mkdir()
        exported = documents.export(scope, Choices(folder=out))
        assert "prices-larga.csv" in exported
    told = documents.preview(system, documents.read(exported), out, remove=True)
    assert told.differences == ()


def test_a_list_is_not_looked_for_elsewhere(system: Scope, text: str, tmp_path: Path) -> None:
    asked = text.replace(
        "price_tables:\n", "price_tables:\n  larga: {currency: EUR, file: ../../etc/passwd}\n"
    )
    with pytest.raises(BadDocument, match="not beside"):
        documents.apply(system, documents.read(asked), tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("per_minute: 0.9", "per_minute: gratis", "is no amount"),
        ("gateway: mundo}\n    ring", "gateway: nadie}\n    ring", "not among the gateways"),
        ("until: 2027-02-01", "until: pronto", "is no day"),
        ("prices: lista-2026", "prices: otra", "not among the price_tables"),
        ("numbers: [59824002000-", "numbers: [12-", "no number in use"),
        ("UYU\n    gateways: [mundo]", "XYZ\n    gateways: [mundo]", "no currency"),
        ("59824009900-59824009999", "59824009000-59824009999", "in two places"),
        ("conmuta: 1", "conmuta: 2", "must be 1"),
        ("guard:\n  countries", "guarda:\n  countries", "is not a section"),
        ("limits: {ext", "services: [teleporting]\n    limits: {ext", "is not a service"),
        ('colour: "#0b5394"', "colour: azul", "must be"),
    ],
)
def test_each_fault_has_its_line_and_a_way_out(
    system: Scope, text: str, before: str, after: str, said: str
) -> None:
    line = text[: text.index(before)].count("\n") + 1
    with pytest.raises(BadDocument) as found:
        documents.apply(system, documents.read(text.replace(before, after, 1)))
    fault = found.value.faults[0]
    assert said in fault.sentence
    assert fault.line == line


OTHER = """
conmuta: 1
operator: {slug: otro, title: Otro, country: UY, time_zone: America/Montevideo, language: es}
numbers:
  59824002500-59824003500: {}
"""


def test_another_operators_numbers_are_refused(applied: Scope) -> None:
    with Scope.system("test:system").active() as system:
        with pytest.raises(numbering.NumberElsewhere, match="one place"):
            documents.apply(system, documents.read(OTHER))
        assert "otro" not in tenancy.operator_slugs(system)
