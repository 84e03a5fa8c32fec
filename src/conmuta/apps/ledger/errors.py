"""What may be refused here."""

from conmuta.platform.errors import NotFound


class NoSuchBlock(NotFound):
    """{who} is not blocked."""

    code = "ledger.no_such_block"
