from conmuta.platform.errors import Conflict


class NumberInUse(Conflict):
    """{number} already rings {where}. Free it there first, or choose another number."""

    code = "extensions.number_in_use"


class SpeedDialLeadsOn(Conflict):
    """Speed dial {code} leads to another speed dial, {number}. Give it the number itself."""

    code = "extensions.speed_dial_leads_on"
