"""Gateways, inbound numbers, and how calls leave the company."""

from dataclasses import dataclass
from enum import StrEnum

from conmuta_plan.people import Srtp


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class TargetKind(StrEnum):
    FLOW = "flow"
    EXTENSION = "extension"
    QUEUE = "queue"
    CONFERENCE = "conference"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a call goes: `name` is a flow's or queue's name, or a number."""

    kind: TargetKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A trunk to a carrier, an E1/PRI gateway, an SBC or a GSM gateway.

    `addresses` (IP or CIDR) are whence it may call us; empty: those of `host`. A gateway that
    registers is also known by its registration's line. `strip` digits are cut from, then
    `prepend` put before, what the route dials. `max_calls` 0: no limit.
    """

    name: str
    host: str
    port: int = 5060
    transport: Transport = Transport.UDP
    username: str | None = None
    secret: str | None = None
    register: bool = False
    addresses: tuple[str, ...] = ()
    outbound_proxy: str | None = None
    from_user: str | None = None
    from_domain: str | None = None
    caller_id: str | None = None
    """Sent where the extension has none of its own."""
    strip: int = 0
    prepend: str = ""
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    srtp: Srtp = Srtp.OFF
    max_calls: int = 0
    watch_seconds: int = 60
    """Interval of OPTIONS; 0: not watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundNumber:
    """`number` as the gateway sends it. `gateways` empty: any of the tenant's."""

    number: str
    target: Target
    gateways: tuple[str, ...] = ()
    stock: bool = False
    """Of the operator's stock: `number` is E.164 and arrives by any of its gateways."""
    language: str | None = None
    record: bool | None = None


class ClassKind(StrEnum):
    INTERNAL = "internal"
    LOCAL = "local"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    EMERGENCY = "emergency"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClass:
    """Outgoing calls of one kind.

    `patterns` are Asterisk's, without the leading underscore (`09XXXXXXX`, `00.`), as people
    dial. `pins` non-empty: one of them is asked, three tries. `gateways` in order of trial.
    Emergency calls pass every limit and never ask.

    `operator`: after the tenant's own gateways, if any, the operator's routes carry the call;
    `to_e164` makes what was dialled E.164 for them (pattern, strip, prepend, as in a dial plan).
    """

    name: str
    kind: ClassKind
    patterns: tuple[str, ...]
    gateways: tuple[str, ...]
    strip: int = 0
    prepend: str = ""
    pins: tuple[str, ...] = ()
    record: bool | None = None
    ring_seconds: int = 60
    caller_id: str | None = None
    """Shown for calls of this class instead of the extension's or gateway's."""
    operator: bool = False
    to_e164: tuple[tuple[str, int, str], ...] = ()
    dial_plan: str = ""
    """Of this dial plan: only in the way of those who may dial some class of it, where several
    dial plans are in use; the plan's first is the usual one. "": in everybody's."""


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule:
    """The first rule whose given fields all match decides; no rule: not recorded."""

    record: bool
    direction: Direction | None = None
    call_class: str | None = None
    queue: str | None = None
    extension: str | None = None
