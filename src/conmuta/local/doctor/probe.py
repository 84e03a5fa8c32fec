"""Looks at the machine. Each look gives a fact, or says that it could not be told."""

import ctypes
import os
import platform
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from conmuta.local import ports
from conmuta.local.doctor.asterisk_probe import asterisk_seen
from conmuta.local.doctor.facts import Disk, MachineSeen, PortSeen
from conmuta.local.places import Places
from conmuta.local.state import RunState, read

_SECTOR = 512
_STA_UNSYNC = 0x40  # of adjtimex(2)
_NO_DISKS = ("loop", "ram", "zram", "dm-", "sr", "fd", "nbd")
_RAID_CONTROLLER = "0x0104"  # PCI class: mass storage, RAID


def look(places: Places) -> MachineSeen:
    """Everything, in about a second; nothing is changed and no packet is sent."""
    running = read(places.state_file)
    usage = shutil.disk_usage(_existing(places.var))
    name = socket.gethostname()
    return MachineSeen(
        system=_system(),
        architecture=platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        disk=usage.total,
        free=usage.free,
        virtual=_virtual(),
        disks=_disks(),
        raid=_raid(),
        network_cards=_network_cards(),
        ports=_ports(running),
        clock_synchronised=_clock_synchronised(),
        host_name=name,
        host_name_seconds=_seconds(lambda: socket.gethostbyname(name)),
        name_servers=_name_servers(),
        sandbox=_sandbox(),
        asterisk=asterisk_seen(places.cache, running),
    )


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""


def _system() -> str:
    facts = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    return f"{facts.get('ID', 'unknown')} {facts.get('VERSION_ID', '')}".strip()


def _virtual() -> bool:
    return " hypervisor" in _read("/proc/cpuinfo") or Path("/sys/hypervisor/type").exists()


def _disks() -> tuple[Disk, ...]:
    return tuple(
        Disk(name=block.name, size=int(_read(block / "size") or 0) * _SECTOR)
        for block in sorted(Path("/sys/block").glob("*"))
        if not block.name.startswith((*_NO_DISKS, "md"))
    )


def _raid() -> tuple[str, ...]:
    words = _read("/proc/mdstat").split()
    levels = {word for word in words if word.startswith("raid") and word[4:].isdigit()}
    classes = (_read(each) for each in Path("/sys/bus/pci/devices").glob("*/class"))
    controller = any(each.startswith(_RAID_CONTROLLER) for each in classes)
    return (*sorted(levels), *(["controller"] if controller else []))


def _network_cards() -> tuple[str, ...]:
    """Those with a device behind them: no bridges, tunnels or loopback."""
    return tuple(
        card.name for card in sorted(Path("/sys/class/net").glob("*")) if (card / "device").exists()
    )


def _ports(running: RunState | None) -> tuple[PortSeen, ...]:
    """The ports of the run that is up, else the usual ones."""
    held = dict(running.ports) if running and running.running else {}
    wanted = [(each, held.get(each.name)) for each in (ports.WEB, *ports.NODE)]
    return tuple(
        PortSeen(
            name=each.name,
            port=port or each.usual,
            free=ports.is_free(port or each.usual, each),
            ours=port is not None,
        )
        for each, port in wanted
    )


def _clock_synchronised() -> bool | None:
    buffer = (ctypes.c_long * 64)()  # struct timex, more than its size; modes 0 only reads
    try:
        if ctypes.CDLL(None).adjtimex(ctypes.byref(buffer)) < 0:
            return None
    except (OSError, AttributeError):
        return None
    status = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_int))[_STATUS_INDEX]
    return not status & _STA_UNSYNC


# struct timex: unsigned modes, then four longs, then int status; all aligned to a long.
_STATUS_INDEX = 5 * ctypes.sizeof(ctypes.c_long) // ctypes.sizeof(ctypes.c_int)


def _seconds(look_up: Callable[[], object]) -> float | None:
    began = time.monotonic()
    try:
        look_up()
    except OSError:
        return None
    return time.monotonic() - began


def _name_servers() -> tuple[str, ...]:
    lines = (line.split() for line in _read("/etc/resolv.conf").splitlines())
    return tuple(words[1] for words in lines if words[:1] == ["nameserver"] and words[1:])


def _sandbox() -> str | None:
    if not shutil.which("bwrap"):
        return None
    words = ["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    outcome = subprocess.run(words, capture_output=True, text=True, check=False)
    return None if outcome.returncode == 0 else outcome.stderr.strip()
