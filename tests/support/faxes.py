"""A fax machine at a carrier: a second Asterisk, written by hand, with spandsp's modem."""

import asyncio
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.asterisk import asterisk_root
from tests.support.handmade import handmade
from tests.support.phones import Server
from tests.support.ports import rtp_range

from conmuta_node import sandbox
from conmuta_node.asterisk import AsteriskHome
from conmuta_plan.outside import Gateway

PAGE = "%!\n/Helvetica findfont 24 scalefont setfont\n72 700 moveto ({text}) show showpage\n"

PJSIP = """
[udp]
type = transport
protocol = udp
bind = {host}:{port}
[us]
type = endpoint
context = in
disallow = all
allow = alaw
direct_media = no
t38_udptl = {t38}
t38_udptl_ec = redundancy
aors = us
from_user = 099333444
[us]
type = aor
contact = sip:{server.host}:{server.udp}
[us]
type = identify
endpoint = us
match = {server.host}
"""

EXTENSIONS = """
[in]
exten => _[0-9a-z].,1,Answer()
 same => n,ReceiveFAX(/state/received.tif)
[send]
exten => s,1,Set(FAXOPT(localstationid)=CARRIER)
 same => n,SendFAX(/state/document.tif)
exten => h,1,Set(GLOBAL(sent)=${FAXOPT(status)})
"""


@dataclass
class FaxMachine:
    """Sends to and receives from our Asterisk, over T.38 where it may, else G.711."""

    home: AsteriskHome

    @classmethod
    def start(cls, folder: Path, gateway: Gateway, server: Server, *, t38: bool) -> "FaxMachine":
        home = AsteriskHome(folder, asterisk_root())
        pjsip = PJSIP.format(
            host=gateway.host, port=gateway.port, server=server, t38="yes" if t38 else "no"
        )
        home.install(handmade(pjsip=pjsip, extensions=EXTENSIONS, rtp=rtp_range()))
        home.start()
        return cls(home)

    def stop(self) -> None:
        self.home.stop()

    async def sends(self, number: str, texts: Sequence[str], within: float = 90) -> str:
        """Sends a page for each text; the machine's own verdict."""
        make_document(self.home, texts)
        self.home.cli("dialplan set global sent -")
        self.home.cli(f"channel originate PJSIP/{number}@us extension s@send")
        for _ in range(int(within)):
            await asyncio.sleep(1)
            told = self.home.cli("dialplan show globals")
            verdict = next(line for line in told.splitlines() if "sent=" in line).split("=")[1]
            if verdict.strip() != "-":
                return verdict.strip()
        return "never ended"

    @property
    def received(self) -> Path:
        return self.home.state / "received.tif"


def make_document(home: AsteriskHome, texts: Sequence[str]) -> Path:
    """A fax of pages with these texts, in the machine's own format (TIFF group 3)."""
    source = home.state / "document.ps"
    source.write_text("".join(PAGE.format(text=text) for text in texts))
    line = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg3", "-r204x98"]
    line += ["-g1728x1078", "-sOutputFile=/state/document.tif", "/state/document.ps"]
    subprocess.run([*sandbox.bwrap(home.root, home.state), "--", *line], check=True)
    return home.state / "document.tif"


def pages(home: AsteriskHome, tiff: str) -> int:
    """The pages of a TIFF in the home, by its path inside."""
    line = [*sandbox.bwrap(home.root, home.state), "--", "tiffinfo", tiff]
    told = subprocess.run(line, check=True, capture_output=True, text=True)
    return told.stdout.count("TIFF Directory at")
