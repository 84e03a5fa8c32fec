"""An operator's plan goes to the nodes as its own unit, and no other operator sees of it."""

import hashlib
from collections.abc import Iterator

import pytest
from django.test import Client

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports, tasks
from conmuta.apps.fleet.models import OperatorPlanRevision, OperatorPlanState
from conmuta.apps.fleet.plans import TouchNeedsOperator, TouchNeedsTenant
from conmuta.apps.tenancy.models import Operator
from conmuta.platform.scope import Scope
from conmuta_plan import decode, encode
from conmuta_plan.node import Manifest, NodeReport, Outcome, TenantOutcome
from conmuta_plan.operator import OperatorPlan

Scopes = tuple[Scope, Scope]


def of_operator(scope: Scope) -> OperatorPlan:
    row = Operator.objects.within(scope).get()
    return OperatorPlan(operator=row.slug, title=row.title, time_zone="UTC", country="UY")


@pytest.fixture(autouse=True)
def operators_plans() -> Iterator[None]:
    before = ports.operator_renderer.bind(of_operator)
    yield
    ports.operator_renderer.bind(before)


@pytest.fixture
def served(two_operators: Scopes) -> Scopes:
    for scope in two_operators:
        with scope.active():
            fleet.touch_operator(scope)
    return two_operators


def manifest(agent: Client, have: int = 0) -> Manifest:
    return decode(agent.get(f"/node/v1/manifest?have={have}").content, Manifest)


def test_each_operator_is_a_unit_with_its_plan(agent: Client, served: Scopes) -> None:
    told = manifest(agent)
    assert [change.tenant for change in told.changed] == ["o-north", "o-south"]
    body = agent.get(f"/node/v1/plans/o-north/{told.changed[0].digest}").content
    assert hashlib.sha256(body).hexdigest() == told.changed[0].digest
    assert decode(body, OperatorPlan).title == "North"


def test_one_operators_plan_is_not_found_under_another(agent: Client, served: Scopes) -> None:
    digest = manifest(agent).changed[0].digest
    for stranger in ("o-south", "north", "o-nobody"):
        assert agent.get(f"/node/v1/plans/{stranger}/{digest}").status_code == 404


def test_only_what_changed_is_told_again(agent: Client, served: Scopes) -> None:
    before = manifest(agent)
    with served[1].active() as south:
        Operator.objects.within(south).update(title="South and sons")
        fleet.touch_operator(south)
    with served[0].active() as north:
        fleet.touch_operator(north)
    assert [c.tenant for c in manifest(agent, before.revision).changed] == ["o-south"]


def test_operators_and_tenants_share_one_numbering(
    agent: Client, served: Scopes, two_tenants: Scopes
) -> None:
    told = manifest(agent)
    assert {change.tenant for change in told.changed} == {"o-north", "o-south", "alpha", "beta"}
    revisions = [change.revision for change in told.changed]
    assert revisions == sorted(set(revisions))
    assert told.revision == revisions[-1]


def test_a_withdrawn_operator_is_removed_and_comes_back(agent: Client, served: Scopes) -> None:
    before = manifest(agent)
    with served[0].active() as north:
        fleet.withdraw_operator(north, "north")
    away = manifest(agent, before.revision)
    assert (away.changed, away.removed) == ((), ("o-north",))
    with served[0].active() as north:
        fleet.touch_operator(north)
    back = manifest(agent, away.revision)
    assert ([c.tenant for c in back.changed], back.removed) == (["o-north"], ())


def test_a_plan_that_cannot_be_made_says_why_and_the_old_one_stays(
    agent: Client, served: Scopes
) -> None:
    before = manifest(agent)

    def refuses(scope: Scope) -> OperatorPlan:
        raise ValueError("Route world names no gateway.")

    good = ports.operator_renderer.bind(refuses)
    try:
        with served[0].active() as north:
            fleet.touch_operator(north)
        assert manifest(agent, before.revision).changed == ()
    finally:
        ports.operator_renderer.bind(good)
    with Scope.system("test").active() as system:
        units = {each.tenant: each for each in fleet.nodes(system)[0].tenants}
        assert units["o-north"].problem == "Route world names no gateway."
        assert units["o-north"].is_operator
        assert units["o-north"].wanted is not None


def report(agent: Client, *outcomes: TenantOutcome) -> None:
    said = NodeReport(
        revision=1,
        asterisk_up=True,
        asterisk_version="22",
        calls_up=0,
        registered=0,
        outcomes=outcomes,
    )
    body = encode(said)
    assert agent.post("/node/v1/report", body, content_type="application/json").status_code == 200


def test_what_a_node_says_of_an_operator_is_kept_and_shown_to_it_alone(
    agent: Client, served: Scopes
) -> None:
    north, south = manifest(agent).changed
    report(
        agent,
        TenantOutcome(tenant="o-north", revision=north.revision, outcome=Outcome.IN_FORCE),
        TenantOutcome(
            tenant="o-south", revision=south.revision, outcome=Outcome.REFUSED, reason="No route."
        ),
    )
    with Scope.system("test").active() as system:
        assert [each.is_live for each in fleet.nodes(system)[0].tenants] == [True, False]
        assert not fleet.all_in_force(system)
    with served[0].active() as scope:
        assert [each.tenant for each in fleet.nodes(scope)[0].tenants] == ["o-north"]
        assert fleet.all_in_force(scope)
    with served[1].active() as scope:
        told = fleet.nodes(scope)[0].tenants[0]
        assert (told.is_refused, told.reason) == (True, "No route.")


def test_an_operator_sees_how_its_tenants_stand_and_no_others(
    agent: Client, served: Scopes, two_tenants: Scopes
) -> None:
    from conmuta.apps.tenancy.models import Tenant

    manifest(agent)
    with Scope.system("test").active() as system:
        Tenant.objects.within(system).filter(slug="alpha").update(operator=served[0].operator_id)
    with served[0].active() as scope:
        assert [each.tenant for each in fleet.nodes(scope)[0].tenants] == ["o-north", "alpha"]
    with served[1].active() as scope:
        assert [each.tenant for each in fleet.nodes(scope)[0].tenants] == ["o-south"]


def test_operators_plans_are_not_read_by_others(
    agent: Client, served: Scopes, two_tenants: Scopes
) -> None:
    manifest(agent)
    with served[0].active() as north:
        assert [r.operator_id for r in OperatorPlanRevision.guarded.all()] == [north.operator_id]
    with two_tenants[0].active() as alpha:
        assert OperatorPlanRevision.guarded.count() == 0
        assert OperatorPlanState.objects.within(alpha).count() == 0
        with pytest.raises(TouchNeedsOperator):
            fleet.touch_operator(alpha)
    with served[0].active() as north, pytest.raises(TouchNeedsTenant):
        fleet.touch(north)


def test_old_revisions_of_operators_are_forgotten_too(agent: Client, served: Scopes) -> None:
    for turn in range(tasks.KEPT_REVISIONS + 3):
        with served[0].active() as north:
            Operator.objects.within(north).update(title=f"North {turn}")
            fleet.touch_operator(north)
        manifest(agent)
    assert tasks.forget_old_revisions(timestamp=0) == 3
    with served[0].active() as north:
        assert OperatorPlanRevision.objects.within(north).count() == tasks.KEPT_REVISIONS
