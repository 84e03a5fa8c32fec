"""The makers whose phones fetch their settings: one module each.

A module has `VENDOR`. File names are what that maker's phones ask for; all hold the MAC.
"""

from collections.abc import Mapping

from conmuta.apps.phones.vendors import cisco_spa, fanvil, grandstream, snom, yealink
from conmuta.apps.phones.vendors.common import Vendor

VENDORS: Mapping[str, Vendor] = {
    each.VENDOR.name: each.VENDOR for each in (yealink, grandstream, fanvil, snom, cisco_spa)
}

__all__ = ["VENDORS", "Vendor"]
