"""Ended calls are brought to be rated: by the worker, beside the taking of records.

A page of calls is one transaction: read and locked, rated, settled. A worker that dies leaves the
page as it was; two workers take pages of their own; a call that comes again finds itself rated.
"""

from typing import Final

from django.db import transaction

from conmuta.apps.calls import api as calls
from conmuta.apps.rating import api as rating
from conmuta.platform.scope import Scope

PAGE: Final = 2000


def rate_ended(scope: Scope, page: int = PAGE) -> int:
    """Rates every call that is over and is not settled; how many calls were looked at. Needs the
    system's scope."""
    total = 0
    while looked_at := rate_page(scope, page):
        total += looked_at
    return total


@transaction.atomic
def rate_page(scope: Scope, page: int = PAGE) -> int:
    """A page of them, all or none."""
    ended = calls.ended_calls(scope, page)
    rating.rate(scope, [_leg(call, leg) for call in ended for leg in call.legs])
    calls.settle(ended)
    return len(ended)


def _leg(call: calls.EndedCall, leg: calls.OutsideLeg) -> rating.EndedLeg:
    return rating.EndedLeg(
        tenant=call.tenant,
        node=call.node,
        linkedid=call.linkedid,
        leg=leg.leg,
        caller=leg.caller,
        number=leg.number,
        gateway=leg.gateway,
        answered=leg.answered,
        ended=leg.ended,
    )
