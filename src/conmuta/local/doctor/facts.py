"""What was seen of a machine. Sizes in bytes, times in seconds; None: could not be told."""

from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A disk of the machine, or a volume that a RAID controller shows as one."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSeen:
    """A port that Conmuta wants: free, held by Conmuta itself, or taken by another."""

    name: str
    port: int
    free: bool
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSeen:
    """The Asterisk of the root folder; `timing` is what a running one answered."""

    version: str
    modules: frozenset[str]
    running: bool = False
    timing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSeen:
    """All that the rules judge."""

    system: str
    """`debian 12`: os-release's ID and VERSION_ID."""
    architecture: str
    cores: int
    memory: int
    disk: int
    free: int
    virtual: bool
    disks: tuple[Disk, ...]
    raid: tuple[str, ...]
    """Levels of software RAID (`raid1`), or `controller` where a RAID controller is seen."""
    network_cards: tuple[str, ...]
    ports: tuple[PortSeen, ...]
    clock_synchronised: bool | None
    host_name: str
    host_name_seconds: float | None
    """How long the machine's own name took to resolve; None: it does not resolve."""
    name_servers: tuple[str, ...]
    sandbox: str | None
    """Why bubblewrap cannot start a process here; None: it can, or is not installed yet."""
    asterisk: AsteriskSeen | None = None
