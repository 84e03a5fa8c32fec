"""Operators: made by the platform, dressed by themselves, sealed off from each other."""

import pytest

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import rules
from conmuta.apps.tenancy.errors import (
    LogoRefused,
    NoSuchOperator,
    NoSuchTenant,
    OperatorHasTenants,
    OperatorTaken,
    TenantTaken,
    WrongFact,
)
from conmuta.platform.errors import Forbidden
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

from .conftest import Scopes, facts_at

EAST = tenancy.OperatorFacts(title="East", domain="east.example.test")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_the_platform_makes_an_operator_and_it_is_on_record(system: Scope) -> None:
    made = tenancy.create_operator(system, "east", EAST)
    assert tenancy.operator_by_slug(system, "east") == made
    assert tenancy.change_operator(system, "east", EAST) is False
    with Scope.for_operator(made.id, "test").active() as own:
        entries = AuditEntry.objects.within(own)
        assert [entry.subject for entry in entries] == ["tenancy.operator:east"]


def test_an_operator_makes_no_other_and_does_not_move_itself(sellers: Scopes) -> None:
    with sellers[0].active() as north:
        with pytest.raises(Forbidden):
            tenancy.create_operator(north, "east", EAST)
        with pytest.raises(Forbidden):
            tenancy.change_operator(north, "north", EAST)
        with pytest.raises(Forbidden):
            tenancy.remove_operator(north, "south")


@pytest.mark.parametrize("slug", ["north", "north-1"])
def test_names_that_would_meet_in_asterisk_are_refused(sellers: Scopes, slug: str) -> None:
    with Scope.system("test").active() as system, pytest.raises(OperatorTaken):
        tenancy.create_operator(system, slug, EAST)


@pytest.mark.parametrize("domain", ["north.example.test", "a.north.example.test", "example.test"])
def test_an_operators_domain_is_not_within_anothers(sellers: Scopes, domain: str) -> None:
    facts = tenancy.OperatorFacts(title="East", domain=domain)
    with Scope.system("test").active() as system, pytest.raises(OperatorTaken):
        tenancy.create_operator(system, "east", facts)


@pytest.mark.parametrize("slug", ["", "East", "a" * 31, "e--e", "1e"])
def test_a_bad_name_is_refused(system: Scope, slug: str) -> None:
    with pytest.raises(WrongFact, match="slug"):
        tenancy.create_operator(system, slug, EAST)


def test_an_operator_with_tenants_stays(sellers: Scopes, norteno: Scope) -> None:
    with Scope.system("test").active() as system:
        with pytest.raises(OperatorHasTenants, match="norteno"):
            tenancy.remove_operator(system, "north")
        tenancy.remove_operator(system, "south")
        assert "south" not in tenancy.operator_slugs(system)


def test_an_operator_dresses_itself_and_no_other(sellers: Scopes, store: MemoryStorage) -> None:
    brand = tenancy.Brand(
        name="Norte PBX", colour="#1f4b99", ink="#ffffff", support="help@north.example.test"
    )
    with sellers[0].active() as north:
        assert tenancy.set_brand(north, "north", brand) is True
        assert tenancy.set_brand(north, "north", brand) is False
        tenancy.set_logo(north, "north", PNG)
        with pytest.raises(NoSuchOperator):
            tenancy.set_brand(north, "south", brand)
        with pytest.raises(NoSuchOperator):
            tenancy.set_logo(north, "south", PNG)
        assert [each.slug for each in tenancy.operators(north)] == ["north"]
        own = tenancy.operator_of(north)
        assert (own.shown, own.logo_type, tenancy.logo_of(own)) == ("Norte PBX", "image/png", PNG)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "#ffffee"),
        ("colour", "blue"),
        ("colour", "#fff;}"),
        ("support", "nobody"),
        ("sender", "a@b.test\nBcc: c@d.test"),
        ("name", "North\r\nX: y"),
    ],
)
def test_a_brand_that_cannot_be_read_or_would_break_a_mail(
    sellers: Scopes, field: str, value: str
) -> None:
    good = {"colour": "#1f4b99", "ink": "#ffffff"}
    brand = tenancy.Brand(**{**good, field: value})
    with sellers[0].active() as north, pytest.raises(WrongFact, match=field):
        tenancy.set_brand(north, "north", brand)


def test_contrast_is_measured_as_wcag_says() -> None:
    assert rules.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert rules.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert rules.contrast("#123456", "#123456") == 1


@pytest.mark.parametrize(
    "content", [b"<svg onload='x'/>", b"GIF89a", b"", PNG + bytes(rules.LOGO_BYTES)]
)
def test_a_logo_of_another_kind_or_too_large(sellers: Scopes, content: bytes) -> None:
    with sellers[0].active() as north, pytest.raises(LogoRefused):
        tenancy.set_logo(north, "north", content)


def test_anybody_at_its_host_sees_the_brand_and_nobody_elsewhere(sellers: Scopes) -> None:
    found = tenancy.operator_at("PBX.north.example.test")
    assert found is not None
    assert found.slug == "north"
    for host in ("", "north.example.test", "localhost", "x.pbx.north.example.test"):
        assert tenancy.operator_at(host) is None


def test_an_operator_opens_tenants_under_its_own_domain_alone(
    sellers: Scopes, norteno: Scope
) -> None:
    with sellers[0].active() as north:
        for domain in ("x.south.example.test", "north.example.test", "x.example.test"):
            with pytest.raises(WrongFact, match="domain"):
                tenancy.create_tenant(north, "another", facts_at(domain))
    with norteno.active() as own:
        assert tenancy.tenant_of(own).operator == "north"
        assert tenancy.operator_of(own).slug == "north"


def test_anothers_tenant_is_taken_but_not_named(sellers: Scopes, norteno: Scope) -> None:
    with sellers[1].active() as south:
        for slug in ("norteno", "norteno-2"):
            with pytest.raises(TenantTaken) as caught:
                tenancy.create_tenant(south, slug, facts_at("new.south.example.test"))
            assert "norteno.north" not in str(caught.value)


def test_another_operators_tenant_is_not_there(sellers: Scopes, norteno: Scope) -> None:
    with sellers[1].active() as south:
        for verb in (
            lambda: tenancy.suspend_tenant(south, "norteno"),
            lambda: tenancy.end_tenant(south, "norteno", 0),
            lambda: tenancy.call_back_tenant(south, "norteno"),
            lambda: tenancy.remove_tenant(south, "norteno"),
            lambda: tenancy.set_services(south, "norteno", []),
            lambda: tenancy.set_limits(south, "norteno", tenancy.Limits()),
            lambda: tenancy.change_tenant(south, "norteno", facts_at("x.south.example.test")),
            lambda: tenancy.tenant_by_slug(south, "norteno"),
        ):
            with pytest.raises(NoSuchTenant):
                verb()
        assert tenancy.tenants(south) == []
