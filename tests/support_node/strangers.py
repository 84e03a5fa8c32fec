"""SIP from addresses of 127/8, as strangers and telephones send it."""

import hashlib
import re
import secrets
import socket
from dataclasses import dataclass, field


@dataclass
class Sender:
    """One address. It waits a short while for each answer."""

    address: str
    port: int
    domain: str = "acme.example.test"
    agent: str = "Phone 1.0"
    wait: float = 0.5
    socket: "socket.socket" = field(init=False)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.address, 0))
        self.socket.settimeout(self.wait)

    def close(self) -> None:
        self.socket.close()

    def ask(self, method: str, user: str, extra: str = "", to: str = "") -> str:
        """Sends a request; the first answer that is not 100, "" where none comes."""
        host, port = self.socket.getsockname()
        token, target = secrets.token_hex(6), to or user
        uri = f"sip:{self.domain}" if method == "REGISTER" else f"sip:{target}@{self.domain}"
        text = (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{token};rport"
            f"\r\nFrom: <sip:{user}@{self.domain}>;tag={token}\r\nTo: <sip:{target}@{self.domain}>"
            f"\r\nCall-ID: {token}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:{user}@{host}:{port}>\r\nUser-Agent: {self.agent}\r\n{extra}"
            "Content-Length: 0\r\n\r\n"
        )
        self.socket.sendto(text.encode(), ("127.0.0.1", self.port))
        try:
            while (answer := self.socket.recv(65_000).decode(errors="replace")).startswith(
                "SIP/2.0 100"
            ):
                continue
        except TimeoutError:
            return ""
        return answer

    def register(self, user: str, password: str) -> int:
        """Asks, answers the challenge; the status, 0 where nobody answers."""
        challenge = self.ask("REGISTER", user)
        if not challenge:
            return 0
        fields = dict(re.findall(r'(realm|nonce|opaque)="([^"]*)"', challenge))
        if not fields:
            return int(challenge.split(" ")[1])
        uri = f"sip:{self.domain}"
        ha1 = _md5(f"{user}:{fields['realm']}:{password}")
        response = _md5(f"{ha1}:{fields['nonce']}:00000001:abc:auth:{_md5(f'REGISTER:{uri}')}")
        words = (
            f'username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
            f'uri="{uri}", response="{response}", cnonce="abc", qop=auth, nc=00000001, '
            f'algorithm=MD5, opaque="{fields.get("opaque", "")}"'
        )
        answer = self.ask("REGISTER", user, f"Authorization: Digest {words}\r\n")
        return int(answer.split(" ")[1]) if answer else 0


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
