"""AstDB as the plans in force want it: prefix tables, and whose each number of the stock is.

Rows of prefix tables, and of where a company's numbers lead, are named by what they say
(`conmuta_compiler.operator.tables`), so that they are put before the dialplan that names them is
loaded, and those of the plan before go after it: a call sees the old table or the new one. Numbers
change hands once the dialplan that knows them is in force. What is wanted is looked up level by
level, so that any death in between is mended by the next look.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from conmuta_node.apply.plans import PlanStore
from conmuta_node.astdb import AstDb, Rows, rows_of
from conmuta_node.processes import ProcessMark

log = structlog.get_logger()

_PARTS = 2  # `/family/key`


@dataclass(slots=True)
class Tables:
    """Everything here blocks; the agent calls it from threads, one at a time."""

    store: PlanStore
    db: AstDb
    _read: dict[str, tuple[str, Rows]] = field(default_factory=dict)
    """Unit → folder and its rows."""
    _there: Rows = field(default_factory=dict)
    _process: ProcessMark | None = None
    """The Asterisk that has what is in `_there`."""

    def fill(self) -> None:
        """Before Asterisk starts: the file as it is wanted."""
        wanted, stored = self._wanted(), self.db.stored()
        if wanted != stored:
            self.db.fill(wanted, stored.keys() - wanted.keys())

    def prepare(self, unit: str, folder: str) -> None:
        """Before a folder is linked and read by Asterisk: the rows that its dialplan names."""
        if not folder:
            return
        named = {k: v for k, v in self._rows(unit, folder).items() if _is_named(k)}
        if named:
            self._learn()
            self._change({k: v for k, v in named.items() if self._there.get(k) != v}, ())

    def settle(self) -> None:
        """What the linked plans want and nothing else; little to do where that is so already."""
        self._learn()
        wanted = self._wanted()
        changed = {k: v for k, v in wanted.items() if self._there.get(k) != v}
        self._change(changed, self._there.keys() - wanted.keys())

    def is_settled(self) -> bool:
        """Whether what this Asterisk has is known."""
        return self._process is not None and self._process == self.db.home.process()

    def _change(self, rows: Rows, gone: Iterable[str]) -> None:
        gone = tuple(gone)
        if not rows and not gone:
            return
        process, self._process = self._process, None  # should it break off, look again
        self.db.change(rows, gone)
        self._there |= rows
        for key in gone:
            del self._there[key]
        self._process = process
        log.info("astdb.changed", rows=len(rows), gone=len(gone))

    def _learn(self) -> None:
        if not self.is_settled():
            process = self.db.home.process()
            self._there = self.db.shown()
            self._process = process

    def _wanted(self) -> Rows:
        wanted: Rows = {}
        units = self.store.tenants()
        for unit in units:
            wanted |= self._rows(unit, self.store.linked(unit))
        for unit in self._read.keys() - units:
            del self._read[unit]
        return wanted

    def _rows(self, unit: str, folder: str) -> Rows:
        known = self._read.get(unit)
        if known is None or known[0] != folder:
            known = self._read[unit] = (folder, rows_of(self.store.rows(unit, folder)))
        return known[1]


def _is_named(key: str) -> bool:
    """Whether a digest of what the table says is part of a row's family."""
    return key.count("/") > _PARTS
