"""Command lines that run a program from Asterisk's root folder, read-only and without capabilities.

The same line serves root and a normal user (bubblewrap falls back to a user namespace). The
machine's own names and resolvers are bound over the root's files; nothing is written into it.
Root inside has no capability, so it may do only what any file's owner may; Asterisk keeps the
machine's network and process numbers, a helper program has neither, and sees of the state only
the folders that it works in.
"""

import contextlib
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from conmuta_node.errors import RootIncomplete
from conmuta_node.files import write_if_changed

_NSSWITCH = """\
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
"""
_WORK_FOLDERS = ("recordings", "spool/fax")
"""What helper programs read and write: recordings to encode, faxes to convert."""
_TONES = "etc/asterisk/indications.conf"


def prepare_names(folder: Path) -> None:
    """Write the name resolution files of this machine into `folder`.

    Without its own name in `/etc/hosts` Asterisk waits for the resolver on each call.
    """
    name = socket.gethostname()
    hosts = f"127.0.0.1 localhost\n::1 localhost\n127.0.0.1 {name}\n"
    write_if_changed(folder / "hosts", hosts.encode())
    write_if_changed(folder / "nsswitch.conf", _NSSWITCH.encode())


def prepare_tones(folder: Path, root: Path) -> None:
    """Copy the countries' tones of `root` into `folder`.

    In a root that was built by root they belong to a user of the package, and Asterisk has no
    capability to read them there.
    """
    with contextlib.suppress(FileNotFoundError, PermissionError):
        write_if_changed(folder / "indications.conf", (root / _TONES).read_bytes())


def check_root(root: Path) -> None:
    """Raise `RootIncomplete` unless `root` can serve as Asterisk's root folder."""
    for part in ("usr/sbin/asterisk", "etc/hosts", "etc/nsswitch.conf"):
        if not (root / part).exists():
            message = f"Asterisk's root folder {root} lacks {part}: build it again."
            raise RootIncomplete(message)


def bwrap(root: Path, state: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """The beginning of a command line that runs a program in `root` with `state` as /state."""
    return [*_closed(root, state, environment or {}), "--bind", str(state), "/state"]


def tool(root: Path, state: Path, command: Sequence[str]) -> list[str]:
    """A helper program of low priority in the root; it dies with the agent that asked for it.

    What it reads came from strangers: it has no network, sees no process but its own, and of the
    state only what it works on.
    """
    line = ["nice", "-n", "15", *_closed(root, state, {})]
    line += ["--unshare-net", "--unshare-pid", "--new-session", "--die-with-parent"]
    line += ["--tmpfs", "/state"]
    for name in _WORK_FOLDERS:
        line += ["--bind", str(state / name), f"/state/{name}"]
    return [*line, "--", *command]


def _closed(root: Path, state: Path, environment: Mapping[str, str]) -> list[str]:
    names = state / "run" / "names"
    line = ["bwrap", "--cap-drop", "ALL", "--unshare-ipc", "--unshare-uts"]
    line += ["--ro-bind", str(root), "/"]
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 — private there
    line += ["--ro-bind", str(names / "hosts"), "/etc/hosts"]
    line += ["--ro-bind", str(names / "nsswitch.conf"), "/etc/nsswitch.conf"]
    if (names / "indications.conf").is_file():
        line += ["--ro-bind", str(names / "indications.conf"), f"/{_TONES}"]
    resolvers = root / "etc/resolv.conf"
    if resolvers.is_file() and not resolvers.is_symlink():
        line += ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]
    for name, value in sorted(environment.items()):
        line += ["--setenv", name, value]
    return line
