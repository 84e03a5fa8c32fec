"""Command lines that run a program from Asterisk's root folder, read-only and unprivileged.

The same line serves root and a normal user (bubblewrap falls back to a user namespace). The
machine's own names and resolvers are bound over the root's files; nothing is written into it.
"""

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


def prepare_names(folder: Path) -> None:
    """Write the name resolution files of this machine into `folder`.

    Without its own name in `/etc/hosts` Asterisk waits for the resolver on each call.
    """
    name = socket.gethostname()
    hosts = f"127.0.0.1 localhost\n::1 localhost\n127.0.0.1 {name}\n"
    write_if_changed(folder / "hosts", hosts.encode())
    write_if_changed(folder / "nsswitch.conf", _NSSWITCH.encode())


def check_root(root: Path) -> None:
    """Raise `RootIncomplete` unless `root` can serve as Asterisk's root folder."""
    for part in ("usr/sbin/asterisk", "etc/hosts", "etc/nsswitch.conf"):
        if not (root / part).exists():
            message = f"Asterisk's root folder {root} lacks {part}: build it again."
            raise RootIncomplete(message)


def bwrap(root: Path, state: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """The beginning of a command line that runs a program in `root` with `state` as /state."""
    names = state / "run" / "names"
    line = ["bwrap", "--ro-bind", str(root), "/"]
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 — private there
    line += ["--ro-bind", str(names / "hosts"), "/etc/hosts"]
    line += ["--ro-bind", str(names / "nsswitch.conf"), "/etc/nsswitch.conf"]
    resolvers = root / "etc/resolv.conf"
    if resolvers.is_file() and not resolvers.is_symlink():
        line += ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]
    for name, value in sorted((environment or {}).items()):
        line += ["--setenv", name, value]
    return [*line, "--bind", str(state), "/state"]


def tool(root: Path, state: Path, command: Sequence[str]) -> list[str]:
    """A helper program of low priority in the root; it dies with the agent that asked for it."""
    return ["nice", "-n", "15", *bwrap(root, state), "--die-with-parent", "--", *command]
