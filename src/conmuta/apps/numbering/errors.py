from conmuta.platform.errors import Conflict, Invalid, NotFound


class NotInStock(NotFound):
    """{number} is not in this stock. Import it first."""

    code = "numbering.not_in_stock"


class NotFree(Conflict):
    """{number} is {state}, so it cannot be {wanted}. Choose another number, or free it first."""

    code = "numbering.not_free"


class NumberElsewhere(Conflict):
    """{number} is in the stock of another operator of this installation: a number is in one place
    only. Have it taken out there first."""

    code = "numbering.elsewhere"


class NumberRings(Conflict):
    """{number} rings in {tenant}. Take it out of that company's numbers first."""

    code = "numbering.rings"


class NotANumber(Invalid):
    """`{value}` {reason}"""

    code = "numbering.not_a_number"
