"""Asterisk's database, which tells what it was asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from conmuta_node.astdb import AstDb


@dataclass(frozen=True, slots=True)
class Watched(AstDb):
    """Tells what Asterisk is asked."""

    asked: list[bytes] = field(default_factory=list)

    def act(self, actions: Iterable[bytes]) -> None:
        wanted = list(actions)
        self.asked.extend(wanted)
        AstDb.act(self, wanted)
