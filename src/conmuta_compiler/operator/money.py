"""Money as people read it, from millionths of a currency's unit."""

from conmuta_compiler.steps.common.words import Words, words

MICRO = 1_000_000
CENTS = 2


def amount(micro: int, currency: str) -> Words:
    """`0.0125 USD`; two decimals at least, no zeros beyond."""
    units, rest = divmod(abs(micro), MICRO)
    decimals = f"{rest:06}".rstrip("0").ljust(CENTS, "0")
    sign = "-" if micro < 0 else ""
    return words(
        "{sign}{units}.{decimals} {currency}",
        "{sign}{units},{decimals} {currency}",
        sign=sign,
        units=units,
        decimals=decimals,
        currency=currency,
    )
