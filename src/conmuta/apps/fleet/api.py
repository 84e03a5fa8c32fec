"""The door of the fleet."""

from conmuta.apps.fleet.actions import change_node, command, command_each, create_node, renew_token
from conmuta.apps.fleet.bans import BanView, ban, bans, unban
from conmuta.apps.fleet.contracts import (
    Batch,
    BatchHandler,
    NodeView,
    OperatorRenderer,
    Renderer,
    TenantOnNode,
)
from conmuta.apps.fleet.files import files_of, files_used, removed
from conmuta.apps.fleet.plans import (
    as_it_stands,
    render_stale,
    settled,
    touch,
    touch_operator,
    touched,
    touched_at,
    withdraw,
    withdraw_operator,
)
from conmuta.apps.fleet.queries import all_in_force, has_several_nodes, is_node, nodes

__all__ = [
    "BanView",
    "Batch",
    "BatchHandler",
    "NodeView",
    "OperatorRenderer",
    "Renderer",
    "TenantOnNode",
    "all_in_force",
    "as_it_stands",
    "ban",
    "bans",
    "change_node",
    "command",
    "command_each",
    "create_node",
    "files_of",
    "files_used",
    "has_several_nodes",
    "is_node",
    "nodes",
    "removed",
    "render_stale",
    "renew_token",
    "settled",
    "touch",
    "touch_operator",
    "touched",
    "touched_at",
    "unban",
    "withdraw",
    "withdraw_operator",
]
