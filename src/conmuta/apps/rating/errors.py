from conmuta.platform.errors import Conflict, Invalid, NotFound


class NoSuchTable(NotFound):
    """There is no price table {name} here. Make it first, or name another."""

    code = "rating.no_such_table"


class GatewayPricedTwice(Conflict):
    """The gateway {gateway} has its prices in {table} already. Take it out there first."""

    code = "rating.gateway_priced_twice"


class TableSold(Conflict):
    """{name} is what {tenant} pays by. Give that company other prices first."""

    code = "rating.table_sold"


class OtherCurrency(Conflict):
    """{tenant} has an account in {currency}. Settle it before its prices are in {wanted}."""

    code = "rating.other_currency"


class KeyUsed(Conflict):
    """{key} was used for another entry of this account. Use a key of its own for each payment."""

    code = "rating.key_used"


class NotAnAmount(Invalid):
    """{amount} is no amount here: {wanted}"""

    code = "rating.not_an_amount"


class NotBilled(Conflict):
    """This company has no prices, so its account has no currency. Give it a price table first."""

    code = "rating.not_billed"
