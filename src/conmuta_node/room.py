"""Recording stops before it fills the disk, and begins again when there is room; calls go on.

Between the two lies a gap, so that a disk at the edge does not switch it to and fro.
"""

import asyncio
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from conmuta_node.again import SIDES
from conmuta_node.ami import AmiClient
from conmuta_node.errors import ActionFailed, AsteriskIsDown
from conmuta_node.holds import append, cel_line
from conmuta_node.problems import Problems

log = structlog.get_logger()

LOOK_SECONDS = 2.0
STOP_BYTES = 512 << 20
STOP_SHARE = 0.05  # of a small disk
AGAIN_TIMES = 2  # as much room as at the stop, before recording begins again
REASON = "disk"
_VARIABLE = "no_recording"
_PROBLEM = "recording room"


@dataclass(slots=True)
class RecordingRoom:
    """Watches the disk where recordings lie."""

    state: Path
    ami: AmiClient
    problems: Problems
    stop_bytes: int = STOP_BYTES
    stopped: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Look for ever. Asterisk is told each time: it may have been started anew."""
        while True:
            try:
                await self.look()
            except (ActionFailed, AsteriskIsDown, OSError) as error:
                log.debug("recording.room_not_told", reason=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Stop or go on, by the room that there is now."""
        disk = await asyncio.to_thread(shutil.disk_usage, self.state / "recordings")
        least = int(min(self.stop_bytes, disk.total * STOP_SHARE))
        enough = least * AGAIN_TIMES if self.stopped else least
        before, self.stopped = self.stopped, disk.free < enough
        self._tell(disk.free, least * AGAIN_TIMES)
        value = REASON if self.stopped else ""
        await self.ami.action("Setvar", {"Variable": _VARIABLE, "Value": value})
        if self.stopped and not before:
            await self._stop_those_that_run()

    def _tell(self, free: int, again: int) -> None:
        if not self.stopped:
            self.problems.clear(_PROBLEM)
            return
        sentence = (
            f"Calls are not recorded: the node's disk has only {free >> 20} MB free. Calls go on; "
            f"recording begins again with {max(again >> 20, 1)} MB free."
        )
        self.problems.set(_PROBLEM, sentence)

    async def _stop_those_that_run(self) -> None:
        log.warning("recording.stopped_for_room")
        for event in await self.ami.listing("CoreShowChannels"):
            asked = {"Channel": event["channel"], "Variable": SIDES}
            try:
                if (await self.ami.action("Getvar", asked))["value"]:
                    await self._stop(event["channel"])
                    line = cel_line(event, time.time(), "not_recorded", REASON)
                    await asyncio.to_thread(append, self.state / "log/cel-custom/cel.csv", line)
            except ActionFailed as error:
                log.info("recording.ended_meanwhile", reason=str(error))

    async def _stop(self, channel: str) -> None:
        await self.ami.action(
            "Setvar", {"Channel": channel, "Variable": SIDES, "Value": ""}
        )  # so that no transfer begins it again
        await self.ami.action("StopMixMonitor", {"Channel": channel})
