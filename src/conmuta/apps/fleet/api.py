"""The door of the fleet."""

from conmuta.apps.fleet.actions import change_node, command, create_node, renew_token
from conmuta.apps.fleet.contracts import Batch, BatchHandler, NodeView, Renderer, TenantOnNode
from conmuta.apps.fleet.plans import render_stale, touch, touched, withdraw
from conmuta.apps.fleet.queries import all_in_force, is_node, nodes

__all__ = [
    "Batch",
    "BatchHandler",
    "NodeView",
    "Renderer",
    "TenantOnNode",
    "all_in_force",
    "change_node",
    "command",
    "create_node",
    "is_node",
    "nodes",
    "render_stale",
    "renew_token",
    "touch",
    "touched",
    "withdraw",
]
