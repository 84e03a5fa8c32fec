"""What an operator's gateway is told: the number, and who calls."""

from conmuta_compiler.operator.decision import Identity
from conmuta_compiler.operator.numbers import Rewriter, plain
from conmuta_plan.operator import CallerIdRule, OperatorGateway, OperatorLink, Privacy


def usual(link: OperatorLink) -> str | None:
    """The number that a tenant shows unless an extension or class has another."""
    return link.caller_ids[0] if link.caller_ids else None


def may_show(gateway: OperatorGateway, link: OperatorLink, number: str) -> bool:
    """Whether `number` (E.164) is the tenant's own, as far as this gateway cares."""
    if number in link.caller_ids:
        return True
    return gateway.may_send_own_ani and number in link.foreign_caller_ids


def shown(gateway: OperatorGateway, link: OperatorLink, wanted: str | None) -> str | None:
    """The caller's E.164 before `caller_id_outbound`, or None where the gateway's own stands.

    `wanted` None: the tenant's usual number. A number that is not the tenant's is never shown:
    `PASS` shows the usual one instead, `LISTED` the gateway's.
    """
    if gateway.caller_id_rule is CallerIdRule.FORCE:
        return None
    number = plain(wanted) if wanted else usual(link)
    if number is not None and may_show(gateway, link, number):
        return number
    return usual(link) if gateway.caller_id_rule is CallerIdRule.PASS else None


class Outgoing:
    """An operator's gateway, ready for many calls."""

    __slots__ = ("_caller", "_number", "gateway")

    def __init__(self, gateway: OperatorGateway) -> None:
        self.gateway = gateway
        self._number = Rewriter(gateway.outbound)
        self._caller = Rewriter(gateway.caller_id_outbound)

    def number(self, e164: str) -> str:
        """What is dialled: `outbound`, then the gateway's own `strip` and `prepend`."""
        return self.gateway.prepend + self._number(e164).number[self.gateway.strip :]

    def identity(self, link: OperatorLink, wanted: str | None) -> Identity:
        """What travels in From and P-Asserted-Identity. The gateway's own number goes as it is."""
        gateway = self.gateway
        number = shown(gateway, link, wanted)
        sent = gateway.caller_id if number is None else self._caller(number).number
        return Identity(
            number=sent,
            asserted=None if gateway.privacy is Privacy.FROM else sent,
            hidden=gateway.privacy is Privacy.HIDDEN,
            rule=gateway.caller_id_rule,
            wanted=wanted if wanted and (number is None or plain(wanted) != number) else None,
        )
