"""Countries of the world as a price list without prices: for tenants whose calls nobody bills.

The guard knows a call's country by its price. With this list it closes countries and premium
numbers for those too who pay nothing, so that a stolen password does not open the world.
"""

from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata

from conmuta.platform.countries import Kind, calling_code, kinds_prefixes
from conmuta.platform.countries.digits import language
from conmuta_plan.operator import SHORT, UNBILLED, Price, PriceTable

NO_CURRENCY = "XXX"  # ISO 4217: no currency
NOT_GEOGRAPHIC = "001"
"""What phonenumbers calls satellite and world-wide services: of no country, and dear."""
_MOST_HEADS = 200


@lru_cache(maxsize=32)
def table(homes: frozenset[str]) -> PriceTable:
    """Every country's code → its country; premium numbers of `homes` are told as such."""
    prefixes, prices = {}, {}
    for prefix, country, premium in (*_codes(), *_at_home(homes)):
        name = f"{country or 'world'}{'-premium' if premium else ''}"
        prefixes[prefix] = name
        prices[name] = Price(per_minute=0, country=country, premium=premium)
    return PriceTable(name=UNBILLED, currency=NO_CURRENCY, prefixes=prefixes, prices=prices)


def _codes() -> Iterator[tuple[str, str, bool]]:
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        main, *others = regions
        if main == NOT_GEOGRAPHIC:
            yield str(code), "", True
            continue
        yield str(code), main, False
        for country in others:
            yield from ((f"{code}{head}", country, False) for head in _heads(country))


def _heads(country: str) -> Iterator[str]:
    """How numbers of a country begin that shares its code with a greater one."""
    known = PhoneMetadata.metadata_for_region(country, None)
    if known is not None and known.leading_digits:
        yield from language(known.leading_digits).words(limit=_MOST_HEADS)


def _at_home(homes: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """Premium numbers at home, and short ones, which travel under `SHORT`."""
    for country in sorted(homes):
        yield SHORT + calling_code(country), country, False
        for prefix in kinds_prefixes(country, Kind.SPECIAL):
            yield prefix, country, True
