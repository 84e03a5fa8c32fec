"""Price tables with their prices, as a section of an operator's file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Rate, Tariff
from conmuta.documents.operators.entries import PricesEntry
from conmuta.platform import sheets
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said

MOST_SHOWN: Final = 200
"""A table with more prices than these is told, and exported, as a list beside the file."""
COLUMNS: Final = (
    "prefix",
    "per_minute",
    "setup",
    "minimum",
    "increment",
    "country",
    "premium",
    "destination",
    "valid_from",
    "valid_until",
)


def price_tables(scope: Scope) -> dict[str, PricesEntry]:
    """Every table with all its prices."""
    return {
        name: PricesEntry(**_tariff_fields(table), rates=tuple(rating.rates(scope, name)))
        for name, table in rating.tables(scope).items()
    }


def _tariff_fields(table: Tariff) -> dict[str, Any]:
    return {item.name: getattr(table, item.name) for item in fields(Tariff)}


def settled(wanted: PricesEntry, _current: PricesEntry | None) -> PricesEntry:
    """`wanted` as rating keeps it: prices in the order of their prefixes."""
    return replace(wanted, rates=tuple(sorted(wanted.rates, key=_place)))


def _place(rate: Rate) -> tuple[str, date]:
    return rate.prefix, rate.valid_from


def save_price_tables(scope: Scope, wanted: Sequence[PricesEntry]) -> Sequence[Change[Any]]:
    """Makes tables and their prices so, and no others."""
    tariffs = [Tariff(**_tariff_fields(entry)) for entry in wanted]
    changes = rating.save_tables(scope, tariffs)
    for entry in wanted:
        rating.put_rates(scope, entry.name, entry.rates, whole=True)
    return changes


def shown(entry: PricesEntry) -> Mapping[str, Any]:
    """A table for its differences: each price in a few words, or how many there are."""
    told: dict[str, Any] = msgspec.to_builtins(_tariff_fields(entry))
    if len(entry.rates) > MOST_SHOWN:
        digest = hashlib.sha256(repr(entry.rates).encode()).hexdigest()[:12]
        return told | {"rates": f"{len(entry.rates)} prices ({digest})"}
    return told | {"rates": {_key(rate): _words(rate) for rate in entry.rates}}


def _key(rate: Rate) -> str:
    since = "" if rate.valid_from == Rate(prefix="", per_minute=0).valid_from else rate.valid_from
    return f"{rate.prefix or 'others'}{f' from {since}' if since else ''}"


def _words(rate: Rate) -> str:
    setup = f" + {rating.decimal_of(rate.setup)}" if rate.setup else ""
    ends = f" until {rate.valid_until}" if rate.valid_until else ""
    more = " premium" if rate.premium else ""
    where = f" {rate.destination}" if rate.destination else ""
    steps = f"{rate.minimum}/{rate.increment}"
    country = f" {rate.country}" if rate.country else ""
    return f"{rating.decimal_of(rate.per_minute)}{setup} {steps}{country}{more}{ends}{where}"


def with_files(
    entries: Mapping[str, PricesEntry], folder: Path | None
) -> tuple[dict[str, PricesEntry], list[tuple[str, str]]]:
    """Tables with the prices of their lists, and what is wrong with a list: table and sentence."""
    found, wrong = {}, []
    for name, entry in entries.items():
        if entry.file is None:
            found[name] = entry
            continue
        try:
            rates = _listed(entry.file, folder)
        except (sheets.BadSheet, OSError, ValueError) as problem:
            wrong.append((name, str(problem)))
            rates = ()
        found[name] = replace(entry, rates=rates, file=None)
    return found, wrong


def _listed(name: str, folder: Path | None) -> tuple[Rate, ...]:
    if folder is None:
        raise ValueError(
            said("a price list is looked for beside the file; the standard input has none.")
        )
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(said("is not beside the operator's file nor below its folder."))
    if not path.is_file():
        away = said(
            "`{name}` is not there. It is looked for beside the operator's file.", name=name
        )
        raise ValueError(away)
    rates, bad = rating.price_list(path)
    if bad.count:
        more = said(" and {count} more", count=bad.count - 1) if bad.count > 1 else ""
        raise ValueError(f"{name}: {bad.kept[0]}{more}")
    return tuple(rates)


def written(entry: PricesEntry, folder: Path) -> str:
    """Writes the prices as a list beside the file; its name."""
    name = f"prices-{entry.name}.csv"
    with (folder / name).open("w", encoding="utf-8") as file:
        file.writelines(sheets.as_csv(COLUMNS, map(_cells, entry.rates)))
    return name


def _cells(rate: Rate) -> list[str]:
    return [
        rate.prefix,
        rating.decimal_of(rate.per_minute),
        rating.decimal_of(rate.setup),
        str(rate.minimum),
        str(rate.increment),
        rate.country,
        "yes" if rate.premium else "",
        rate.destination,
        rate.valid_from.isoformat(),
        rate.valid_until.isoformat() if rate.valid_until else "",
    ]
