"""Priorities put into a running Asterisk's dialplan, over its manager interface.

Its `DialplanExtensionAdd` holds the lock of all contexts while it changes one; the console's
command of that kind does not, and a call could read what it frees.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conmuta_node.apply.puts import Put
from conmuta_node.errors import ActionFailed, AsteriskIsDown

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DialplanDoor:
    """Where priorities go in; `port` is asked each time, 0 where there is no such interface."""

    port: Callable[[], int]
    name: str
    secret: str

    def put(self, wanted: Sequence[Put]) -> None:
        """All of `wanted`, in order.

        Raises `ActionFailed` where Asterisk refuses one, `AsteriskIsDown` where it is not there.
        """
        actions = [self._login(), *map(_added, wanted)]
        try:
            with socket.create_connection(("127.0.0.1", self.port()), _SECONDS) as manager:
                manager.sendall("".join(actions).encode())
                _read_successes(manager, len(actions))
        except OSError as error:
            raise AsteriskIsDown(f"Asterisk's manager does not answer ({error}).") from error

    def _login(self) -> str:
        account = {"Username": self.name, "Secret": self.secret, "Events": "off"}
        return _action("Login", account)


def _added(put: Put) -> str:
    return _action(
        "DialplanExtensionAdd",
        {
            "Context": put.context,
            "Extension": put.exten,
            "Priority": str(put.priority),
            "Application": put.app,
            "ApplicationData": put.data,
            "Replace": "yes",
        },
    )


def _action(name: str, headers: dict[str, str]) -> str:
    lines = [f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items())]
    return "\r\n".join([*lines, "", ""])


def _read_successes(manager: socket.socket, count: int) -> None:
    got = b""
    while got.count(b"Response: ") < count or not got.endswith(b"\r\n\r\n"):
        part = manager.recv(65536)
        if not part:
            raise OSError("it hung up")
        got += part
        if b"Response: Error" in got and got.endswith(b"\r\n\r\n"):
            raise ActionFailed(got.rpartition(b"Message: ")[2].decode(errors="replace").strip())
