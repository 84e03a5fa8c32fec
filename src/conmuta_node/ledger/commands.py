"""What the server orders of the ledger: funds told, blocks lifted."""

from collections.abc import Callable, Mapping

import structlog

from conmuta_node.ledger.book import Ledger
from conmuta_node.orders import Order
from conmuta_plan.codec import decode
from conmuta_plan.node import FundsTold, Unblock

log = structlog.get_logger()


def ledger_orders(ledger: Ledger) -> Mapping[str, Callable[[Order], None]]:
    """Kind of command → how it is done."""

    def funds(order: Order) -> None:
        told = decode(order.body.encode(), FundsTold)
        ledger.tell_funds(order.tenant, told)
        log.info("ledger.funds", tenant=order.tenant, as_of=told.as_of)

    def unblock(order: Order) -> None:
        extension = decode(order.body.encode(), Unblock).extension
        lifted = ledger.unblock(order.tenant, extension)
        log.info("ledger.unblocked", tenant=order.tenant, extension=extension, lifted=lifted)

    return {"funds": funds, "unblock": unblock}
