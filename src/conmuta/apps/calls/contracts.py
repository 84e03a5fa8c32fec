"""Values of `calls` that others may see. Times are UTC instants; seconds are seconds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """As the company sees it: from outside, to outside, or neither."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Disposition(StrEnum):
    """How a call ended, in the words of the trade."""

    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    """Nobody could be rung: not registered, congestion, a gateway that failed."""
    ABANDONED = "abandoned"
    """The caller hung up while waiting in a queue."""
    VOICEMAIL = "voicemail"
    FAX = "fax"
    SELF_SERVICE = "self_service"
    """The system answered, nobody else: a menu, the echo test, one's own mailbox."""
    REFUSED = "refused"
    """The company's own rules forbade it; `refused` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """One call, folded from its events.

    `caller` and `callee` are numbers: who called, and who spoke in the end (else whom it last
    rang). `joined` are ids of channels that came from another call (transfers, pick-up); where
    one of them is a call's id, that call's record belongs to this one's story.
    `final`: Asterisk has said that the call is over. `cut_short`: it never will. `not_recorded`
    says why the call, or what was left of it, was not recorded though a rule asked for it: `disk`,
    the node's was nearly full.
    """

    linkedid: str
    direction: Direction
    began: datetime
    last_at: datetime
    caller: str = ""
    caller_name: str = ""
    callee: str = ""
    dialled: str = ""
    gateway: str = ""
    call_class: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    ring_seconds: float = 0.0
    talk_seconds: float = 0.0
    disposition: Disposition = Disposition.IN_PROGRESS
    refused: str = ""
    queue: str = ""
    recorded: bool = False
    not_recorded: str = ""
    cut_short: bool = False
    final: bool = False
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLeg:
    """An answered far channel: at a gateway of an operator's (`o-OPERATOR:GATEWAY`), or at another
    of its tenants (`o-OPERATOR:on-net`). `leg` is its id, `number` E.164; `tenant` called it."""

    tenant: int
    leg: str
    caller: str
    number: str
    gateway: str
    answered: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCall:
    """A call that is over, with the far channels that somebody is charged for."""

    tenant: int
    node: int
    linkedid: str
    started: datetime
    legs: tuple[OutsideLeg, ...] = ()


class VisitResult(StrEnum):
    """How a wait in a queue ended; a key is told beside it."""

    WAITING = "waiting"
    TALKING = "talking"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    FULL = "full"
    KEY = "key"
    CUT_SHORT = "cut_short"
    """Asterisk died meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """One wait of one caller in one queue; `ordinal` counts a caller's visits from 1."""

    uniqueid: str
    ordinal: int
    queue: str
    entered: datetime
    caller: str = ""
    position: int = 0
    connected: datetime | None = None
    ended: datetime | None = None
    wait_seconds: float = 0.0
    talk_seconds: float = 0.0
    result: VisitResult = VisitResult.WAITING
    key: str = ""
    agent: str = ""
    refusals: int = 0
    """How often an agent was rung in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """An agent signed in from `began` to `ended` (None: still)."""

    agent: str
    began: datetime
    ended: datetime | None = None
    extension: str = ""
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseFacts:
    """An agent away from the queues from `began` to `ended` (None: still)."""

    agent: str
    began: datetime
    ended: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """A call as others see it. `id` is `NODE-LINKEDID`."""

    id: str
    tenant: str
    facts: CallFacts
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of a call's story: when, a word for machines, and a sentence for people."""

    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegView:
    """One leg of a call: `channel` called `peer_channel` ("": it called nobody).

    `source` is the calling number, `destination` what that channel had dialled, else what the
    call's first one had. `ended` is None while it is up; `talk_seconds` is the time in which the
    two were connected. `disposition`: `ANSWERED`, `NO ANSWER` (not yet, while it is up), `BUSY`,
    `CONGESTION`, `FAILED`.
    """

    channel: str
    peer_channel: str
    source: str
    destination: str
    began: datetime
    answered: datetime | None
    ended: datetime | None
    talk_seconds: float
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A queue visit as part of a call's story."""

    queue: str
    entered: datetime
    wait_seconds: float
    talk_seconds: float
    result: VisitResult
    agent: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingView:
    """A recording; `sha256` is its name in the store and its checksum."""

    id: str
    call: str
    began: datetime
    seconds: float
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """Everything known about one call, for a person to read."""

    call: CallView
    time_zone: str
    moments: tuple[Moment, ...]
    legs: tuple[LegView, ...] = ()
    visits: tuple[VisitView, ...] = ()
    recordings: tuple[RecordingView, ...] = ()
    related: tuple[CallView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWritten:
    """Outbox: Asterisk wrote a mail (voicemail); its RFC 5322 text is stored as `sha256`."""

    tenant: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxEnded:
    """Outbox: a fax was received (`command` None) or sent; `document` is the stored PDF."""

    tenant: str
    call: str
    ok: bool
    status: str
    pages: int
    far_station: str
    emails: tuple[str, ...]
    document: str | None
    command: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSpoken:
    """Outbox: a message was spoken into an extension's telephone; a WAV stored as `sha256`."""

    tenant: str
    extension: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureChanged:
    """Outbox: a telephone changed a feature of its extension; see `conmuta_plan.FeatureSet`."""

    tenant: str
    extension: str
    feature: str
    value: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxView:
    """A fax that ended: received, or sent by order `command`."""

    call: str
    started: datetime
    ok: bool
    status: str
    pages: int
    far_station: str
    command: int | None
