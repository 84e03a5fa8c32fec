"""One change of what is in force: links swapped, modules reloaded, the result verified.

Everything here blocks; the agent calls it from a thread. What it swaps is noted in the agent's
memory first, and which files that touches: a death or a fault in the middle ends with the old
links, and Asterisk, which may have read the new ones already, reads those files again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
import structlog

from conmuta_node.apply.manager import DialplanDoor
from conmuta_node.apply.plans import PlanStore
from conmuta_node.apply.puts import Put, puts
from conmuta_node.apply.reloads import COMMANDS, ORDER, Changes
from conmuta_node.apply.tables import Tables
from conmuta_node.apply.verify import MOST_OBJECTS, LogMark, blame, is_taken, missing_parts
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import ActionFailed, AsteriskDidNotStart, AsteriskIsDown
from conmuta_node.introductions import Introductions
from conmuta_node.memory import Memory, put_fact
from conmuta_node.objects import (
    CACHED,
    ChangedObjects,
    MalformedObjects,
    PhoneObjects,
    expiry_commands,
    joined,
)
from conmuta_node.pins import pins_by_telephone
from conmuta_plan.operator import OperatorPlan

log = structlog.get_logger()

RELOAD_SECONDS = 600.0  # the first reading of 20,000 extensions asks for the state of each
_TRYING = "trying"
_TOUCHED = "trying_files"
_STALE = "caches_stale"
_MANY_NAMES = 300
MANY_PUTS = 200  # past them a reload is as quick
_DIALPLAN = "extensions.conf"
_RELOAD_DIALPLAN = "dialplan reload"
_ANYTHING = "core show uptime"
_ALL_CACHES = tuple(f"sorcery memory cache expire res_pjsip/{kind}" for kind in CACHED)
NOT_TAKEN = "Asterisk did not take the dialplan."


@dataclass(frozen=True, slots=True)
class Move:
    """One tenant from folder `old` to folder `new`; "" where there is none."""

    tenant: str
    old: str
    new: str

    def back(self) -> "Move":
        return Move(self.tenant, self.new, self.old)


@dataclass(slots=True)
class Verdict:
    """What became of a change. `whole`: it failed without a tenant to blame.

    `postponed`: nor does that tell anything of the plans. Asterisk lives and kept us waiting, or it
    does not start without them either: they are to be tried again.
    `held_up`: tenants whose dialplan another one's fault kept out, to be tried again without it.
    `reloaded`: some file of all tenants was read again.
    """

    refused: dict[str, str] = field(default_factory=dict)
    held_up: set[str] = field(default_factory=set)
    whole: str = ""
    postponed: bool = False
    reloaded: bool = False


@dataclass(frozen=True, slots=True)
class Changer:
    """Changes what Asterisk has in force; without a `door` each change of a dialplan reloads."""

    home: AsteriskHome
    store: PlanStore
    memory: Memory
    objects: PhoneObjects
    tables: Tables
    introductions: Introductions
    door: DialplanDoor | None = None

    def recover(self) -> None:
        """After a death or a fault in the middle of a change: the links as they were before it."""
        text = self.memory.fact(_TRYING)
        if not text:
            return
        for tenant, folder in msgspec.json.decode(text, type=dict[str, str]).items():
            log.info("change.taken_back", tenant=tenant)
            self.store.point(tenant, folder)
            self._put_back_objects(tenant, folder)
        self._doubt()  # how far it came, and which names had changed, is forgotten
        self.memory.set_fact(_TRYING, "")

    def forget_stale(self) -> None:
        """Have Asterisk read again what a change may have left in it that came to no end.

        Asterisk must be up; one that was started since has nothing to forget.
        """
        text = self.memory.fact(_STALE)
        if not text:
            return
        touched = set(text.split()) & COMMANDS.keys() or set(ORDER)
        self.reload([*Changes(files=touched).commands(), *_ALL_CACHES], touched)
        self.introductions.again()
        self.memory.set_fact(_STALE, "")

    def _doubt(self) -> None:
        """Whether Asterisk has the old or the new of the change that was noted last."""
        names = f"{self.memory.fact(_STALE)} {self.memory.fact(_TOUCHED)}".split()
        self.memory.set_fact(_STALE, " ".join(sorted(set(names))) or "all")

    def _put_back_objects(self, tenant: str, folder: str) -> None:
        text = joined(self.store.texts(tenant, folder))
        try:
            self.objects.replace(tenant, text)
        except MalformedObjects as error:
            log.warning("objects.not_put_back", tenant=tenant, reason=str(error))

    def fill_objects(self) -> None:
        """Make the telephones' table out of what is linked, before Asterisk starts.

        It will have read nothing else.
        """
        linked = {tenant: self.store.linked(tenant) for tenant in self.store.tenants()}
        texts = {t: joined(self.store.texts(t, f)) for t, f in linked.items()}
        self.objects.replace_all(texts, pins_by_telephone(self.home.state / "spool/voicemail"))
        if self.memory.fact(_STALE):
            self.memory.set_fact(_STALE, "")

    def apply(self, moves: Iterable[Move]) -> Verdict:
        """Make all the moves at once, and take back those that Asterisk refuses."""
        moves = tuple(moves)
        self._note(moves)
        verdict = self._try(moves)
        out = verdict.refused.keys() | verdict.held_up
        bad = moves if verdict.whole else [m for m in moves if m.tenant in out]
        if bad and not self._take_back(bad):
            self._doubt()
            verdict.postponed = bool(verdict.whole)
        self.memory.set_fact(_TRYING, "")
        return verdict

    def _note(self, moves: Iterable[Move]) -> None:
        """What is about to be swapped, and which files that touches."""
        old = {move.tenant: move.old for move in moves}
        touched = {name for move in moves for name in self._touched(move)}
        with self.memory.transaction() as sql:
            put_fact(sql, _TRYING, msgspec.json.encode(old).decode())
            put_fact(sql, _TOUCHED, " ".join(sorted(touched)))

    def _touched(self, move: Move) -> Iterator[str]:
        before = self.store.texts(move.tenant, move.old)
        after = self.store.texts(move.tenant, move.new)
        return (n for n in before.keys() | after.keys() if before.get(n) != after.get(n))

    def _try(self, moves: Iterable[Move]) -> Verdict:
        mark = LogMark(self.home.state / "log/messages")
        verdict = Verdict()
        try:
            self._load(moves, verdict)
            self._judge([m for m in moves if m.tenant not in verdict.refused], mark, verdict)
        except (AsteriskIsDown, AsteriskDidNotStart) as error:
            return Verdict(whole=str(error), postponed=not self.home.has_ended())
        return verdict

    def _load(self, moves: Iterable[Move], verdict: Verdict) -> None:
        """Swap the links and let Asterisk read what changed; start it where it is down."""
        changes = Changes()
        changed: list[tuple[ChangedObjects, str]] = []
        lines: list[Put] | None = []
        running = self._is_up()
        for move in moves:
            before = self.store.texts(move.tenant, move.old)
            after = self.store.texts(move.tenant, move.new)
            try:
                stale = self.objects.replace(move.tenant, joined(after))
            except MalformedObjects as error:
                verdict.refused[move.tenant] = f"Telephones and mailboxes: {error}"
                continue
            changed.append((stale, after.get("pjsip.conf", "")))
            changes.note(before, after)
            lines = _and_puts(lines, before, after)
            if running:
                self.tables.prepare(move.tenant, move.new)
            self.store.point(move.tenant, move.new)
        if running:
            reloads = changes.commands()
            verdict.reloaded = bool(reloads) and reloads != [_RELOAD_DIALPLAN]
            reloads = [*self._but_put(reloads, lines, verdict), *renewals(changed)]
            self.reload(reloads, changes.files)
            for stale, _ in changed:
                self.introductions.change(stale)
        else:
            self.home.start()

    def _is_up(self) -> bool:
        """Whether there is an Asterisk to tell of the change, which is one that has booted."""
        if not self.home.running():
            return False
        self.home.ready()
        return True

    def _but_put(self, reloads: list[str], lines: list[Put] | None, verdict: Verdict) -> list[str]:
        """`reloads` without the dialplan's, where its few changed lines could be put instead."""
        if _RELOAD_DIALPLAN not in reloads:
            return reloads
        if self.door and lines is not None and len(lines) <= MANY_PUTS:
            try:
                self.door.put(lines)
            except (ActionFailed, AsteriskIsDown) as error:
                log.info("dialplan.not_put", reason=str(error))
            else:
                log.debug("dialplan.put", lines=len(lines))
                return [command for command in reloads if command != _RELOAD_DIALPLAN]
        verdict.reloaded = True
        return reloads

    def reload(self, commands: Iterable[str], changed: Iterable[str]) -> None:
        """Have Asterisk read again; files of which a part changed count as changed themselves."""
        for name in changed:
            path = self.home.state / "etc" / name
            if path.exists():
                path.touch()  # else a tenant's file that went would not be missed
        for command in commands:
            log.debug("asterisk.reload", command=command)
            self.home.cli(command, RELOAD_SECONDS)

    def _judge(self, moves: Iterable[Move], mark: LogMark, verdict: Verdict) -> None:
        domains = self._domains(moves)
        verdict.refused.update(blame(mark.since(), domains))
        most = max(1, MOST_OBJECTS // max(1, len(tuple(moves))))
        blamed, missing = bool(verdict.refused), set()
        for move in moves:
            if not move.new or move.tenant in verdict.refused:
                continue
            if not self._is_taken(move):
                missing.add(move.tenant)
            elif reason := self._missing_part(move, most):
                verdict.refused[move.tenant] = reason
        if verdict.refused or missing:
            self.home.cli(_ANYTHING)  # one that was killed meanwhile shows nothing either
        if blamed:
            verdict.held_up = missing
        elif len(missing) > 1:
            verdict.whole = NOT_TAKEN  # one of them keeps the others out: each by itself, then
        else:
            verdict.refused.update(dict.fromkeys(missing, NOT_TAKEN))

    def _is_taken(self, move: Move) -> bool:
        after = self.store.texts(move.tenant, move.new)
        return is_taken(move.tenant, after, self.home.cli)

    def _missing_part(self, move: Move, most: int) -> str:
        before = self.store.texts(move.tenant, move.old)
        after = self.store.texts(move.tenant, move.new)
        return next(missing_parts(before, after, self.home.cli, most), "")

    def _domains(self, moves: Iterable[Move]) -> Mapping[str, str]:
        folders = {move.tenant: move.new or move.old for move in moves}
        return {t: self._domain(t, folder) for t, folder in folders.items() if folder}

    def _domain(self, unit: str, folder: str) -> str:
        plan = self.store.any_plan(unit, folder)
        return unit if isinstance(plan, OperatorPlan) else plan.domain

    def _take_back(self, moves: Iterable[Move]) -> bool:
        """Whether Asterisk has, and serves with, what was before."""
        back = [move.back() for move in moves]
        try:
            self._load(back, Verdict())
        except (AsteriskIsDown, AsteriskDidNotStart) as error:
            log.error("change.not_taken_back", reason=str(error))  # noqa: TRY400 — told, not ours
            return False
        return True


def _and_puts(
    lines: list[Put] | None, before: Mapping[str, str], after: Mapping[str, str]
) -> list[Put] | None:
    """`lines` and what a tenant's dialplan takes besides; None where it takes a reload."""
    old, new = before.get(_DIALPLAN), after.get(_DIALPLAN)
    if lines is None or old == new:
        return lines
    if old is None or new is None:
        return None
    more = puts(old, new)
    return None if more is None else [*lines, *more]


def renewals(changed: Iterable[tuple[ChangedObjects, str]]) -> list[str]:
    """Commands after which Asterisk goes by what changed; with each unit's pjsip.conf as it is."""
    units = tuple(changed)
    expiries = [command for stale, _ in units for command in expiry_commands(stale)]
    again = (command for stale, ways in units for command in _registers_again(stale, ways))
    return [*_few(expiries), *again]


def _registers_again(stale: ChangedObjects, ways: str) -> Iterator[str]:
    """A registration that was refused for its secret has a new one to try."""
    for kind, name in sorted(stale.stale):
        if kind == "auth" and f"[{name}-registration]" in ways:
            yield f"pjsip send register {name}-registration"


def _few(expiries: list[str]) -> list[str]:
    """Past some hundred names it is quicker to empty the caches whole."""
    if len(expiries) <= _MANY_NAMES:
        return expiries
    return list(_ALL_CACHES)
