"""Verbs on nodes: made, heard, told."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conmuta.apps.fleet import gateways, ports, units
from conmuta.apps.fleet.contracts import Batch
from conmuta.apps.fleet.errors import BatchAhead, NodeNameTaken, NoSuchNode
from conmuta.apps.fleet.models import BatchCursor, Node, NodeCommand, NodeTenant
from conmuta.apps.fleet.plans import CHANNEL
from conmuta.apps.fleet.units import Kind, OnNode
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit, notify
from conmuta.platform.scope import Scope
from conmuta_plan.node import Command, NodeReport, NodeSettings, Outcome, Stream, TenantOutcome

_OUTCOME_FIELDS = ("in_force", "in_force_at", "refused", "refused_at", "reason")


@transaction.atomic
def create_node(scope: Scope, name: str, settings: NodeSettings) -> str:
    """Makes a node and gives its token, which cannot be read again."""
    if Node.objects.filter(name=name).exists():
        raise NodeNameTaken(name=name)
    token, built = new_token(), msgspec.to_builtins(settings)
    Node.objects.create(name=name, token_sha256=token_digest(token), settings=built)
    audit.record(scope, "created", f"fleet.node:{name}", after=built)
    return token


@transaction.atomic
def change_node(scope: Scope, name: str, settings: NodeSettings) -> bool:
    """Sets how a node's Asterisk listens; whether anything changed."""
    node, built = _for_update(name), msgspec.to_builtins(settings)
    if node.settings == msgspec.json.decode(msgspec.json.encode(built)):
        return False
    audit.record(scope, "changed", f"fleet.node:{name}", node.settings, built)
    node.settings = built
    node.save(update_fields=["settings"])
    notify.send(CHANNEL)
    return True


@transaction.atomic
def renew_token(scope: Scope, name: str) -> str:
    """A new token for a node; the one before is refused from now on."""
    node, token = _for_update(name), new_token()
    node.token_sha256 = token_digest(token)
    node.save(update_fields=["token_sha256"])
    audit.record(scope, "renewed_token", f"fleet.node:{name}")
    return token


@transaction.atomic
def command(scope: Scope, kind: str, tenant: str, body: str) -> list[int]:
    """Orders one node to do something once for a tenant; the order's id, none without nodes.

    Of the nodes that have the tenant's plan in force, the one that was heard of last; where none
    has it yet, of all.
    """
    node = _serving(scope, tenant)
    if node is None:
        return []
    order = NodeCommand.objects.create(node=node, kind=kind, tenant_slug=tenant, body=body)
    notify.send(CHANNEL)
    return [order.pk]


@transaction.atomic
def command_each(scope: Scope, kind: str, tenant: str, body_of: Callable[[int], str]) -> list[int]:
    """Orders every node to do something once, each in its own words (node's id → body)."""
    del scope
    nodes = Node.objects.order_by("id")
    orders = [
        NodeCommand(node=node, kind=kind, tenant_slug=tenant, body=body_of(node.pk))
        for node in nodes
    ]
    made = NodeCommand.objects.bulk_create(orders)
    notify.send(CHANNEL)
    return [order.pk for order in made]


def _serving(scope: Scope, tenant: str) -> Node | None:
    serving = NodeTenant.objects.within(scope).filter(tenant__slug=tenant, in_force__isnull=False)
    latest = Node.objects.order_by(F("reported_at").desc(nulls_last=True), "id")
    return latest.filter(pk__in=serving.values("node")).first() or latest.first()


def note_commands(node: Node, sent: Sequence[Command], taken: int, *, kept: bool) -> None:
    """Remembers up to which order the node has them. A node that does not say (`kept` False)
    counts as having what is sent now."""
    last = taken if kept else max([taken, *(order.id for order in sent)])
    if last > node.commands_taken:
        Node.objects.filter(pk=node.pk).update(commands_taken=last)


@transaction.atomic
def take_batch(scope: Scope, batch: Batch) -> bool:
    """Gives a batch to its handler, once; False where its number was taken before.

    Raises `BatchAhead` for a number that is not the next.
    """
    is_new = _take_number(batch.node_id, batch.stream, batch.number)
    if is_new:
        ports.batch_handlers.get()[Stream(batch.stream)](scope, batch)
    return is_new


@transaction.atomic
def pass_over_batch(node_id: int, stream: str, number: int) -> bool:
    """Counts a batch of a stream that older agents send, and keeps nothing of it. Otherwise as
    `take_batch`."""
    return _take_number(node_id, stream, number)


def _take_number(node_id: int, stream: str, number: int) -> bool:
    keys = {"node_id": node_id, "stream": str(stream)}
    BatchCursor.objects.bulk_create([BatchCursor(**keys)], ignore_conflicts=True)
    cursor = BatchCursor.objects.select_for_update().get(**keys)
    if number <= cursor.number:
        return False
    if number != cursor.number + 1:
        raise BatchAhead(number=number, expected=cursor.number + 1)
    cursor.number = number
    cursor.save(update_fields=["number"])
    return True


@transaction.atomic
def take_report(scope: Scope, node_id: int, report: NodeReport) -> None:
    """Keeps a node's report and what became of each tenant's revision."""
    now = timezone.now()
    kept = msgspec.to_builtins(replace(report, outcomes=()))
    node = Node.objects.select_for_update().get(pk=node_id)
    before = msgspec.convert(node.report, NodeReport) if node.report else None
    Node.objects.filter(pk=node_id).update(report=kept, reported_at=now)
    changed = gateways.changes(before, report, node.name)
    for kind, slugs in ((units.OPERATORS, tenancy.operator_slugs), (units.TENANTS, tenancy.slugs)):
        known = {kind.prefix + slug: owner_id for slug, owner_id in slugs(scope).items()}
        gateways.tell(scope, kind, known, changed)
        said = [(known[each.tenant], each) for each in report.outcomes if each.tenant in known]
        if said:
            _note_all(scope, kind, node_id, said)


def _note_all(
    scope: Scope, kind: Kind, node_id: int, said: Sequence[tuple[int, TenantOutcome]]
) -> None:
    """Keeps what a node said of these owners' plans."""
    owners = {owner for owner, _ in said}
    new: list[Any] = [kind.on_node(**{kind.owner_id: owner}, node_id=node_id) for owner in owners]
    kind.on_node._default_manager.bulk_create(new, ignore_conflicts=True)
    rows = kind.on_node_in(scope).filter(node_id=node_id).select_for_update(of=("self",))
    found, now = {getattr(row, kind.owner_id): row for row in rows}, timezone.now()
    changed = [found[owner] for owner, outcome in said if _note(found[owner], outcome, now)]
    kind.on_node._default_manager.bulk_update(changed, _OUTCOME_FIELDS, batch_size=500)


def _note(row: OnNode, outcome: TenantOutcome, now: datetime) -> bool:
    """Writes an outcome into its row; whether that says anything new."""
    if outcome.outcome is Outcome.REFUSED:
        if (row.refused, row.reason) == (outcome.revision, outcome.reason):
            return False
        row.refused, row.refused_at, row.reason = outcome.revision, now, outcome.reason
        return True
    if row.in_force == outcome.revision:
        return False
    row.in_force, row.in_force_at = outcome.revision, now
    return True


def new_token() -> str:
    return f"cnode_{secrets.token_urlsafe(32)}"


def token_digest(token: str) -> str:
    """Tokens are 256 random bits: one round of SHA-256 keeps them."""
    return hashlib.sha256(token.encode()).hexdigest()


def _for_update(name: str) -> Node:
    node = Node.objects.select_for_update().filter(name=name).first()
    if node is None:
        raise NoSuchNode(name=name)
    return node
