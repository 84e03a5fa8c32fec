"""Looks at the Asterisk of the root folder, and asks a running one."""

import re
from pathlib import Path

from conmuta.local import console
from conmuta.local.asterisk_root import is_whole, root_folder
from conmuta.local.doctor.facts import AsteriskSeen
from conmuta.local.state import RunState


def asterisk_seen(cache: Path, running: RunState | None) -> AsteriskSeen | None:
    """None where no root folder has been made yet."""
    root = root_folder(cache)
    if not is_whole(root):
        return None
    state = Path(running.node_state) if running and running.running else None
    timing = console.ask(root, state, "timing test") if state else None
    return AsteriskSeen(
        version=_version(root),
        modules=modules_in(root),
        running=timing is not None,
        timing=timing_in_words(timing) if timing else None,
    )


def modules_in(root: Path) -> frozenset[str]:
    """The modules' names, without `.so`."""
    return frozenset(path.stem for path in root.glob("usr/lib/*/asterisk/modules/*.so"))


def timing_in_words(answer: str) -> str | None:
    """`timing test` of Asterisk: "… 50 timer ticks in 1000 milliseconds (50.00 ticks/s)"."""
    source = re.search(r"Using the '(\w+)' timing module", answer)
    ticks = re.search(r"(\d+) milliseconds[^0-9]+got (\d+) timer ticks", answer)
    if not ticks:
        return None
    name = source[1] if source else "timer"
    return f"{name}: {ticks[2]} ticks in {ticks[1]} ms (50 in 1000 are right)"


def _version(root: Path) -> str:
    told = console.inside(root, None, "-V") or ""
    match = re.search(r"Asterisk (\d[\w.]*)", told)
    return match[1].rstrip(".") if match else "0"
