"""What server and node agent say to each other. Times are UTC, ISO 8601; HTTP is in docs."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """How Asterisk listens on one node. Port 0: that transport is off."""

    bind: str = "0.0.0.0"  # noqa: S104 — telephones come from everywhere
    external_address: str | None = None
    local_networks: tuple[str, ...] = ()
    udp_port: int = 5060
    tcp_port: int = 5060
    tls_port: int = 5061
    gateway_tls_port: int = 0
    """Whence TLS goes to gateways whose certificates are verified; 0: the port after `tls_port`."""
    rtp_first: int = 10000
    rtp_last: int = 19999
    http_port: int = 8088
    ami_port: int = 5038
    webrtc: bool = False
    trusted: tuple[str, ...] = ()
    """Addresses and networks that are never shut out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRevision:
    """`revision` grows over all tenants of the installation; `digest` names the plan."""

    tenant: str
    revision: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to do once: `kind` is "send_fax", …; `body` is JSON text."""

    id: int
    kind: str
    tenant: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Answer to `GET /node/v1/manifest?have=R&wait=S`: what changed after revision R."""

    revision: int
    settings: NodeSettings
    changed: tuple[TenantRevision, ...] = ()
    removed: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()


class Outcome(StrEnum):
    IN_FORCE = "in_force"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOutcome:
    """What became of one tenant's revision; `reason` is a sentence for a person."""

    tenant: str
    revision: int
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BanTold:
    """An address (IPv6: a /64) that is shut out until then; times are epoch seconds.

    `reason` is `passwords`, `scanner` or `strangers`.
    """

    address: str
    reason: str
    at: float
    until: float


class GatewayStatus(StrEnum):
    """`unwatched`: neither asked (OPTIONS) nor registered."""

    UP = "up"
    DOWN = "down"
    REFUSED = "refused"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """One gateway of a unit: a tenant, or an operator (`o-SLUG`)."""

    unit: str
    gateway: str
    status: GatewayStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReport:
    """Sent after each application and every 15 s."""

    revision: int
    asterisk_up: bool
    asterisk_version: str
    calls_up: int
    registered: int
    outcomes: tuple[TenantOutcome, ...] = ()
    problems: tuple[str, ...] = ()
    pending_batches: int = 0
    free_bytes: int = 0
    bans: tuple[BanTold, ...] = ()
    """The latest."""
    gateways: tuple[GatewayState, ...] = ()


class Stream(StrEnum):
    """The kinds of record that a node sends, each with its own numbering from 1."""

    CEL = "cel"
    QUEUE = "queue"
    RECORDING = "recording"
    MAIL = "mail"
    FAX = "fax"
    FEATURE = "feature"
    PROMPT = "prompt"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDone:
    """One recorded channel: an Ogg Opus stereo file, our side left, the far side right."""

    tenant: str
    linkedid: str
    uniqueid: str
    started_at: str
    seconds: float
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDone:
    """A mail that Asterisk wrote (voicemail): RFC 5322 text stored under its digest."""

    tenant: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDone:
    """A message that was spoken into an extension's telephone (`*77`): a WAV file."""

    tenant: str
    extension: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxDone:
    """A fax received (`document` is the PDF's digest) or sent (`command` is the order's id)."""

    tenant: str
    linkedid: str
    uniqueid: str
    ok: bool
    status: str
    pages: int
    far_station: str
    emails: tuple[str, ...] = ()
    document: str | None = None
    command: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """A telephone changed a feature of its extension; `value` "" switches it off.

    `feature` is "forward_always", "forward_busy", "forward_no_answer" or
    "do_not_disturb".
    """

    tenant: str
    extension: str
    feature: str
    value: str
    at: str


class LedgerKind(StrEnum):
    CHARGE = "charge"
    """An answered call has ended and was charged."""
    BLOCK = "block"
    """The fraud guard shut an extension, or the tenant where `extension` is ""."""
    LIFTED = "lifted"
    """A block ended by command."""
    OPENED = "opened"
    """The node's ledger is new: it knows no funds until it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line of the node's ledger. `id` grows within a node; money in millionths."""

    kind: LedgerKind
    id: int
    tenant: str
    at: str
    extension: str = ""
    linkedid: str = ""
    call: str = ""
    """The admission, of which there is at most one charge."""
    leg: str = ""
    """Its far channel, by Asterisk's unique id, as in the call records."""
    number: str = ""
    """E.164 that was dialled; of a block the number that met it."""
    country: str = ""
    currency: str = ""
    seconds: int = 0
    amount: int = 0
    reason: str = ""
    """Of a block: `money`, `minutes`, `countries`."""
    until: str = ""
    """When a block ends by itself; "" where somebody must lift it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsTold:
    """Body of the command `funds`: what a prepaid tenant may spend (credit included).

    `as_of` is the id of this node's last charge that is taken off already.
    """

    amount: int
    currency: str
    as_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblock:
    """Body of the command `unblock`: an extension's block, or the tenant's where ""."""

    extension: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unban:
    """Body of the command `unban` (its tenant is "")."""

    address: str
