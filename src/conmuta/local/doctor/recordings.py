"""How many minutes of recorded calls a disk holds, and how much disk some minutes take.

minutes = bytes × 8 ÷ (bits per second) ÷ 60. Nothing is taken off for the disk's file system.
"""

import re
from dataclasses import dataclass

SECONDS = 60
BITS = 8
UNITS = {"GB": 10**9, "GIB": 2**30, "TB": 10**12, "TIB": 2**40}


@dataclass(frozen=True, slots=True)
class Format:
    """A way to keep a call; `bits` per second of call, all sides together."""

    name: str
    bits: int
    note: str = ""


OURS = Format("Ogg Opus, 24 kbit/s", 24_000, "Conmuta's: both sides, kept apart")
FORMATS = (
    OURS,
    Format("GSM 06.10, mixed", 13_200, "both sides mixed, telephone quality at best"),
    Format("MP3, 32 kbit/s, mixed", 32_000),
    Format("G.711, mixed", 64_000),
    Format("G.711, both sides", 128_000),
    Format("WAV 16 bit 8 kHz, mixed", 128_000),
    Format("WAV 16 bit 8 kHz, both sides", 256_000, "as Asterisk writes it"),
)


@dataclass(frozen=True, slots=True)
class Minutes:
    """The question "how much disk do so many minutes take?"."""

    count: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The question "how many minutes do so many bytes hold?", asked as `number` `unit`."""

    number: float
    unit: str

    @property
    def size(self) -> int:
        return round(self.number * UNITS[self.unit.upper()])


def minutes(size: int, bits: int) -> int:
    """Whole minutes at `bits` per second in `size` bytes."""
    return size * BITS // bits // SECONDS


def size(count: int, bits: int) -> int:
    """Bytes that `count` minutes take at `bits` per second."""
    return count * SECONDS * bits // BITS


def rate(size: int, count: int) -> float:
    """Bits per second at which `size` bytes hold `count` minutes."""
    return size * BITS / (count * SECONDS)


def ask(text: str) -> Minutes | Disk:
    """`500GB`, `500 GiB`, `2TB`, `500` (GB) or `3000000 minutes`. ValueError says what is read."""
    match = re.fullmatch(r"\s*([\d.,]+)\s*([A-Za-z]*)\s*", text)
    unit = match[2].upper() if match else ""
    if not match or unit not in {*UNITS, "", "M", "MIN", "MINUTES"}:
        raise ValueError(f"{text!r}: say a disk (500GB, 500GiB, 2TB) or minutes (3000000min).")
    if unit.startswith("M"):
        return Minutes(int(re.sub(r"[.,]", "", match[1])))
    return Disk(float(match[1].replace(",", ".")), match[2] or "GB")
