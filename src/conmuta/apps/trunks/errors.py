from conmuta.platform.errors import Conflict


class AddressTaken(Conflict):
    """The gateway {gateway} cannot have {address}: another company's calls come from there, and
    nobody could tell whose a call is. Ask the carrier for an address of your own, or whoever runs
    the platform."""

    code = "trunks.address_taken"
