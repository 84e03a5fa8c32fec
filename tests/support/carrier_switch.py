"""A second Asterisk as a carrier: it registers its customers, asks for passwords, speaks TLS."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.asterisk import asterisk_root
from tests.support.handmade import handmade
from tests.support.ports import free_port, rtp_range

from conmuta_node.asterisk import AsteriskHome

CUSTOMER, SECRET = "norte", "a-carrier's-word"
_PJSIP = """
[udp]
type=transport
protocol=udp
bind={host}:{udp}

[good]
type=transport
protocol=tls
bind={host}:{good}
cert_file=/state/etc/good.crt
priv_key_file=/state/etc/good.key
method=tlsv1_2

[unknown]
type=transport
protocol=tls
bind={host}:{unknown}
cert_file=/state/etc/unknown.crt
priv_key_file=/state/etc/unknown.key
method=tlsv1_2

[other]
type=transport
protocol=tls
bind={host}:{other}
cert_file=/state/etc/other.crt
priv_key_file=/state/etc/other.key
method=tlsv1_2

[norte]
type=endpoint
context=customers
aors=norte
auth=norte
allow=!all,alaw
direct_media=no
media_encryption={encryption}
media_encryption_optimistic=yes

[norte]
type=aor
max_contacts=5

[norte]
type=auth
auth_type=userpass
username=norte
password={secret}
"""
_EXTENSIONS = """
[customers]
exten => _[+0-9].,1,Log(NOTICE,called ${EXTEN} by ${CALLERID(num)})
 same => n,Answer()
 same => n,Log(NOTICE,secure ${CHANNEL(secure_bridge_media)}${CHANNEL(rtp,secure,audio)})
 same => n,Echo()
"""


@dataclass(frozen=True, slots=True)
class CarrierSwitch:
    """The carrier's Asterisk; its ports by what they speak."""

    home: AsteriskHome
    host: str
    ports: dict[str, int]

    @property
    def authority(self) -> bytes:
        """Whom a customer may believe: it signed the good certificate, and that of another name."""
        return (self.home.state / "etc/authority.crt").read_bytes()

    def calls_up(self) -> str:
        return self.home.cli("core show channels concise")

    def heard(self) -> str:
        """What it wrote down of the calls that it took."""
        return (self.home.state / "log/messages").read_text()

    def registered(self) -> bool:
        return "norte/sip:" in self.home.cli("pjsip show contacts")


@contextmanager
def carrier_switch(folder: Path, host: str) -> Iterator[CarrierSwitch]:
    """A running one."""
    home = AsteriskHome(folder, asterisk_root())
    ports = {name: free_port(host) for name in ("udp", "good", "unknown", "other")}
    pjsip = _PJSIP.format(host=host, secret=SECRET, encryption="sdes", **ports)
    home.install(handmade(pjsip=pjsip, extensions=_EXTENSIONS, rtp=rtp_range(100)))
    etc = folder / "etc"
    _certificate(etc, "authority", "DNS:authority.example.test")
    _certificate(etc, "unknown", f"IP:{host}")
    for name, known_as in {"good": host, "other": "127.9.9.9"}.items():
        _certificate(etc, name, f"IP:{known_as}", "authority")
    home.start()
    try:
        yield CarrierSwitch(home, host, ports)
    finally:
        home.stop()


def _certificate(folder: Path, name: str, known_as: str, signer: str | None = None) -> None:
    """`name.crt` and `name.key`; signed by itself without a signer."""
    line = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    line += ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
    if signer:
        line += ["-CA", str(folder / f"{signer}.crt"), "-CAkey", str(folder / f"{signer}.key")]
    line += ["-subj", f"/CN={name}.example.test", "-addext", f"subjectAltName={known_as}"]
    subprocess.run(line, check=True, capture_output=True)
