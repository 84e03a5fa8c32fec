"""Waits until the local node serves: Asterisk up and every company's plan in force, or refused.

`python -m conmuta.local.ready SECONDS SINCE` (epoch seconds, when the node was started: what it
reported before is of an earlier run) exits with 0 when it does, with 1 when the time is over
or something is wrong; what is on standard error. A process of its own, as everything that
asks Django.
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.local.status import of_tenant

POLL = 0.3


def missing(nodes: Sequence[NodeView], since: datetime) -> list[str]:
    """What still keeps the nodes from serving; refusals are final, and status tells of them.

    Only reports after `since` count.
    """
    found = []
    for node in nodes:
        is_news = node.reported_at is not None and node.reported_at >= since
        if node.report is None or not is_news or not node.report.asterisk_up:
            found.append(f"Asterisk on node {node.name}")
        found += [f"the plan of {each.title}" for each in node.tenants if not settled(each)]
    return found


def settled(tenant: TenantOnNode) -> bool:
    """Whether nothing more will happen to a tenant's newest revision."""
    return tenant.is_live or tenant.is_refused or bool(tenant.problem) or tenant.wanted is None


def wrong(node: NodeView) -> list[str]:
    """What the node says is wrong, and the companies whose newest plan will not be in force."""
    told = node.report.problems if node.report else ()
    refused = [text for each in node.tenants for text in of_tenant(each, node.name)]
    return [f"  {text}" for text in (*told, *refused)]


def main() -> int:
    """0 as soon as everything serves."""
    import django

    django.setup()
    from conmuta.apps.fleet import api as fleet
    from conmuta.platform.scope import Scope

    until = time.monotonic() + float(sys.argv[1])
    since = datetime.fromtimestamp(float(sys.argv[2]), UTC)
    with Scope.system("system:machine").active() as scope:
        fleet.render_stale(scope)  # a plan that nobody has made yet would not be waited for
        while lacking := missing(fleet.nodes(scope), since):
            if time.monotonic() > until:
                head = f"  Waited in vain for {', '.join(lacking)}."
                told = [text for node in fleet.nodes(scope) for text in wrong(node)]
                print("\n".join([head, *told]), file=sys.stderr)
                return 1
            time.sleep(POLL)
        told = [text for node in fleet.nodes(scope) for text in wrong(node)]
    print("".join(f"{text}\n" for text in told), end="", file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
