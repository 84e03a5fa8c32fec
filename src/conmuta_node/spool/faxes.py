"""Faxes that ended: a received one becomes a PDF; one that we sent answers its command."""

import asyncio
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from conmuta_node.errors import ToolFailed
from conmuta_node.memory import Memory
from conmuta_node.orders import FaxOrder, fax_order
from conmuta_node.spool.cel import FaxEnded
from conmuta_node.spool.delivery import Delivery
from conmuta_node.spool.outbox import add_lines
from conmuta_node.tools import Tools
from conmuta_plan.node import FaxDone, Stream

log = structlog.get_logger()

_ORDER = re.compile(r"send-(\d+)\.tif\Z")


@dataclass(frozen=True, slots=True)
class FaxJob:
    """A fax to be told, as the memory holds it."""

    id: int
    fax: FaxEnded


@dataclass(frozen=True, slots=True)
class Faxes:
    """Turns `fax` events into documents and lines."""

    state: Path
    memory: Memory
    tools: Tools
    delivery: Delivery

    def waiting(self) -> list[FaxJob]:
        """Faxes to tell, in the order in which they ended."""
        rows = self.memory.rows("SELECT id, body FROM jobs WHERE kind = 'fax' ORDER BY id")
        return [
            FaxJob(int(str(number)), msgspec.json.decode(str(body), type=FaxEnded))
            for number, body in rows
        ]

    async def hand_over(self, job: FaxJob) -> None:
        """Tell the server of one fax, with its document where one was received."""
        tiff = self._file_of(job.fax)
        document = None
        if tiff is not None and job.fax.direction == "received" and job.fax.pages:
            document = await self._document(tiff)
        await asyncio.to_thread(self._tell, job, document, order_of(job.fax.file))
        if tiff is not None:
            await asyncio.to_thread(_remove, tiff)

    async def _document(self, tiff: Path) -> str | None:
        pdf = tiff.with_suffix(".pdf")
        output = self.tools.inside(pdf)
        try:
            await self.tools.run(["tiff2pdf", "-p", "A4", "-o", output, self.tools.inside(tiff)])
        except ToolFailed as error:
            log.warning("fax.unreadable", file=tiff.name, reason=str(error))
            return None
        return await self.delivery.upload(pdf)

    def _tell(self, job: FaxJob, document: str | None, order: int | None) -> None:
        with self.memory.transaction() as sql:
            add_lines(sql, Stream.FAX, [_line(job.fax, document, order, _asked(sql, order))])
            sql.execute("DELETE FROM jobs WHERE id = ?", (job.id,))
            sql.execute("UPDATE commands SET state = 'done' WHERE id = ?", (order,))

    def _file_of(self, fax: FaxEnded) -> Path | None:
        """The fax's file, if it lies where faxes lie."""
        name = Path(fax.file).name
        path = self.state / "spool/fax" / name
        return path if name and path.is_file() else None


def order_of(file: str) -> int | None:
    """The command that a sent fax fulfils, known by its file's name."""
    match = _ORDER.search(file)
    return int(match[1]) if match else None


def _asked(sql: sqlite3.Connection, order: int | None) -> FaxOrder:
    """What the order was, where the fax fulfils one."""
    row = sql.execute("SELECT body FROM commands WHERE id = ?", (order,)).fetchone()
    return fax_order(str(row[0]) if row else "")


def _line(fax: FaxEnded, document: str | None, order: int | None, asked: FaxOrder) -> FaxDone:
    return FaxDone(
        tenant=fax.tenant,
        linkedid=fax.linkedid,
        uniqueid=fax.uniqueid,
        ok=fax.status == "SUCCESS",
        status=fax.status,
        pages=fax.pages,
        far_station=fax.station or asked.number,
        emails=fax.emails or asked.emails,
        document=document,
        command=order,
    )


def _remove(tiff: Path) -> None:
    for path in (tiff.with_suffix(".pdf"), tiff):
        path.unlink(missing_ok=True)
