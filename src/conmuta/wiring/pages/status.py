"""What is live on the telephones, what is on its way, and what is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from conmuta.apps.fleet.api import NodeView, TenantOnNode, nodes
from conmuta.apps.identity.api import Access
from conmuta.apps.identity.web.doors import for_platform, for_tenant
from conmuta.platform.scope import Scope
from conmuta.platform.web.states import State

SILENT = timedelta(seconds=60)  # a node reports every 15 s
MOST_LINES = 100
_WORST_FIRST = ("bad", "waiting", "away", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantLine:
    tenant: TenantOnNode
    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCard:
    node: NodeView
    state: State
    problems: tuple[str, ...]
    lines: tuple[TenantLine, ...]
    """The worst first, `MOST_LINES` at most."""
    unshown: int
    is_fresh: bool
    kinds: frozenset[str]


@for_platform
def platform_status(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Every node with every company."""
    wanted = request.GET.get("q", "").strip()
    content = _content(scope, wanted)
    finds = bool(wanted) or any(card.unshown for card in content["cards"])
    return render(request, "pages/status.html", content | {"finds": finds, "wanted": wanted})


@for_tenant(None)
def tenant_status(request: HttpRequest, scope: Scope, access: Access) -> HttpResponse:
    """The company's own plan on each node."""
    return render(request, "pages/status.html", _content(scope) | {"access": access})


def _content(scope: Scope, wanted: str = "") -> dict[str, Any]:
    now = timezone.now()
    cards = [card(node, now, wanted) for node in nodes(scope)]
    return {"cards": cards, "summary": summary(cards), "now": now}


def card(node: NodeView, now: datetime, wanted: str = "") -> NodeCard:
    """`wanted`: only companies whose title or name has it."""
    lines = [line(tenant) for tenant in node.tenants]
    found = [one for one in lines if _is_wanted(one.tenant, wanted)]
    found.sort(key=lambda one: _WORST_FIRST.index(one.state.kind))
    return NodeCard(
        node=node,
        state=node_state(node, now),
        problems=node.report.problems if node.report else (),
        lines=tuple(found[:MOST_LINES]),
        unshown=max(0, len(found) - MOST_LINES),
        is_fresh=node.reported_at is not None and now - node.reported_at < SILENT,
        kinds=frozenset(one.state.kind for one in lines),
    )


def _is_wanted(tenant: TenantOnNode, wanted: str) -> bool:
    return wanted.casefold() in f"{tenant.title} {tenant.tenant}".casefold()


def node_state(node: NodeView, now: datetime) -> State:
    if node.report is None or node.reported_at is None:
        return State(kind="away", word=gettext("Never heard"))
    if now - node.reported_at > SILENT:
        return State(kind="bad", word=gettext("Silent"))
    if not node.report.asterisk_up:
        return State(kind="bad", word=gettext("Asterisk is down"))
    if node.report.problems:
        return State(kind="waiting", word=gettext("Up, with problems"))
    return State(kind="good", word=gettext("Up"))


def line(tenant: TenantOnNode) -> TenantLine:
    if tenant.problem:
        state = State(kind="bad", word=gettext("Cannot be prepared"))
        return TenantLine(tenant=tenant, state=state, reason=tenant.problem)
    if tenant.is_refused:
        state = State(kind="bad", word=gettext("Refused"))
        return TenantLine(tenant=tenant, state=state, reason=tenant.reason)
    if tenant.wanted is None:
        return TenantLine(
            tenant=tenant, state=State(kind="away", word=gettext("Not served")), reason=""
        )
    if tenant.is_live:
        return TenantLine(tenant=tenant, state=State(kind="good", word=gettext("Live")), reason="")
    return TenantLine(
        tenant=tenant, state=State(kind="waiting", word=gettext("On its way")), reason=""
    )


def summary(cards: list[NodeCard]) -> State:
    """One sentence on the whole."""
    if not cards:
        return State(kind="away", word=gettext("No node is set up yet."))
    kinds = {kind for card in cards for kind in card.kinds}
    down = [card for card in cards if card.state.kind in {"bad", "away"}]
    if down:
        names = ", ".join(card.node.name for card in down)
        return State(kind="bad", word=gettext("Not working: {names}.").format(names=names))
    if "bad" in kinds:
        return State(kind="bad", word=gettext("A change did not reach the telephones."))
    if "waiting" in kinds:
        return State(kind="waiting", word=gettext("Changes are on their way to the telephones."))
    return State(kind="good", word=gettext("Everything saved is live on the telephones."))
