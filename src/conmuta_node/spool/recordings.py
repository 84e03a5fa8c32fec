"""Raw recordings, once Asterisk has closed them, become one stereo Ogg Opus file each.

Raw names say whose they are: `T__LINKEDID__UNIQUEID-out.wav` is our side, which goes to the left,
`-in.wav` the far side. At 24 kbit/s 500 GB hold about 3,000,000 minutes.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from conmuta_node import files
from conmuta_node.spool.cel import began_fact
from conmuta_node.spool.delivery import Delivery
from conmuta_node.spool.tail import FileId, file_id
from conmuta_node.tools import Tools
from conmuta_plan.node import RecordingDone, Stream

log = structlog.get_logger()

BITRATE_KBIT = 24
QUIET_SECONDS = 2.0  # between two looks at a file that did not change
_SIDES = ("out", "in")
_HEADER = 44  # bytes before the sound in a WAV file
_STEREO = (
    'set -o pipefail; sox -M --ignore-length -t wav "$1" --ignore-length -t wav "$2" -t wav - '
    '| opusenc --quiet --bitrate "$4" --ignorelength - "$3"'
)
_ONE_SIDE = (
    'set -o pipefail; sox --ignore-length -t wav "$1" -t wav - remix $2 '
    '| opusenc --quiet --bitrate "$4" --ignorelength - "$3"'
)


@dataclass(frozen=True, slots=True)
class RawRecording:
    """One recorded channel: where its sides lie, and what its name says."""

    name: str
    sides: dict[str, Path]
    tenant: str
    linkedid: str
    uniqueid: str

    @property
    def age_mark(self) -> float:
        """Seconds since 1970 when its channel began, which Asterisk puts in the channel's id."""
        found = re.search(r"(\d+)\.\d+\Z", self.uniqueid)
        return float(found[1]) if found else 0.0


class Recordings:
    """Finds, encodes and hands over recordings."""

    def __init__(self, state: Path, tools: Tools, delivery: Delivery) -> None:
        self._raw = files.make_folder(state / "recordings")
        self._encoded = files.make_folder(state / "recordings/encoded")
        self._tools = tools
        self._delivery = delivery
        self._seen: dict[str, tuple[tuple[int, ...], float]] = {}

    def closed(self, open_now: frozenset[FileId]) -> list[RawRecording]:
        """Recordings that nobody writes to any more, the oldest first."""
        now = time.monotonic()
        found = {raw.name: raw for raw in self._found()}
        ready, seen = [], {}
        for name, raw in found.items():
            mark = _mark(raw.sides.values(), open_now)
            if mark is None:
                continue
            before = self._seen.get(name)
            since = before[1] if before is not None and before[0] == mark else now
            seen[name] = (mark, since)
            if now - since >= QUIET_SECONDS:
                ready.append(raw)
        self._seen = seen
        return sorted(ready, key=lambda raw: raw.age_mark)

    async def hand_over(self, raw: RawRecording) -> None:
        """Encode one, give it to the server, then remove what lies here."""
        seconds = await asyncio.to_thread(_seconds, raw.sides.values())
        opus = self._encoded / f"{raw.name}.opus"
        if seconds <= 0.0:
            await asyncio.to_thread(_remove, (*raw.sides.values(), opus))
            log.info("recording.silent", recording=raw.name)
            return
        if not await asyncio.to_thread(opus.exists):
            await self._encode(raw, opus)
        size = (await asyncio.to_thread(opus.stat)).st_size
        started = await asyncio.to_thread(self._started, raw)
        done = _Line(raw, started, seconds, size)
        leftovers = tuple(raw.sides.values())
        await self._delivery.hand_over(Stream.RECORDING, opus, done.with_digest, leftovers)
        await asyncio.to_thread(self._delivery.memory.drop_fact, began_fact(raw.name))

    async def _encode(self, raw: RawRecording, opus: Path) -> None:
        partial = opus.with_name(f".{opus.name}.partial")
        inside = [self._tools.inside(raw.sides[side]) for side in _SIDES if side in raw.sides]
        if len(inside) == len(_SIDES):
            arguments = [_STEREO, "sh", *inside]
        else:
            remix = "1 0" if "out" in raw.sides else "0 1"
            arguments = [_ONE_SIDE, "sh", *inside, remix]
        output = [self._tools.inside(partial), str(BITRATE_KBIT)]
        try:
            await self._tools.run(["bash", "-c", *arguments, *output])
            await asyncio.to_thread(_keep, partial, opus)
        finally:
            await asyncio.to_thread(partial.unlink, missing_ok=True)

    def _started(self, raw: RawRecording) -> str:
        """When it began: by its event, else by its channel."""
        return (
            self._delivery.memory.fact(began_fact(raw.name))
            or datetime.fromtimestamp(raw.age_mark, UTC).isoformat()
        )

    def sweep(self) -> None:
        """Remove what a death while encoding left."""
        files.remove_partials(self._encoded)

    def _found(self) -> Iterable[RawRecording]:
        sides: dict[str, dict[str, Path]] = {}
        for path in self._raw.iterdir():
            name, _, side = path.stem.rpartition("-")
            if path.suffix == ".wav" and side in _SIDES:
                sides.setdefault(name, {})[side] = path
        for opus in self._encoded.glob("*.opus"):
            sides.setdefault(opus.stem, {})  # its raw files were removed, itself not yet
        return [raw for name in sides if (raw := _named(name, sides[name])) is not None]


@dataclass(frozen=True, slots=True)
class _Line:
    raw: RawRecording
    started_at: str
    seconds: float
    size: int

    def with_digest(self, digest: str) -> RecordingDone:
        raw = self.raw
        return RecordingDone(
            tenant=raw.tenant,
            linkedid=raw.linkedid,
            uniqueid=raw.uniqueid,
            started_at=self.started_at,
            seconds=round(self.seconds, 3),
            bytes=self.size,
            sha256=digest,
        )


def _named(name: str, sides: dict[str, Path]) -> RawRecording | None:
    try:
        tenant, linkedid, uniqueid = name.split("__")
        return RawRecording(name, sides, tenant, linkedid, uniqueid)
    except ValueError:
        log.warning("recording.strange_name", recording=name)
        return None


def _mark(paths: Iterable[Path], open_now: frozenset[FileId]) -> tuple[int, ...] | None:
    """Sizes of the files, None where one is open or went away."""
    sizes: list[int] = []
    for path in paths:
        try:
            facts = path.stat()
        except FileNotFoundError:
            return None
        if file_id(facts) in open_now:
            return None
        sizes.append(facts.st_size)
    return tuple(sizes)


def _seconds(paths: Iterable[Path]) -> float:
    """The longest side's length. By file size: a header that a crash left says nothing."""
    return max((_length(path) for path in paths), default=1.0)


def _length(path: Path) -> float:
    with path.open("rb") as file:
        header = file.read(_HEADER)
        size = os.fstat(file.fileno()).st_size
    if len(header) < _HEADER:
        return 0.0
    bytes_a_second = int.from_bytes(header[28:32], "little") or 16_000
    return max(0, size - _HEADER) / bytes_a_second


def _keep(partial: Path, final: Path) -> None:
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(final)
    files.sync_folder(final.parent)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
