"""What the agent itself needs from Asterisk's channel events: features, faxes, recordings.

Found when a batch is cut, in the same transaction: so each gives one line, or one job, once.
"""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import structlog

from conmuta_node.memory import put_fact
from conmuta_node.spool.outbox import add_lines
from conmuta_plan.codec import encode
from conmuta_plan.node import FeatureSet, Stream

log = structlog.get_logger()

_COLUMNS = 14
_KINDS = ("feature", "fax", "recording", "prompt")
_OF_INTEREST = tuple(f'"{kind}"'.encode() for kind in _KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEvent:
    """One CEL user event: `parts` are those of `extra`, cut at `|`."""

    kind: str
    at: str
    tenant: str
    uniqueid: str
    linkedid: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxEnded:
    """A fax that ended, to be turned into a document and told."""

    tenant: str
    uniqueid: str
    linkedid: str
    direction: str
    status: str
    pages: int
    station: str
    file: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSpoken:
    """A message that was spoken into an extension's telephone, to be handed over."""

    tenant: str
    extension: str
    file: str


def remember_events(sql: sqlite3.Connection, data: bytes) -> None:
    """Keep what the CEL lines in `data` ask of the agent."""
    for event in user_events(data):
        if event.kind == "feature" and len(event.parts) >= 3:  # noqa: PLR2004 — as in the table
            add_lines(sql, Stream.FEATURE, [_feature(event)])
        elif event.kind == "fax":
            body = encode(_fax(event)).decode()
            sql.execute("INSERT INTO jobs (kind, body) VALUES ('fax', ?)", (body,))
        elif event.kind == "prompt" and len(event.parts) > 1:
            said = PromptSpoken(tenant=event.tenant, extension=event.parts[0], file=event.parts[1])
            body = encode(said).decode()
            sql.execute("INSERT INTO jobs (kind, body) VALUES ('prompt', ?)", (body,))
        elif event.kind == "recording":
            put_fact(sql, began_fact(event.parts[0]), event.at)


def began_fact(recording: str) -> str:
    """Under which name the memory holds when a recording began."""
    return f"recording {recording}"


def user_events(data: bytes) -> Iterator[UserEvent]:
    """Features and faxes among CEL lines; lines that cannot be read are the server's matter."""
    for line in data.splitlines():
        if any(mark in line for mark in _OF_INTEREST):
            event = _event(line.decode(errors="replace"))
            if event is not None:
                yield event


def _event(line: str) -> UserEvent | None:
    try:
        columns = next(csv.reader(io.StringIO(line)), [])
    except csv.Error:
        return None
    if len(columns) != _COLUMNS or columns[12] not in _KINDS:
        return None
    return UserEvent(
        kind=columns[12],
        at=_iso(columns[1]),
        tenant=columns[2],
        uniqueid=columns[3],
        linkedid=columns[4],
        parts=tuple(_extra(columns[13]).split("|")),
    )


def _extra(text: str) -> str:
    """Asterisk wraps what the dialplan gave: `{"extra": "…"}`."""
    try:
        wrapped = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return str(wrapped.get("extra", text)) if isinstance(wrapped, dict) else text


def _iso(epoch: str) -> str:
    try:
        return datetime.fromtimestamp(float(epoch), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return epoch


def _feature(event: UserEvent) -> FeatureSet:
    extension, feature, *value = event.parts
    return FeatureSet(
        tenant=event.tenant,
        extension=extension,
        feature=feature,
        value="|".join(value),
        at=event.at,
    )


def _fax(event: UserEvent) -> FaxEnded:
    parts = [*event.parts, *[""] * 6]
    return FaxEnded(
        tenant=event.tenant,
        uniqueid=event.uniqueid,
        linkedid=event.linkedid,
        direction=parts[0],
        status=parts[1],
        pages=int(parts[2]) if parts[2].isdecimal() else 0,
        station=parts[3],
        file=parts[4],
        emails=tuple(email for email in re.split(r"[\s,;]+", parts[5]) if email),
    )
