"""The node's own files of Asterisk: written when the settings change, read again or started."""

from collections.abc import Callable, Mapping
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
    _known_process: object = None

    def renew(self, settings: NodeSettings) -> None:
        """Asterisk runs with files made from `settings`; restarted only while no call is up."""
        texts = self.compile_node(settings)
        before = {name: self._read(name) for name in texts}
        tls.ensure_certificate(self.home.state / "etc")
        tls.ensure_authorities(self.home.state / "etc")
        changed = self.home.install(texts)
        self._texts = texts
        if not self.home.running():
            self._start()
        else:
            self.home.ready()
            if changed:
                self._reload(before, texts)
        self._restart_if_quiet()
        self.changer.forget_stale()
        self._learn()

    def waits_for_quiet(self) -> bool:
        """Whether settings wait for the end of the last call."""
        return self.problems.has(_RESTART)

    def _start(self) -> None:
        self.changer.fill_objects()
        self.home.start()
        self.problems.clear(_RESTART)

    def _read(self, name: str) -> str:
        path = self.home.state / "etc" / name
        return path.read_text() if path.exists() else ""

    def _reload(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        changes = Changes()
        changes.note(before, after)
        self.changer.reload(changes.commands(), changes.files)
        late = {*changes.needs_restart(), *(changes.files & _ONLY_AT_START)}
        if late:
            names = ", ".join(sorted(late))
            self.problems.set(
                _RESTART, f"Settings in {names} come into force when no call is up, by a restart."
            )

    def _restart_if_quiet(self) -> None:
        if self.problems.has(_RESTART) and self.home.calls_up() == 0:
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
