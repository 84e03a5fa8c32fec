"""An operator becomes a file again."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, replace
from datetime import date
from typing import Any

from conmuta.apps.numbering import api as numbering
from conmuta.apps.rating import api as rating
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents.differences import default
from conmuta.documents.form import MARK, OPERATOR, VERSION
from conmuta.documents.operators import prices, stock
from conmuta.documents.operators.reading import MONEY
from conmuta.documents.operators.sections import SECTIONS
from conmuta.documents.sections import Section
from conmuta.documents.writing import Choices, Writer, file_of
from conmuta.platform.scope import Scope


@dataclass(frozen=True, slots=True)
class _OperatorWriter(Writer):
    """Money and days as people write them."""

    def field(self, item: "Field[Any]", given: Any) -> Any:
        if item.name in MONEY and isinstance(given, int):
            return rating.decimal_of(given)
        return self.value(given)

    def value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else Writer.value(self, value)


def export(scope: Scope, choices: Choices | None = None) -> str:
    """The file of `scope`'s operator. Applied elsewhere, it makes the same operator."""
    choices = choices or Choices()
    operator = tenancy.operator_of(scope)
    writer = _OperatorWriter(frozenset(), operator.facts.language, choices)
    head = {"slug": operator.slug, **writer.record(operator.facts)}
    written: dict[str, Any] = {MARK: int(VERSION), OPERATOR: head}
    numbers, held = stock.sections(numbering.stretches(scope))
    for section in SECTIONS:
        found = _completed(section, section.load(scope), held, choices)
        if section.single is not None:
            found = {key: value for key, value in found.items() if value != default(section)}
        if found:
            written[section.name] = _section(section, found, operator.facts.language, choices)
    if numbers:
        hidden = frozenset({"span"})
        written[stock.NAME] = {each.span: writer.record(each, hidden) for each in numbers}
    return file_of(written, choices)


def _completed(
    section: Section, found: Mapping[str, Any], held: Mapping[str, list[str]], choices: Choices
) -> dict[str, Any]:
    """Tenants with their numbers; long price tables with the name of their list."""
    if section.name == "tenants":
        return {
            slug: replace(each, numbers=tuple(held[slug]) if slug in held else None)
            for slug, each in found.items()
        }
    if section.name == "price_tables" and choices.folder is not None:
        folder = choices.folder
        return {
            name: replace(each, rates=(), file=prices.written(each, folder))
            if len(each.rates) > prices.MOST_SHOWN
            else each
            for name, each in found.items()
        }
    return dict(found)


def _section(section: Section, found: Mapping[str, Any], language: str, choices: Choices) -> Any:
    writer = _OperatorWriter(section.secrets, language, choices)
    written = {key: writer.record(value, section.hidden) for key, value in found.items()}
    if section.single is None:
        return written
    single = written[section.single]
    return single if section.inner is None else single.get(section.inner, {})
