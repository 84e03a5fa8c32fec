"""The mail that says who was shut, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from conmuta.apps.identity import api as identity
from conmuta.apps.ledger.contracts import GuardBlocked, in_words
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.outbox import Delivery


def tell_block(delivery: Delivery) -> None:
    """Hears `GuardBlocked`: the company's managers and its operator's people are told."""
    event: GuardBlocked = delivery.event
    tenant = tenancy.tenant_of(delivery.scope)
    identity.tell_those_responsible(delivery.scope, lambda: _words(tenant, event), delivery.key)


def _words(tenant: tenancy.TenantView, event: GuardBlocked) -> tuple[str, tuple[str, ...]]:
    title, zone = tenant.facts.title, ZoneInfo(tenant.facts.time_zone)
    at = datetime.fromisoformat(event.at).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if event.extension:
        subject = gettext("Extension {extension} of {title} is blocked")
    else:
        subject = gettext("Calls out of {title} are blocked")
    return (
        subject.format(extension=event.extension, title=title),
        (
            in_words(event.reason),
            gettext("It happened at {at}, with a call to +{number}.").format(
                at=at, number=event.number
            ),
            gettext(
                "Calls inside the company, calls in and emergency calls go on. If these calls "
                "were yours, lift the block; if they were not, somebody else has the password of "
                "the telephone: give it a new one first."
            ),
        ),
    )
