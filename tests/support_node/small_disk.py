"""The agent on a disk of a few megabytes: a file system in memory that only it sees."""

import subprocess
import time
from pathlib import Path

from tests.support_node.agents import NodeUnderTest


def put_on_small_disk(node: NodeUnderTest, folder: Path, size: int) -> None:
    """The agent, started after this, finds `folder` on a disk of `size` bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    node.wrapper = ("bwrap", "--dev-bind", "/", "/", "--size", str(size), "--tmpfs", str(folder))
    node.wrapper += ("--",)


def inner_pid(process: "subprocess.Popen[bytes]") -> int:
    """The agent itself, behind the program that gave it the small disk."""
    until = time.monotonic() + 30
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while time.monotonic() < until:
        found = children.read_text().split()
        if found and "conmuta_node" in Path(f"/proc/{found[0]}/cmdline").read_text():
            return int(found[0])
        time.sleep(0.02)
    raise TimeoutError("the agent did not start")


def as_seen_inside(pid: int, path: Path) -> Path:
    """A path on the agent's own disk, from here."""
    return Path(f"/proc/{pid}/root{path}")


def fill(folder: Path) -> Path:
    """Write until the disk is full; the file that fills it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler
