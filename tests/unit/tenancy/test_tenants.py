"""Companies: named once, never mixed up, gone without a trace in others."""

from dataclasses import replace

import pytest

from conmuta.apps.identity import api as identity
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import rules
from conmuta.apps.tenancy.errors import NamesMeet, NoSuchTenant, TenantTaken, WrongFact
from conmuta.apps.tenancy.models import Tenant, TenantState
from conmuta.platform.models import AuditEntry, UnscopedQuery
from conmuta.platform.scope import Scope

FACTS = tenancy.TenantFacts(
    domain="gamma.example.test",
    title="Gamma",
    time_zone="America/Montevideo",
    language="es",
    country="UY",
)


@pytest.mark.parametrize("slug", ["a", "bootcamp", "company-2", "a" * 32])
def test_a_good_name(slug: str) -> None:
    assert rules.wrong_slug(slug) is None


@pytest.mark.parametrize(
    "slug", ["", "Bootcamp", "2nd", "a--b", "-a", "a-", "a b", "a,b", "a_b", "ñandú", "a" * 33, "c"]
)
def test_a_name_that_asterisk_would_stumble_over(slug: str) -> None:
    assert rules.wrong_slug(slug) is not None


@pytest.mark.parametrize("slug", ["c-parking", "c-x", "o", "o-north", "default", "general"])
def test_a_name_of_what_all_companies_share(slug: str) -> None:
    assert "Asterisk's own" in str(rules.wrong_slug(slug))


@pytest.mark.parametrize(("first", "then"), [("acme", "acme-north"), ("acme-north", "acme")])
def test_a_queue_of_one_company_never_has_the_name_of_anothers(
    system: Scope, first: str, then: str
) -> None:
    """acme's queue north-sales and acme-north's queue sales would be one."""
    tenancy.create_tenant(system, first, FACTS)
    with pytest.raises(NamesMeet, match="another first word"):
        tenancy.create_tenant(system, then, replace(FACTS, domain="other.example.test"))
    tenancy.create_tenant(system, "acmenorth", replace(FACTS, domain="other.example.test"))


@pytest.mark.parametrize("domain", ["", "localhost", "a..test", "a.test\n", "-a.test", "A.test"])
def test_a_domain_that_is_none(domain: str) -> None:
    assert rules.wrong_domain(domain) is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("language", "fr"), ("country", "Uruguay"), ("domain", "x")],
)
def test_a_wrong_fact_is_named_with_what_it_must_be(system: Scope, field: str, value: str) -> None:
    with pytest.raises(WrongFact, match=field):
        tenancy.create_tenant(system, "gamma", replace(FACTS, **{field: value}))


def test_names_and_domains_are_one_companys(system: Scope) -> None:
    tenancy.create_tenant(system, "gamma", FACTS)
    with pytest.raises(TenantTaken):
        tenancy.create_tenant(system, "gamma", replace(FACTS, domain="other.example.test"))
    with pytest.raises(TenantTaken):
        tenancy.create_tenant(system, "delta", FACTS)


def test_a_change_that_changes_nothing_is_none(system: Scope) -> None:
    tenancy.create_tenant(system, "gamma", FACTS)
    assert tenancy.change_tenant(system, "gamma", FACTS) is False
    assert tenancy.change_tenant(system, "gamma", replace(FACTS, title="Gamma & Co")) is True


def test_what_was_done_is_on_record(system: Scope) -> None:
    tenant = tenancy.create_tenant(system, "gamma", FACTS)
    tenancy.set_state(system, "gamma", TenantState.SUSPENDED)
    entries = AuditEntry.objects.within(system).filter(tenant_id=tenant.pk).order_by("pk")
    assert [(entry.verb, entry.subject) for entry in entries] == [
        ("created", "tenancy.tenant:gamma"),
        ("changed", "tenancy.tenant:gamma"),
    ]


def test_a_removed_company_takes_its_own_and_leaves_others(
    two_tenants: tuple[Scope, Scope],
) -> None:
    alpha, beta = two_tenants
    for scope in two_tenants:
        with scope.active():
            identity.put_profile(scope, identity.Profile(name="Agent"))
    with Scope.system("test").active() as system:
        tenancy.remove_tenant(system, "alpha")
    with alpha.active():
        assert identity.profiles(alpha) == []
        with pytest.raises(NoSuchTenant):
            tenancy.tenant_of(alpha)
    with beta.active():
        assert [profile.name for profile in identity.profiles(beta)] == ["Agent"]


def test_one_company_does_not_find_another_by_name(two_tenants: tuple[Scope, Scope]) -> None:
    with two_tenants[0].active() as alpha:
        assert [tenant.slug for tenant in tenancy.tenants(alpha)] == ["alpha"]
        with pytest.raises(NoSuchTenant):
            tenancy.tenant_by_slug(alpha, "beta")


def test_companies_are_not_listed_without_a_scope(db: None) -> None:
    with pytest.raises(UnscopedQuery):
        Tenant.objects.filter(slug="alpha")
