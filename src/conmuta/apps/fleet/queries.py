"""What nodes and people ask of the fleet."""

import msgspec
from django.db.models import Max
from django.utils import timezone

from conmuta.apps.fleet.actions import token_digest
from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.apps.fleet.errors import NodeUnknown, NoSuchPlan
from conmuta.apps.fleet.models import (
    Node,
    NodeCommand,
    NodeTenant,
    PlanRevision,
    PlanState,
    Removal,
)
from conmuta.platform.scope import Scope
from conmuta_plan.node import Command, Manifest, NodeReport, NodeSettings, TenantRevision


def is_node(token: str) -> bool:
    """Whether a node bears this token."""
    return bool(token) and Node.objects.filter(token_sha256=token_digest(token)).exists()


def node_of_token(token: str) -> Node:
    node = Node.objects.filter(token_sha256=token_digest(token)).first() if token else None
    if node is None:
        raise NodeUnknown
    Node.objects.filter(pk=node.pk).update(seen_at=timezone.now())
    return node


def manifest(scope: Scope, node: Node, have: int, commands: int) -> Manifest:
    """What changed after revision `have`, and the orders after `commands`.

    A node ahead of us (our database was put back to an earlier day) gets everything anew.
    """
    last = last_revision(scope)
    after = have if have <= last else 0
    states = PlanState.objects.within(scope).filter(revision__gt=after, revision__lte=last)
    named = states.order_by("revision").values_list("tenant__slug", "revision", "digest")
    gone = Removal.objects.filter(revision__gt=after, revision__lte=last).order_by("revision")
    return Manifest(
        revision=last,
        settings=settings_of(node),
        changed=tuple(TenantRevision(tenant=t, revision=r or 0, digest=d) for t, r, d in named),
        removed=tuple(gone.values_list("slug", flat=True)),
        commands=_commands(node, commands),
    )


def last_revision(scope: Scope) -> int:
    """The highest number given, 0 before the first."""
    plans = PlanRevision.objects.within(scope).aggregate(last=Max("revision"))["last"]
    removals = Removal.objects.aggregate(last=Max("revision"))["last"]
    return max(plans or 0, removals or 0)


def settings_of(node: Node) -> NodeSettings:
    return msgspec.convert(node.settings, NodeSettings)


def _commands(node: Node, after: int) -> tuple[Command, ...]:
    orders = NodeCommand.objects.filter(node=node, pk__gt=after).order_by("pk")
    return tuple(
        Command(id=order.pk, kind=order.kind, tenant=order.tenant_slug, body=order.body)
        for order in orders
    )


def plan_body(scope: Scope, tenant: str, digest: str) -> bytes:
    """The canonical JSON of a stored plan."""
    rows = PlanRevision.objects.within(scope).filter(tenant__slug=tenant, digest=digest)
    row = rows.order_by("-revision").first()
    if row is None:
        raise NoSuchPlan(tenant=tenant, digest=digest)
    return row.body.encode()


def nodes(scope: Scope) -> list[NodeView]:
    """Every node, with the tenants that `scope` may see."""
    states = PlanState.objects.within(scope).select_related("tenant").order_by("tenant__title")
    plans = list(states)
    said = {(row.node_id, row.tenant_id): row for row in NodeTenant.objects.within(scope)}
    return [
        NodeView(
            id=node.pk,
            name=node.name,
            settings=settings_of(node),
            seen_at=node.seen_at,
            reported_at=node.reported_at,
            report=msgspec.convert(node.report, NodeReport) if node.report else None,
            tenants=tuple(_on_node(plan, said.get((node.pk, plan.tenant_id))) for plan in plans),
        )
        for node in Node.objects.order_by("name")
    ]


def _on_node(plan: PlanState, said: NodeTenant | None) -> TenantOnNode:
    return TenantOnNode(
        tenant=plan.tenant.slug,
        title=plan.tenant.title,
        wanted=plan.revision,
        in_force=said.in_force if said else None,
        in_force_at=said.in_force_at if said else None,
        refused=said.refused if said else None,
        reason=said.reason if said else "",
        problem=plan.problem,
    )


def is_stale(scope: Scope) -> bool:
    return PlanState.objects.within(scope).filter(stale=True).exists()


def all_in_force(scope: Scope) -> bool:
    """Whether every node has every visible tenant's newest revision in force."""
    views = nodes(scope)
    return bool(views) and all(tenant.is_live for node in views for tenant in node.tenants)
