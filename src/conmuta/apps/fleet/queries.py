"""What nodes and people ask of the fleet."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec
from django.db.models import Max
from django.utils import timezone

from conmuta.apps.fleet.actions import token_digest
from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.apps.fleet.errors import NodeUnknown, NoSuchPlan
from conmuta.apps.fleet.models import Node, NodeCommand, Removal
from conmuta.apps.fleet.units import KINDS, OPERATORS, Kind, OnNode, State, kind_of
from conmuta.apps.tenancy import api as tenancy
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
    gone = Removal.objects.filter(revision__gt=after, revision__lte=last).order_by("revision")
    changed = [each for kind in KINDS for each in _changed(scope, kind, after, last)]
    return Manifest(
        revision=last,
        settings=settings_of(node),
        changed=tuple(sorted(changed, key=attrgetter("revision"))),
        removed=tuple(gone.values_list("slug", flat=True)),
        commands=_commands(node, commands),
    )


def _changed(scope: Scope, kind: Kind, after: int, last: int) -> Iterator[TenantRevision]:
    states = kind.states_in(scope).filter(revision__gt=after, revision__lte=last)
    for slug, revision, digest in states.values_list(f"{kind.owner}__slug", "revision", "digest"):
        yield TenantRevision(tenant=kind.prefix + slug, revision=revision, digest=digest)


def last_revision(scope: Scope) -> int:
    """The highest number given, 0 before the first."""
    given = [kind.revisions_in(scope) for kind in KINDS] + [Removal.objects.all()]
    return max(rows.aggregate(last=Max("revision"))["last"] or 0 for rows in given)


def settings_of(node: Node) -> NodeSettings:
    return msgspec.convert(node.settings, NodeSettings)


def _commands(node: Node, after: int) -> tuple[Command, ...]:
    orders = NodeCommand.objects.filter(node=node, pk__gt=after).order_by("pk")
    return tuple(
        Command(id=order.pk, kind=order.kind, tenant=order.tenant_slug, body=order.body)
        for order in orders
    )


def plan_body(scope: Scope, unit: str, digest: str) -> bytes:
    """The canonical JSON of a stored plan."""
    kind, slug = kind_of(unit)
    rows = kind.revisions_in(scope).filter(**{f"{kind.owner}__slug": slug}, digest=digest)
    row = rows.order_by("-revision").first()
    if row is None:
        raise NoSuchPlan(tenant=unit, digest=digest)
    body: str = row.body
    return body.encode()


def has_several_nodes() -> bool:
    """Whether a company's calls may pass by more than one node."""
    return Node.objects.count() > 1


def nodes(scope: Scope) -> list[NodeView]:
    """Every node, with the operators' units and the tenants that `scope` may see."""
    found = [each for kind in KINDS for each in _plans(scope, kind)]
    return [
        NodeView(
            id=node.pk,
            name=node.name,
            settings=settings_of(node),
            seen_at=node.seen_at,
            reported_at=node.reported_at,
            report=msgspec.convert(node.report, NodeReport) if node.report else None,
            tenants=tuple(_on_node(kind, plan, said.get(node.pk)) for kind, plan, said in found),
        )
        for node in Node.objects.order_by("name")
    ]


Said = Mapping[int, OnNode]
"""What each node said of one unit."""


def _plans(scope: Scope, kind: Kind) -> Iterator[tuple[Kind, State, Said]]:
    """An operator sees how far its tenants' plans have come too."""
    states, on_node = _visible(scope, kind, kind.states), _visible(scope, kind, kind.on_node)
    said: dict[int, dict[int, OnNode]] = {}
    for row in on_node:
        said.setdefault(getattr(row, kind.owner_id), {})[row.node_id] = row
    for plan in states:
        yield kind, plan, said.get(getattr(plan, kind.owner_id), {})


def _visible(scope: Scope, kind: Kind, model: Any) -> list[Any]:
    title = f"{kind.owner}__title"
    if scope.operator_id is None or kind is OPERATORS:
        return list(model.objects.within(scope).select_related(kind.owner).order_by(title))
    own = tenancy.slugs(scope).values()
    with Scope.system(scope.actor).active() as system:
        rows = model.objects.within(system).filter(tenant_id__in=own)
        return list(rows.select_related(kind.owner).order_by(title))


def _on_node(kind: Kind, plan: State, said: OnNode | None) -> TenantOnNode:
    owner = getattr(plan, kind.owner)
    return TenantOnNode(
        tenant=kind.prefix + owner.slug,
        title=owner.title,
        wanted=plan.revision,
        in_force=said.in_force if said else None,
        in_force_at=said.in_force_at if said else None,
        refused=said.refused if said else None,
        reason=said.reason if said else "",
        problem=plan.problem,
    )


def all_in_force(scope: Scope) -> bool:
    """Whether every node has every visible tenant's newest revision in force."""
    views = nodes(scope)
    return bool(views) and all(tenant.is_live for node in views for tenant in node.tenants)
