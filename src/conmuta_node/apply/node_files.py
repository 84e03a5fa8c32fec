"""The node's own files of Asterisk: written when the settings change, read again or started."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from conmuta_node import tls
from conmuta_node.apply.change import Changer
from conmuta_node.apply.checks import Abilities, contexts_of, parse_abilities
from conmuta_node.apply.reloads import Changes
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.problems import Problems
from conmuta_plan.node import NodeSettings

log = structlog.get_logger()

CompileNode = Callable[[NodeSettings], Mapping[str, str]]
_RESTART = "restart"
_LATE = "late files"
_ALL_OR_BY_NAME = "sorcery.conf"
_ONLY_AT_START = frozenset({"pjsip.conf"})
"""Node files with parts (transports) that a reload does not renew."""


@dataclass(slots=True)
class NodeFiles:
    """Keeps Asterisk up with the node's files as the settings want them."""

    home: AsteriskHome
    changer: Changer
    compile_node: CompileNode
    problems: Problems
    abilities: Abilities = field(default_factory=Abilities)
    _texts: Mapping[str, str] = field(default_factory=dict)
    _late: frozenset[str] = frozenset()
    """Files that the Asterisk which runs has read as they were before."""
    _known_process: object = None

    def renew(self, settings: NodeSettings) -> None:
        """Asterisk runs with files made from `settings`; restarted only while no call is up."""
        texts = self.compile_node(settings)
        changes = Changes()
        changes.note({name: self._read(name) for name in texts}, texts)
        if self.home.running():
            self._note_late({*changes.needs_restart(), *(changes.files & _ONLY_AT_START)})
        tls.ensure_certificate(self.home.state / "etc")
        tls.ensure_authorities(self.home.state / "etc")
        changed = self.home.install(texts)
        self._texts = texts
        if not self.home.running():
            self._start()
        else:
            self.home.ready()
            if changed:
                self.changer.reload(changes.commands(), changes.files)
        self._restart_if_quiet()
        self.changer.forget_stale()
        self._learn()

    def waits_for_quiet(self) -> bool:
        """Whether settings wait for the end of the last call."""
        return bool(self._late)

    def reads_all(self) -> bool:
        """Whether the Asterisk that runs may be one from before ADR 0098: it reads all telephones
        for each that it is told to look at."""
        return _ALL_OR_BY_NAME in self._late

    def begins_anew(self) -> None:
        """Asterisk is about to be started, by whomever: it reads every file."""
        self._late = frozenset()
        self.problems.clear(_RESTART)
        with contextlib.suppress(sqlite3.Error):  # calls do not wait for a full disk
            self.changer.memory.set_fact(_LATE, "")

    def _start(self) -> None:
        self.changer.fill_objects()
        self.home.start()

    def _read(self, name: str) -> str:
        path = self.home.state / "etc" / name
        return path.read_text() if path.exists() else ""

    def _note_late(self, files: Iterable[str]) -> None:
        """Kept before they are written: the next agent finds them as they should be, and would not
        know that Asterisk read others."""
        memory = self.changer.memory
        late = frozenset(files).union(memory.fact(_LATE).split())
        if late == self._late:
            return
        names = sorted(late)
        memory.set_fact(_LATE, " ".join(names))
        self._late = late
        told = f"Settings in {', '.join(names)} come into force when no call is up, by a restart."
        self.problems.set(_RESTART, told)

    def _restart_if_quiet(self) -> None:
        if self._late and self.home.count_calls() == 0:
            log.info("asterisk.restarted_for_settings")
            self.home.stop()
            self._start()

    def _learn(self) -> None:
        """What this Asterisk can do, asked once for each process."""
        process = self.home.process()
        if process is None or process == self._known_process:
            return
        shared = contexts_of(self._texts.get("extensions.conf", ""))
        self.abilities = parse_abilities(
            self.home.cli("core show applications"),
            self.home.cli("core show functions"),
            shared - {"general", "globals"},
        )
        self._known_process = process
