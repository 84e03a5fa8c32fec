"""An operator's file has money as people write it, and days."""

from datetime import date
from typing import Any

from conmuta.apps.rating import api as rating
from conmuta.documents.reading import Path, Reader
from conmuta.documents.tree import Text, Tree
from conmuta.platform.sentences import said

MONEY = frozenset({"per_minute", "setup", "cost_limit", "money_per_day", "credit_limit"})
"""Fields in millionths, which a file has in the currency's unit: `0.035`."""


class OperatorReader(Reader):
    """Reads these two besides."""

    def _scalar(self, tree: Tree, kind: Any, path: Path) -> Any:
        if isinstance(tree, Text) and kind is int and path[-1] in MONEY:
            return self._amount(tree, path)
        if isinstance(tree, Text) and kind is date:
            return self._day(tree, path)
        return super()._scalar(tree, kind, path)

    def _amount(self, tree: Text, path: Path) -> Any:
        amount = rating.micro_of(tree.value)
        if amount is None:
            sentence = said(
                "`{value}` is no amount; write it as 0.035, with six decimals at most.",
                value=tree.value,
            )
            return self.fault(tree.line, path, sentence)
        return amount

    def _day(self, tree: Text, path: Path) -> Any:
        try:
            return date.fromisoformat(tree.value)
        except ValueError:
            return self.fault(
                tree.line,
                path,
                said("`{value}` is no day; write it as 2027-01-31.", value=tree.value),
            )
