"""Where bans are enforced: the kernel's nftables where the machine allows, else Asterisk's ACL.

nftables: a table of our own, named by the node's state folder, in which banned addresses cannot
reach the SIP ports; each goes by itself when its time is over. The table is removed on stop.
Without the right to that, Asterisk refuses what they send (`bans.conf`, for `res_pjsip_acl`).
"""

import hashlib
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Protocol

from conmuta_compiler.files.core import BANS, bans
from conmuta_node import files
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import NodeFault

RELOAD = "module reload acl"
_SECONDS = 10.0


class CannotBan(NodeFault):
    """A ban could not be put in force."""


class Firewall(Protocol):
    """Something that shuts addresses out."""

    name: str

    def put(self, bans: Mapping[str, float], ports: Sequence[int]) -> None:
        """Exactly these (address → seconds left) are shut out from these ports."""

    def add(self, address: str, seconds: float) -> None:
        """One more."""

    def lift(self, address: str) -> None:
        """One less."""

    def remove(self) -> None:
        """Nobody is shut out, and nothing of ours is left."""


class NfTables:
    """The kernel drops what banned addresses send to the SIP ports."""

    name = "nftables"

    def __init__(self, state: Path) -> None:
        self.table = "conmuta_" + hashlib.sha256(str(state).encode()).hexdigest()[:10]

    def works(self) -> bool:
        """Whether this process may change the machine's tables."""
        if shutil.which("nft") is None:
            return False
        try:
            self._run(f"add table inet {self.table}\n")
        except CannotBan:
            return False
        return True

    def put(self, bans: Mapping[str, float], ports: Sequence[int]) -> None:
        """Make the table anew, in one step."""
        self._run(self._rules(sorted({*ports} - {0})) + "".join(map(self._element, bans.items())))

    def _rules(self, ports: Sequence[int]) -> str:
        listed = ", ".join(map(str, ports)) or "5060"
        here = f"inet {self.table}"
        drops = [
            f"add rule {here} input {family} saddr @{name} meta l4proto {{ tcp, udp }} "
            f"th dport {{ {listed} }} drop\n"
            for family, name in (("ip", "banned4"), ("ip6", "banned6"))
        ]
        return (
            f"add table {here}\ndelete table {here}\nadd table {here}\n"
            f"add set {here} banned4 {{ type ipv4_addr; flags timeout; }}\n"
            f"add set {here} banned6 {{ type ipv6_addr; flags interval, timeout; }}\n"
            f"add chain {here} input {{ type filter hook input priority -150; }}\n" + "".join(drops)
        )

    def add(self, address: str, seconds: float) -> None:
        """Shut `address` out now."""
        self._run(self._element((address, seconds)))

    def lift(self, address: str) -> None:
        """Let `address` in again."""
        self._run(f"delete element inet {self.table} {_set(address)} {{ {address} }}\n")

    def remove(self) -> None:
        """Take the table away."""
        self._run(f"add table inet {self.table}\ndelete table inet {self.table}\n")

    def _element(self, ban: tuple[str, float]) -> str:
        address, seconds = ban
        left = max(1, int(seconds))
        return f"add element inet {self.table} {_set(address)} {{ {address} timeout {left}s }}\n"

    def _run(self, script: str) -> None:
        try:
            outcome = subprocess.run(
                ["nft", "-f", "-"],
                input=script,
                text=True,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotBan(f"nft cannot be run: {error}") from error
        if outcome.returncode:
            raise CannotBan(f"nft refuses: {' '.join(outcome.stderr.split())[:200]}")


def _set(address: str) -> str:
    return "banned6" if ":" in address else "banned4"


class AsteriskAcl:
    """Asterisk answers 403 to banned addresses; where the kernel's is not ours to touch."""

    name = "Asterisk's ACL"

    def __init__(self, home: AsteriskHome) -> None:
        self.home = home
        self._bans: dict[str, float] = {}

    def put(self, bans: Mapping[str, float], ports: Sequence[int]) -> None:
        """Write the list, and have it read."""
        del ports
        self._bans = dict(bans)
        self._write()

    def add(self, address: str, seconds: float) -> None:
        """Shut `address` out now."""
        self._bans[address] = seconds
        self._write()

    def lift(self, address: str) -> None:
        """Let `address` in again."""
        self._bans.pop(address, None)
        self._write()

    def remove(self) -> None:
        """Empty the list."""
        self.put({}, ())

    def _write(self) -> None:
        text = bans(str(ip_network(address)) for address in self._bans)
        path = self.home.state / "etc" / BANS
        if files.write_if_changed(path, text.encode()) and self.home.running():
            self.home.cli(RELOAD)
