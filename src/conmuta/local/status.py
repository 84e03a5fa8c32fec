"""What runs, how far each node has come, and what is wrong: values and their words.

The judgement is pure; `conmuta.cli.status` looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.apps.ledger.contracts import BlockView
from conmuta_plan.node import GatewayState, GatewayStatus

SILENT_AFTER = timedelta(seconds=60)  # nodes report every 15 s
LITTLE_SPACE = 2 * 2**30
WRONG = (GatewayStatus.DOWN, GatewayStatus.REFUSED)
MANY_BATCHES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One look. `fault` is why the database could not be asked; "" where it could."""

    running: bool
    web: str
    web_answers: bool
    services: Mapping[str, bool]
    restarts: Mapping[str, int]
    nodes: Sequence[NodeView]
    fault: str
    at: datetime
    blocks: Sequence[BlockView] = ()
    """Who the fraud guard shut. A block is the guard at work: nothing of the machine is wrong."""
    stuck_files: Sequence[tuple[str, str]] = ()
    """Stored files that cannot be deleted: digest and why."""


def problems(status: Status) -> list[str]:
    """Everything that is wrong, a sentence each; nothing: all is well."""
    if not status.running and not status.nodes:
        return [status.fault or "Conmuta does not run here. ./conmuta up starts it."]
    found = [] if status.running else ["Conmuta does not run here. ./conmuta up starts it."]
    found += [f"The {name} does not run." for name, up in status.services.items() if not up]
    if status.running and not status.web_answers:
        found.append(f"The web server does not answer at {status.web}.")
    if status.fault:
        found.append(status.fault)
    found += _stuck(status.stuck_files)
    return found + [text for node in status.nodes for text in of_node(node, status.at)]


def _stuck(files: Sequence[tuple[str, str]]) -> list[str]:
    if not files:
        return []
    digest, reason = files[0]
    told = f"{len(files)} stored files" if len(files) > 1 else "A stored file"
    named = "the first is" if len(files) > 1 else "it is"
    return [f"{told} of removed companies cannot be deleted; {named} {digest}: {reason}"]


def _gateway(gateway: GatewayState, node: str) -> str:
    whose = f"The gateway {gateway.gateway} of {gateway.unit}"
    if gateway.status is GatewayStatus.REFUSED:
        return f"{whose} refuses our registration on node {node}."
    return f"{whose} does not answer on node {node}."


def of_node(node: NodeView, at: datetime) -> list[str]:
    """What is wrong with one node."""
    if node.report is None or node.reported_at is None:
        return [f"Node {node.name} has not reported yet."]
    silence = at - node.reported_at
    if silence > SILENT_AFTER:
        told = f"Node {node.name} has been silent for {silence.total_seconds():.0f} s"
        return [f"{told}; its calls go on by what it has."]
    found = [] if node.report.asterisk_up else [f"Asterisk is down on node {node.name}."]
    found += [f"Node {node.name}: {text}" for text in node.report.problems]
    found += [_gateway(each, node.name) for each in node.report.gateways if each.status in WRONG]
    if node.report.free_bytes < LITTLE_SPACE:
        found.append(f"Node {node.name} has {node.report.free_bytes / 2**30:.1f} GiB left.")
    if node.report.pending_batches > MANY_BATCHES:
        found.append(f"Node {node.name} holds {node.report.pending_batches} batches unsent.")
    return found + [text for each in node.tenants for text in of_tenant(each, node.name)]


def of_tenant(tenant: TenantOnNode, node: str) -> list[str]:
    """What is wrong with one company on one node. A change on its way is nothing wrong."""
    if tenant.problem:
        return [f"The plan of {tenant.title} cannot be made: {tenant.problem}"]
    if tenant.is_refused:
        had = f"revision {tenant.in_force} stays in force" if tenant.in_force else "it has none"
        return [
            (
                f"Node {node} refused revision {tenant.refused} of {tenant.title} ({had}): "
                f"{tenant.reason}"
            )
        ]
    return []


def as_text(status: Status) -> str:
    """For a person."""
    head = f"Conmuta runs at {status.web}" if status.running else "Conmuta does not run here"
    lines = [head, ""]
    for name, up in status.services.items():
        again = status.restarts.get(name, 0)
        lines.append(f"  {name:<10} {'runs' if up else 'DOWN'}{_times(again)}")
    for node in status.nodes:
        lines += ["", *_node_lines(node, status.at)]
    if status.blocks:
        lines += ["", "Blocked by the fraud guard:", *map(_block_line, status.blocks)]
    wrong = problems(status)
    verdict = ["Wrong:", *(f"  ! {text}" for text in wrong)] if wrong else ["Nothing is wrong."]
    return "\n".join([*lines, "", *verdict])


def as_json(status: Status) -> dict[str, Any]:
    """For programs: dates as ISO 8601."""
    wrong = problems(status)
    return {
        "running": status.running,
        "web": status.web,
        "services": dict(status.services),
        "restarts": dict(status.restarts),
        "nodes": [_node_json(node) for node in status.nodes],
        "blocks": [_block_json(block) for block in status.blocks],
        "problems": wrong,
        "ok": not wrong,
    }


def _times(count: int) -> str:
    times = "once" if count == 1 else f"{count} times"
    return f" (started again {times})" if count else ""


def _node_lines(node: NodeView, at: datetime) -> list[str]:
    if node.report is None or node.reported_at is None:
        return [f"Node {node.name}: no report yet"]
    report = node.report
    lines = [
        (
            f"Node {node.name}: Asterisk {report.asterisk_version.partition('+')[0]} "
            f"{'runs' if report.asterisk_up else 'is down'}, {report.calls_up} calls, "
            f"{report.registered} telephones, {report.pending_batches} batches to send, "
            f"{report.free_bytes / 2**30:.0f} GiB free; "
            f"reported {(at - node.reported_at).total_seconds():.0f} s ago"
        )
    ]
    up = sum(each.status is GatewayStatus.UP for each in report.gateways)
    if report.gateways:
        lines.append(f"  {up} of {len(report.gateways)} gateways answer")
    if report.bans:
        lines.append(f"  {len(report.bans)} addresses are shut out: ./conmuta bans")
    return [*lines, *(f"  {each.title}: {_where(each)}" for each in node.tenants)]


def _block_line(block: BlockView) -> str:
    whose = f"extension {block.extension}" if block.extension else "the whole company"
    until = f"until {block.until:%Y-%m-%d %H:%M} UTC" if block.until else "until it is lifted"
    return (
        f"  {block.tenant}, {whose}, since {block.at:%Y-%m-%d %H:%M} UTC, {until}. "
        f"{block.words} It met +{block.number}. Lift it: {_lift(block)}"
    )


def _block_json(block: BlockView) -> dict[str, Any]:
    return {
        "tenant": block.tenant,
        "extension": block.extension or None,
        "reason": block.reason,
        "words": block.words,
        "number": block.number,
        "at": block.at.isoformat(),
        "until": block.until.isoformat() if block.until else None,
        "lift": _lift(block),
    }


def _lift(block: BlockView) -> str:
    return f"./conmuta unblock {block.tenant} {block.extension or 'all'}"


def _where(tenant: TenantOnNode) -> str:
    force = f"revision {tenant.in_force} in force" if tenant.in_force else "nothing in force"
    if tenant.is_refused:
        return f"{force}, revision {tenant.refused} refused"
    if not tenant.is_live and tenant.wanted:
        return f"{force}, revision {tenant.wanted} pending"
    return force


def _node_json(node: NodeView) -> dict[str, Any]:
    tenants = [
        {
            **{name: value for name, value in asdict(each).items() if name != "in_force_at"},
            "live": each.is_live,
        }
        for each in node.tenants
    ]
    return {
        "name": node.name,
        "reported_at": node.reported_at.isoformat() if node.reported_at else None,
        "report": asdict(node.report) if node.report else None,
        "tenants": tenants,
    }
