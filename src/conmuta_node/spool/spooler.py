"""All of the streams: one sender each, and the works that make files into lines."""

import asyncio
from dataclasses import dataclass, field

import structlog

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown
from conmuta_node.memory import Memory
from conmuta_node.problems import Problems
from conmuta_node.server import ServerClient
from conmuta_node.spool.cel import remember_events
from conmuta_node.spool.delivery import Delivery
from conmuta_node.spool.faxes import Faxes
from conmuta_node.spool.mails import Mails
from conmuta_node.spool.outbox import FileSource, LineSource, Source
from conmuta_node.spool.prompts import Prompts
from conmuta_node.spool.recordings import Recordings
from conmuta_node.spool.sender import Sender
from conmuta_node.spool.tail import ROTATE_BYTES, FileId, LineFile, open_files
from conmuta_node.spool.works import Works
from conmuta_node.tools import Tools
from conmuta_plan.node import Stream

log = structlog.get_logger()

PID_SECONDS = 2.0
_OWN_STREAMS = (
    Stream.RECORDING,
    Stream.MAIL,
    Stream.FAX,
    Stream.FEATURE,
    Stream.PROMPT,
    Stream.LEDGER,
)


@dataclass(slots=True)
class Spooler:
    """Everything that goes from this node to the server as a record."""

    home: AsteriskHome
    memory: Memory
    server: ServerClient
    tools: Tools
    problems: Problems
    rotate_bytes: int = ROTATE_BYTES
    _senders: list[Sender] = field(default_factory=list)
    _sources: list[Source] = field(default_factory=list)
    _pid: int | None = None

    def __post_init__(self) -> None:
        log_folder = self.home.state / "log"
        large = self.rotate_bytes
        cel = LineFile(log_folder / "cel-custom/cel.csv", rotate_bytes=large)
        queue = LineFile(log_folder / "queue_log", self._reopen_queue_log, large)
        self._sources = [
            FileSource(self.memory, Stream.CEL, cel, remember_events),
            FileSource(self.memory, Stream.QUEUE, queue),
            *(LineSource(self.memory, stream) for stream in _OWN_STREAMS),
        ]
        self._senders = [
            Sender(self.memory, source, self.server, self.problems) for source in self._sources
        ]

    def pending(self) -> int:
        """Batches that the server does not have yet."""
        return sum(source.pending() for source in self._sources)

    async def run(self) -> None:
        """Send and hand over for ever."""
        delivery = Delivery(self.memory, self.server)
        recordings = Recordings(self.home.state, self.tools, delivery)
        recordings.sweep()
        mails = Mails(self.home.state / "spool/mail", delivery)
        faxes = Faxes(self.home.state, self.memory, self.tools, delivery)
        prompts = Prompts(self.home.state / "spool/prompts", self.memory, delivery)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_process())
            for sender in self._senders:
                group.create_task(sender.run())
            group.create_task(
                Works(
                    "Recordings",
                    lambda: recordings.closed(self._open()),
                    recordings.hand_over,
                    lambda raw: raw.name,
                    self.problems,
                ).run()
            )
            group.create_task(
                Works(
                    "Mails", mails.waiting, mails.hand_over, lambda mail: mail.name, self.problems
                ).run()
            )
            group.create_task(
                Works(
                    "Faxes", faxes.waiting, faxes.hand_over, lambda job: str(job.id), self.problems
                ).run()
            )

            group.create_task(
                Works(
                    "Prompts",
                    prompts.waiting,
                    prompts.hand_over,
                    lambda job: str(job.id),
                    self.problems,
                ).run()
            )

    async def _follow_process(self) -> None:
        """Asterisk's process number, by which its open files are known."""
        while True:
            process = await asyncio.to_thread(self.home.process)
            self._pid = process.pid if process else None
            for sender in self._senders:
                sender.asterisk = self._pid
            await asyncio.sleep(PID_SECONDS)

    def _open(self) -> frozenset[FileId]:
        process = self.home.process()
        return open_files(process.pid if process else None)

    def _reopen_queue_log(self) -> None:
        """Asterisk keeps this one file open: it lets go of it when its logger is read again."""
        try:
            self.home.cli("logger reload")
        except AsteriskIsDown:
            log.info("queue_log.closed_with_asterisk")
