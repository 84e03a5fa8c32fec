"""Mails about what nodes tell."""

from django.utils.translation import gettext

from conmuta.apps.fleet.contracts import GatewayChanged
from conmuta.apps.identity import api as identity
from conmuta.platform.outbox import Delivery


def tell_gateway(delivery: Delivery) -> None:
    """Hears `GatewayChanged`: a mail to those who can do something about it."""
    event: GatewayChanged = delivery.event
    scope = delivery.scope
    tell = identity.tell_those_responsible if scope.tenant_id else identity.tell_operator
    tell(scope, lambda: _words(event), delivery.key)


def _words(event: GatewayChanged) -> tuple[str, tuple[str, ...]]:
    if event.now == "up":
        subject = gettext("The gateway {gateway} is back")
        text = gettext("The gateway {gateway} answers on node {node} again; calls go by it.")
    elif event.now == "refused":
        subject = gettext("The gateway {gateway} refuses us")
        text = gettext(
            "The gateway {gateway} does not take our registration on node {node}. Look at its user "
            "name and secret, or ask the carrier."
        )
    else:
        subject = gettext("The gateway {gateway} does not answer")
        text = gettext(
            "The gateway {gateway} does not answer on node {node}. Calls go by the next gateway of "
            "their route, where there is one."
        )
    values = {"gateway": event.gateway, "node": event.node}
    return subject.format(**values), (text.format(**values),)
