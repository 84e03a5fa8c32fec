"""A tenant suspended, back, ending, gone; what it may have, and how much."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import ports, states
from conmuta.apps.tenancy.errors import (
    LimitReached,
    NoSuchExport,
    OperatorsAlone,
    ServiceOff,
    TenantEnds,
    WrongFact,
)
from conmuta.apps.tenancy.models import Tenant, TenantState
from conmuta.platform.models import AuditEntry, OutboxEvent
from conmuta.platform.scope import Scope

from .conftest import Scopes


@pytest.fixture
def north(sellers: Scopes, norteno: Scope) -> Iterator[Scope]:
    with sellers[0].active() as scope:
        yield scope


def state(scope: Scope) -> tenancy.State:
    return tenancy.tenant_by_slug(scope, "norteno").state


def test_a_suspended_tenant_stays_in_the_plan_and_comes_back(north: Scope, norteno: Scope) -> None:
    assert tenancy.suspend_tenant(north, "norteno") is True
    assert tenancy.suspend_tenant(north, "norteno") is False
    with norteno.active() as own:
        assert tenancy.plan_part(own)["suspended"] is True
    assert tenancy.reactivate_tenant(north, "norteno") is True
    with norteno.active() as own:
        assert tenancy.plan_part(own)["suspended"] is False


def test_an_ending_tenant_is_exported_and_can_be_called_back(north: Scope, norteno: Scope) -> None:
    ends_at = tenancy.end_tenant(north, "norteno", 30)
    assert timedelta(days=29) < ends_at - timezone.now() <= timedelta(days=30)
    assert state(north) == tenancy.State.ENDING
    with pytest.raises(TenantEnds):
        tenancy.reactivate_tenant(north, "norteno")
    [kept] = tenancy.exports(north)
    archive = zipfile.ZipFile(io.BytesIO(tenancy.read_export(north, kept.id)))
    assert "norteno.north.example.test" in archive.read("norteno.yaml").decode()
    assert tenancy.call_back_tenant(north, "norteno") is True
    assert tenancy.call_back_tenant(north, "norteno") is False
    assert state(north) == tenancy.State.ACTIVE
    with Scope.system("test").active() as system:
        assert states.remove_ended(system) == []


def test_when_its_grace_is_over_it_goes_and_its_file_stays(
    north: Scope, sellers: Scopes, norteno: Scope
) -> None:
    tenancy.end_tenant(north, "norteno", 0)
    with Scope.system("test").active() as system:
        assert states.remove_ended(system) == ["norteno"]
    assert tenancy.tenants(north) == []
    files = tenancy.exports(north)
    assert [file.tenant for file in files] == ["norteno", "norteno"]
    assert tenancy.read_export(north, files[0].id)
    with sellers[1].active() as south:
        assert tenancy.exports(south) == []
        with pytest.raises(NoSuchExport):
            tenancy.read_export(south, files[0].id)


def test_a_tenant_that_cannot_be_exported_stays(north: Scope, norteno: Scope) -> None:
    tenancy.end_tenant(north, "norteno", 0)

    def fails(scope: Scope) -> bytes:
        raise OSError("The disk is full.")

    good = ports.exporter.bind(fails)
    try:
        with Scope.system("test").active() as system:
            assert states.remove_ended(system) == []
    finally:
        ports.exporter.bind(good)
    assert state(north) == tenancy.State.ENDING


def test_a_tenant_does_none_of_this_to_itself(norteno: Scope) -> None:
    with norteno.active() as own:
        for verb in (
            lambda: tenancy.reactivate_tenant(own, "norteno"),
            lambda: tenancy.call_back_tenant(own, "norteno"),
            lambda: tenancy.end_tenant(own, "norteno", 0),
            lambda: tenancy.set_limits(own, "norteno", tenancy.Limits()),
            lambda: tenancy.set_services(own, "norteno", tenancy.EVERY_SERVICE),
            lambda: tenancy.remove_tenant(own, "norteno"),
        ):
            with pytest.raises(OperatorsAlone):
                verb()


def test_each_step_is_on_record_for_both_and_is_told(north: Scope, norteno: Scope) -> None:
    tenancy.suspend_tenant(north, "norteno")
    tenancy.set_limits(north, "norteno", tenancy.Limits(extensions=5))
    for scope in (north, norteno):
        with scope.active():
            rows = AuditEntry.objects.within(scope).filter(subject="tenancy.tenant:norteno")
            assert [row.verb for row in rows.order_by("pk")] == ["created", "changed", "changed"]
            assert rows.order_by("pk")[1].after == {"state": "suspended", "ends_at": None}
    with norteno.active() as own:
        events = OutboxEvent.objects.within(own).filter(kind="tenancy.TenantStateChanged")
        assert events.count() == 1


def test_without_a_word_a_tenant_has_everything(norteno: Scope) -> None:
    with norteno.active() as own:
        view = tenancy.tenant_of(own)
        assert view.services == tenancy.EVERY_SERVICE
        assert view.limits == tenancy.Limits()
        tenancy.require_service(own, tenancy.Service.FAX)
        tenancy.require_room(own, "extensions", 10**6)


def test_a_service_switched_off_is_refused_with_a_sentence(north: Scope, norteno: Scope) -> None:
    tenancy.set_services(north, "norteno", tenancy.EVERY_SERVICE - {tenancy.Service.FAX})
    with norteno.active() as own:
        tenancy.require_service(own, tenancy.Service.QUEUES)
        with pytest.raises(ServiceOff, match="does not have fax") as caught:
            tenancy.require_service(own, tenancy.Service.FAX)
        assert caught.value.code == "tenancy.service_off"
    tenancy.set_services(north, "norteno", tenancy.EVERY_SERVICE)
    with norteno.active() as own:
        tenancy.require_service(own, tenancy.Service.FAX)


def test_more_than_the_limit_is_refused_with_both_numbers(north: Scope, norteno: Scope) -> None:
    tenancy.set_limits(north, "norteno", tenancy.Limits(extensions=5, money_per_day=10_000_000))
    with norteno.active() as own:
        tenancy.require_room(own, "extensions", 5)
        with pytest.raises(LimitReached, match=r"5 extensions.*6"):
            tenancy.require_room(own, "extensions", 6)
        assert tenancy.tenant_of(own).limits.money_per_day == 10_000_000


def test_a_limit_below_nothing_is_none(north: Scope) -> None:
    with pytest.raises(WrongFact, match="agents"):
        tenancy.set_limits(north, "norteno", tenancy.Limits(agents=-1))


def test_the_grace_has_an_end(north: Scope) -> None:
    with pytest.raises(WrongFact, match="grace"):
        tenancy.end_tenant(north, "norteno", 1000)


def test_every_state_has_a_name_in_the_contract() -> None:
    assert {state.value for state in tenancy.State} == set(TenantState.values)
    assert Tenant._meta.get_field("state").max_length >= max(map(len, TenantState.values))
