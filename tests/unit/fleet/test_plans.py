"""From a saved change to what a node is told."""

import hashlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports
from conmuta.apps.fleet.models import PlanRevision
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.models import TenantState
from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan, decode
from conmuta_plan.node import Manifest, TenantRevision


def manifest(agent: Client, have: int = 0, commands: int | None = None) -> Manifest:
    more = "" if commands is None else f"&commands={commands}"
    answer = agent.get(f"/node/v1/manifest?have={have}{more}")
    assert answer.status_code == 200, answer.content
    return decode(answer.content, Manifest)


def retitle(scope: Scope, title: str) -> None:
    with scope.active():
        facts = tenancy.tenant_of(scope).facts
        slug = tenancy.tenant_of(scope).slug
    with Scope.system("test").active() as system:
        tenancy.change_tenant(
            system,
            slug,
            tenancy.TenantFacts(
                domain=facts.domain,
                title=title,
                time_zone=facts.time_zone,
                language=facts.language,
                country=facts.country,
            ),
        )


def test_a_new_node_is_told_of_every_tenant(agent: Client, two_tenants: object) -> None:
    told = manifest(agent)
    assert [change.tenant for change in told.changed] == ["alpha", "beta"]
    assert told.revision == told.changed[-1].revision


def test_the_plan_has_the_digest_that_was_announced(agent: Client, two_tenants: object) -> None:
    change = manifest(agent).changed[0]
    body = agent.get(f"/node/v1/plans/alpha/{change.digest}").content
    assert hashlib.sha256(body).hexdigest() == change.digest
    assert decode(body, TenantPlan).title == "Alpha"


def test_only_the_changed_tenant_is_told_again(
    agent: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    before = manifest(agent)
    retitle(two_tenants[1], "Beta and sons")
    after = manifest(agent, have=before.revision)
    assert [change.tenant for change in after.changed] == ["beta"]
    assert after.revision > before.revision


def test_a_touch_that_changes_nothing_makes_no_revision(
    agent: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    before = manifest(agent)
    with two_tenants[0].active() as scope:
        fleet.touch(scope)
    assert manifest(agent, have=before.revision).changed == ()


def test_a_suspended_tenant_stays_with_a_plan_that_says_so(
    agent: Client, two_tenants: object
) -> None:
    before = manifest(agent)
    with Scope.system("test").active() as scope:
        tenancy.set_state(scope, "beta", TenantState.SUSPENDED)
    suspended = manifest(agent, have=before.revision)
    assert suspended.removed == ()
    assert [plan_of(agent, change).suspended for change in suspended.changed] == [True]
    with Scope.system("test").active() as scope:
        tenancy.set_state(scope, "beta", TenantState.ACTIVE)
    back = manifest(agent, have=suspended.revision)
    assert [plan_of(agent, change).suspended for change in back.changed] == [False]


def plan_of(agent: Client, change: TenantRevision) -> TenantPlan:
    body = agent.get(f"/node/v1/plans/{change.tenant}/{change.digest}").content
    return decode(body, TenantPlan)


def test_a_removed_tenant_is_taken_away(agent: Client, two_tenants: object) -> None:
    before = manifest(agent)
    with Scope.system("test").active() as scope:
        tenancy.remove_tenant(scope, "alpha")
    assert manifest(agent, have=before.revision).removed == ("alpha",)


def test_a_node_ahead_of_a_restored_database_gets_everything(
    agent: Client, two_tenants: object
) -> None:
    assert len(manifest(agent, have=10**9).changed) == 2


def test_a_plan_that_cannot_be_rendered_is_said_and_the_old_one_stays(
    agent: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    before = manifest(agent)

    def refuses(scope: Scope) -> TenantPlan:
        raise ValueError("Queue sales has no name.")

    good = ports.renderer.bind(refuses)
    try:
        with two_tenants[0].active() as scope:
            fleet.touch(scope)
        assert manifest(agent, have=before.revision).changed == ()
    finally:
        ports.renderer.bind(good)
    with Scope.system("test").active() as scope:
        alpha = fleet.nodes(scope)[0].tenants[0]
    assert alpha.problem == "Queue sales has no name."
    assert alpha.wanted == before.changed[0].revision


def test_plans_at_rest_are_sealed(agent: Client, two_tenants: object) -> None:
    manifest(agent)
    with Scope.system("test").active(), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM fleet_planrevision")
        bodies = [body for (body,) in cursor.fetchall()]
    assert len(bodies) == 2
    assert not any("Alpha" in body or "alpha.example.test" in body for body in bodies)


def test_many_tenants_do_not_make_one_change_dearer(
    agent: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    few = _queries_of_a_change(agent, two_tenants[0], "One")
    with Scope.system("test").active() as scope:
        for number in range(30):
            facts = tenancy.TenantFacts(
                domain=f"t{number}.example.test",
                title=f"T{number}",
                time_zone="Europe/Madrid",
                language="es",
                country="ES",
            )
            tenancy.create_tenant(scope, f"t{number}", facts)
    assert _queries_of_a_change(agent, two_tenants[0], "Two") == few


def _queries_of_a_change(agent: Client, scope: Scope, title: str) -> int:
    have = manifest(agent).revision
    retitle(scope, title)
    with CaptureQueriesContext(connection) as queries:
        assert len(manifest(agent, have=have).changed) == 1
    return len(queries)


def test_another_tenant_cannot_read_a_plan(two_tenants: tuple[Scope, Scope], agent: Client) -> None:
    manifest(agent)
    with two_tenants[1].active() as beta:
        assert {row.tenant_id for row in PlanRevision.objects.within(beta)} == {beta.tenant_id}


@pytest.mark.parametrize("token", ["", "cnode_wrong"])
@pytest.mark.parametrize("path", ["manifest", "plans/alpha/" + "a" * 64, "media/" + "a" * 64])
def test_a_stranger_is_told_nothing(
    client: Client, two_tenants: object, path: str, token: str
) -> None:
    answer = client.get(f"/node/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "fleet.node_unknown"
