"""Phones, the settings that they fetch, and links by which people set up softphones."""

from dataclasses import dataclass
from datetime import datetime

from conmuta_plan.outside import Transport
from conmuta_plan.people import Srtp


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A desk phone. `lines` are extensions in the order of its keys.

    `mac` has 12 hexadecimal digits, small. `vendor` is a name of `vendors.VENDORS`.
    """

    mac: str
    vendor: str
    label: str
    model: str = ""
    lines: tuple[str, ...] = ()
    transport: Transport = Transport.UDP
    language: str | None = None
    """None: the company's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One extension on a phone, with its SIP password."""

    number: str
    label: str
    account: str
    secret: str
    srtp: Srtp = Srtp.OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SipServer:
    """Where telephones find us: signalling goes to `host`, whatever the domain says."""

    host: str
    udp_port: int
    tcp_port: int
    tls_port: int

    def port(self, transport: Transport) -> int:
        ports = {Transport.TCP: self.tcp_port, Transport.TLS: self.tls_port}
        return ports.get(transport, self.udp_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a phone is told. `url` is the folder whence it fetches, with a last `/`."""

    mac: str
    lines: tuple[Line, ...]
    domain: str
    host: str
    port: int
    transport: Transport
    language: str
    time_zone: str
    voicemail: str
    url: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTime:
    """What a technician types into a phone once. Shown when made, and never again."""

    url: str
    user: str
    password: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneState:
    """When a phone last fetched its settings, whence, and as what."""

    mac: str
    fetched_at: datetime | None
    address: str
    agent: str
    is_its_own: bool
    """Whether it has a password of its own by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softphone:
    """What one person types into a softphone."""

    extension: str
    name: str
    domain: str
    host: str
    port: int
    transport: Transport
    account: str
    secret: str
    srtp: Srtp
    voicemail: str

    @property
    def uri(self) -> str:
        return f"sip:{self.account}@{self.domain}"

    @property
    def proxy(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupLink:
    """A link that shows a softphone's settings until its time is over."""

    url: str
    extension: str
    until: datetime
