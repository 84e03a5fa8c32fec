"""Holds, told among Asterisk's own channel events, which have none for them.

A line is written behind those that Asterisk wrote, in the columns of `cel.csv`: so it goes to the
server in its place, once, as any other.
"""

import asyncio
import csv
import io
import os
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from conmuta_node.ami import AmiClient, Message

log = structlog.get_logger()

EVENTS = {"Hold": "on", "Unhold": "off"}


@dataclass(frozen=True, slots=True)
class Holds:
    """Listens for holds, and writes them down."""

    ami: AmiClient
    cel: Path

    async def run(self) -> None:
        """Listen for ever."""
        with self.ami.events(*EVENTS) as events:
            async for event in events:
                try:
                    await asyncio.to_thread(append, self.cel, line_of(event, time.time()))
                except OSError as error:
                    log.warning("hold.not_written", reason=str(error))


def line_of(event: Message, now: float) -> bytes:
    """The hold as a line of `cel.csv`; `now` in seconds since 1970."""
    told = f"{_account(event['channel']) or event['calleridnum']}|{EVENTS[event['event']]}"
    return cel_line(event, now, "hold", told)


def cel_line(event: Message, now: float, kind: str, told: str) -> bytes:
    """A user event on the channel of which an AMI event tells, as a line of `cel.csv`."""
    channel = event["channel"]
    extra = msgspec.json.encode({"extra": told}).decode()
    told_by = (event["calleridnum"], event["calleridname"], event["exten"], event["context"])
    ids = (event["accountcode"], event["uniqueid"], event["linkedid"], channel)
    cells = ("USER_DEFINED", f"{now:.6f}", *ids, *told_by, "", "", kind, extra)
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return file.getvalue().encode()


def append(path: Path, line: bytes) -> None:
    """One write: lines of two writers never mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _account(channel: str) -> str:
    """`552` of `PJSIP/552@alpha.example.test-00000015`; "" where it is no telephone of ours."""
    name = channel.partition("/")[2]
    return name.partition("@")[0] if "@" in name else ""
