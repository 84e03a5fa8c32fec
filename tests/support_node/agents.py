"""The agent as a process of its own, as on a real node; to be killed at will."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port, rtp_range
from tests.support_node.double import TOKEN, ServerDouble
from tests.support_node.home import asterisk_root

from conmuta_node.asterisk import AsteriskHome
from conmuta_plan.node import NodeSettings

SOURCES = Path(__file__).parents[2] / "src"


DIED = 41
"""The exit code of an agent that dies where a test wants it to."""


def node_settings() -> NodeSettings:
    """A node that listens on free ports of this machine alone."""
    first, last = rtp_range(200)
    return NodeSettings(
        bind="127.0.0.1",
        udp_port=free_port(),
        tcp_port=0,
        tls_port=0,
        rtp_first=first,
        rtp_last=last,
        http_port=free_port(),
        ami_port=free_port(),
    )


@dataclass
class NodeUnderTest:
    """A state folder, the agent that works in it, and the server it talks to."""

    home: AsteriskHome
    server: ServerDouble
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    wrapper: tuple[str, ...] = ()
    """Words before the agent's command line."""

    @property
    def state(self) -> Path:
        return self.home.state

    @property
    def log_path(self) -> Path:
        return self.state.parent / "agent.log"

    def log_tail(self) -> str:
        """The agent's last words."""
        return self.log_path.read_text(errors="replace")[-3000:] if self.log_path.exists() else ""

    def start(self) -> None:
        """Start the agent."""
        token = self.state.parent / "token"
        token.write_text(TOKEN)
        line = [*self.wrapper, sys.executable, "-m", "conmuta_node", "--state", str(self.state)]
        line += ["--server", self.server.url, "--token-file", str(token)]
        line += ["--asterisk-root", str(self.home.root), *self.options]
        environment = {**os.environ, "PYTHONPATH": str(SOURCES), "CONMUTA_LOG": "DEBUG"}
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(line, stdout=log, stderr=log, env=environment)

    def kill(self) -> None:
        """End the agent as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Tell the agent to stop, with Asterisk; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def call(self, number: str, tenant: str = "acme", *, seconds: int = 120) -> None:
        """Asterisk calls an extension of a company and waits."""
        text = (
            f"Channel: Local/{number}@{tenant}-local\nAccount: {tenant}\nMaxRetries: 0\n"
            f"Application: Wait\nData: {seconds}\n"
        )
        name = f"{time.monotonic_ns()}.call"
        draft = self.state / "spool" / name
        draft.write_text(text)
        draft.rename(self.state / "spool/outgoing" / name)

    def log(self) -> str:
        return self.log_path.read_text()


@contextmanager
def node_under_test(state: Path) -> Iterator[NodeUnderTest]:
    """A node with a server, neither started on anything yet but the server."""
    server = ServerDouble(node_settings()).start()
    node = NodeUnderTest(AsteriskHome(state, asterisk_root()), server)
    try:
        yield node
    finally:
        if node.process is not None and node.process.poll() is None:
            node.kill()
        node.home.stop()
        server.stop()


def knows(node: NodeUnderTest, number: str, tenant: str = "acme") -> bool:
    """Whether Asterisk has that extension, in the dialplan and as a telephone."""
    dialplan = node.home.cli(f"dialplan show {number}@{tenant}-local")
    phone = node.home.cli(f"pjsip show endpoint {number}@{tenant}.example.test")
    return f"'{number}'" in dialplan and "Unable to find" not in phone


def dies_in(method: str, of: str = "applier.Applier") -> tuple[str, ...]:
    """The agent dies where it would begin that method of a part of `conmuta_node.apply`."""
    module, _, part = of.partition(".")
    return (
        sys.executable,
        "-c",
        (
            "import os, sys\n"
            "from conmuta_node import __main__ as agent\n"
            f"from conmuta_node.apply.{module} import {part}\n"
            f"{part}.{method} = lambda *_: os._exit({DIED})\n"
            "sys.exit(agent.main(sys.argv[4:]))\n"
        ),
    )
