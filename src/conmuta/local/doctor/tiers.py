"""What a machine needs by the number of people on the telephone at once."""

from dataclasses import dataclass

from conmuta.local.doctor.facts import GIB

# A machine sold with 32 GB shows less: firmware and kernel keep some for themselves.
MEMORY_TOLERANCE = 0.94


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to `users` concurrent users: `cores` of 64 bits and `memory` GiB."""

    name: str
    users: int
    cores: int
    memory: int


TIERS = (
    Tier("Medium", 60, 4, 32),
    Tier("Large", 120, 8, 64),
    Tier("XLarge", 240, 16, 64),
)
BEYOND = "More than 240: a study of its own decides the architecture."


def lacks(tier: Tier, cores: int, memory: int) -> tuple[str, ...]:
    """What a machine with `cores` and `memory` bytes lacks for `tier`; nothing: it serves."""
    missing = []
    if cores < tier.cores:
        missing.append(f"{tier.cores - cores} more cores")
    if memory < tier.memory * GIB * MEMORY_TOLERANCE:
        missing.append(f"{tier.memory - memory / GIB:.0f} GB more memory")
    return tuple(missing)


def largest(cores: int, memory: int) -> Tier | None:
    """The largest tier that the machine meets; None: it is smaller than the smallest."""
    met = [tier for tier in TIERS if not lacks(tier, cores, memory)]
    return met[-1] if met else None
