from conmuta.platform.errors import Conflict


class AddressTaken(Conflict):
    """The gateway {gateway} cannot have {address}: another company's calls come from there, and
    nobody could tell whose a call is. Ask the carrier for an address of your own, or whoever runs
    the platform."""

    code = "trunks.address_taken"


class NotAssigned(Conflict):
    """{number} is no number of your company's, so it cannot ring here. Ask your operator to assign
    it, or choose one that is assigned."""

    code = "trunks.not_assigned"
