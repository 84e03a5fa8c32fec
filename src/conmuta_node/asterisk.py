"""Asterisk in its home: started, found again, asked, stopped.

Asterisk does not die with the agent: it has a session of its own, and holds a lock on
`STATE/run/asterisk.lock` as long as it lives, by which any later agent knows that it runs.
Everything here blocks; the agent calls it from threads, tests call it as it is.
"""

import fcntl
import os
import re
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conmuta_compiler.files.core import BANS, bans
from conmuta_compiler.files.ledger import ODBC_INI
from conmuta_node import files, processes, sandbox
from conmuta_node.errors import AsteriskDidNotStart, AsteriskIsDown
from conmuta_node.processes import ProcessMark

FOLDERS = (
    "agent",
    "db",
    "etc/keys",
    "etc/tenants",
    "log/cel-custom",
    "media",
    "music",
    "plans",
    "recordings/encoded",
    "run/names",
    "spool/fax",
    "spool/mail",
    "spool/outgoing",
    "spool/prompts",
    "spool/voicemail",
)
BOOT_SECONDS = 60.0  # 20,000 extensions take up to 20 s
ANSWER_SECONDS = 60.0  # a reload of 20,000 extensions may hold the console
_AT_THE_DOOR_SECONDS = 0.02
_OPEN_FILES = 65_536  # a call with media uses up to six


@dataclass(frozen=True, slots=True)
class Stopped:
    """How a stop went: `calls_cut` were up when Asterisk was told to stop at once."""

    calls_cut: int
    by_force: bool


@dataclass(slots=True)
class AsteriskHome:
    """One Asterisk: its state folder (`/state` inside), and its read-only root folder."""

    state: Path
    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Set inside, as libfaketime needs it in tests."""
    before_start: Callable[[], None] | None = None
    """Called while Asterisk is down, each time that it is about to be started."""
    _child: subprocess.Popen[bytes] | None = None
    _booted_one: ProcessMark | None = None
    """The Asterisk that is known to be fully booted."""

    def __post_init__(self) -> None:
        self.state = self.state.absolute()
        self.root = self.root.absolute()

    def prepare(self) -> None:
        """Make the folders of the state, and this machine's names for the root."""
        files.make_folder(self.state)
        for name in FOLDERS:
            files.make_folder(self.state / name)
        names = self.state / "run" / "names"
        sandbox.prepare_names(names)
        sandbox.prepare_tones(names, self.root)
        if not (listed := self.state / "etc" / BANS).exists():
            files.write_durably(listed, bans(()).encode())

    def install(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Write `texts` (path below `STATE/etc` → text); return the paths that changed."""
        self.prepare()
        changed = (
            path
            for path, text in sorted(texts.items())
            if files.write_if_changed(self.state / "etc" / path, text.encode())
        )
        return tuple(changed)

    def start(self, seconds: float = BOOT_SECONDS) -> ProcessMark:
        """Asterisk runs, fully booted: started now, or adopted where it ran already."""
        until = time.monotonic() + seconds
        self.prepare()
        if not self.running():
            if self.before_start is not None:
                self.before_start()
            self._launch()
        self._booted_one = self._wait_booted(until)
        return self._booted_one

    def ready(self, seconds: float = BOOT_SECONDS) -> None:
        """The Asterisk that runs is fully booted: waited for, once for each.

        An agent that died while it started Asterisk leaves the next one an Asterisk that answers,
        but has not loaded yet what it is asked for.
        """
        if self._booted_one is None or not self._booted_one.alive():
            self._booted_one = self._wait_booted(time.monotonic() + seconds)

    def running(self) -> bool:
        """Whether an Asterisk holds this state folder, booted or not."""
        self._reap()
        if not (self.state / "run").is_dir():
            return False
        descriptor = self._open_lock()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # who else asks is no Asterisk
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def process(self) -> ProcessMark | None:
        """Asterisk's own process (not bubblewrap's), where it answers."""
        try:
            with self._console(2.0) as console:
                greeting = _line(console)
        except OSError:
            return None
        match = re.search(r"/(\d+)/", greeting)
        return processes.mark(int(match[1])) if match else None

    def cli(self, command: str, seconds: float = ANSWER_SECONDS) -> str:
        """What Asterisk's console answers to `command`.

        Raises `AsteriskIsDown` where nothing answers.
        """
        try:
            with self._console(seconds) as console:
                _line(console)
                console.sendall(f"cli quit after {command}\0".encode())
                return _rest(console)
        except OSError as error:
            message = f"Asterisk's console does not answer ({error})."
            raise AsteriskIsDown(message) from error

    def calls_up(self) -> int:
        """Calls in progress, 0 where Asterisk is down or does not say."""
        try:
            return self.count_calls(5.0)
        except AsteriskIsDown:
            return 0

    def count_calls(self, seconds: float = ANSWER_SECONDS) -> int:
        """Calls in progress. Raises `AsteriskIsDown` where Asterisk does not say."""
        match = re.search(r"(\d+) active call", self.cli("core show channels count", seconds))
        if match is None:
            raise AsteriskIsDown("Asterisk does not say how many calls it has.")
        return int(match[1])

    def stop(self, wait_for_calls: float = 0.0, seconds: float = 15.0) -> Stopped:
        """Stop Asterisk: let calls end for `wait_for_calls` seconds, then cut those left.

        While it waits, new calls are refused. Killed if it is not gone `seconds` later.
        """
        process = self.process()
        if wait_for_calls > 0:
            self._drain(wait_for_calls)
        calls = self.calls_up()
        self._tell_to_stop()
        by_force = not self._wait_released(seconds)
        if by_force:
            self._kill(process)
        self._reap()
        return Stopped(calls, by_force)

    def has_ended(self, seconds: float = 1.0) -> bool:
        """Whether it is gone, and does not only keep us waiting; the kernel lets go soon."""
        return self._wait_released(seconds)

    def kill(self) -> None:
        """End Asterisk as a crash would (signal 9)."""
        self._kill(self.process())

    # -- inside --

    def _launch(self) -> None:
        sandbox.check_root(self.root)
        for stale in ("asterisk.ctl", "asterisk.pid"):
            (self.state / "run" / stale).unlink(missing_ok=True)
        _allow_many_files()
        environment = {"ODBCINI": ODBC_INI, **self.environment}
        line = sandbox.bwrap(self.root, self.state, environment)
        line += ["--", "asterisk", "-C", "/state/etc/asterisk.conf", "-f"]
        lock = self._open_lock()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with files.open_to_append(self._console_log()) as log:
                self._child = subprocess.Popen(
                    line,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=(lock,),
                    umask=0o077,
                    cwd="/",
                )
        except BlockingIOError:
            return  # another agent was quicker: its Asterisk is adopted
        finally:
            os.close(lock)

    def _wait_booted(self, until: float) -> ProcessMark:
        while time.monotonic() < until:
            if not self.running():
                raise AsteriskDidNotStart(self._last_words())
            if (process := self._booted(until)) is not None:
                return process
            time.sleep(0.05)
        message = f"Asterisk did not finish starting in time. {self._last_words()}"
        raise AsteriskDidNotStart(message)

    def _booted(self, until: float) -> ProcessMark | None:
        try:
            answer = self.cli("core waitfullybooted", max(0.1, until - time.monotonic()))
        except AsteriskIsDown:
            return None
        return self.process() if "fully booted" in answer else None

    def _drain(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        try:
            self.cli("core stop gracefully", 2.0)
        except AsteriskIsDown:
            return
        while time.monotonic() < until and self.running() and self.calls_up():
            time.sleep(0.2)

    def _tell_to_stop(self) -> None:
        try:
            self.cli("core abort shutdown", 2.0)
            self.cli("core stop now", 5.0)
        except AsteriskIsDown:
            pass  # gone already, or stuck: what follows finds out

    def _wait_released(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _kill(self, process: ProcessMark | None) -> None:
        process = process or self._recorded()
        if process is not None:
            processes.send_signal(process, signal.SIGKILL)
        elif self._child is not None:
            self._child.kill()
        self._wait_released(10.0)

    def _recorded(self) -> ProcessMark | None:
        try:
            return processes.mark(int((self.state / "run/asterisk.pid").read_text()))
        except (OSError, ValueError):
            return None

    def _reap(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            self._child = None

    def _open_lock(self) -> int:
        path = self.state / "run" / "asterisk.lock"
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, files.FILE_MODE)

    def _console(self, seconds: float) -> socket.socket:
        """Connect to the console's socket, by a short name: a path may be too long for one."""
        folder = os.open(self.state / "run", os.O_RDONLY | os.O_DIRECTORY)
        console = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            console.settimeout(seconds)
            _connect(console, f"/proc/self/fd/{folder}/asterisk.ctl", seconds)
        except OSError:
            console.close()
            raise
        finally:
            os.close(folder)
        return console

    def _console_log(self) -> Path:
        return self.state / "log" / "console.log"

    def _last_words(self) -> str:
        try:
            lines = self._console_log().read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        told = " / ".join(lines[-3:]) or "nothing"
        return f"Asterisk ended while starting. Its last words: {told}"


def _connect(console: socket.socket, path: str, seconds: float) -> None:
    """Asterisk lets three wait at its door, and the kernel sends a fourth away at once."""
    until = time.monotonic() + seconds
    while True:
        try:
            return console.connect(path)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(_AT_THE_DOOR_SECONDS)


def _line(console: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\n"):
        piece = console.recv(1)
        if not piece:
            raise ConnectionResetError("the console closed")
        got += piece
    return got.decode(errors="replace")


def _rest(console: socket.socket) -> str:
    pieces = []
    while piece := console.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces).replace(b"\0", b"").decode(errors="replace")


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
