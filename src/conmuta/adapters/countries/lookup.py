"""In which country a network address is, by what lies on this machine: nobody else is asked.

Without more, by the registries' lists of who got which addresses (the package `iptocc`, see ADR
0094). An operator may name a newer or finer file, `country_database`; it goes before the lists.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import iptocc
from django.conf import settings

from conmuta.adapters.countries.database import Database

_NO_COUNTRY = frozenset({"EU", "AP", "ZZ", "XX"})
"""Codes by which some lists say that they do not know."""


def country_of(address: str) -> str | None:
    """ISO 3166's two letters, such as `UY`; None for a private address, for one that nobody
    knows, and for what is no address. Takes microseconds, and never fails."""
    public = _public(address)
    if public is None:
        return None
    file: Path | None = settings.CONMUTA.country_database
    code = (_database(file).country(public) if file else None) or iptocc.country_code(str(public))
    return None if code is None or code in _NO_COUNTRY else code


@lru_cache(maxsize=4)
def _database(file: Path) -> Database:
    return Database(file)


def _public(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    found = inner or found
    return found if found.is_global else None
