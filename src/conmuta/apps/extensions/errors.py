from conmuta.platform.errors import Conflict


class NumberInUse(Conflict):
    """{number} already rings {where}. Free it there first, or choose another number."""

    code = "extensions.number_in_use"
