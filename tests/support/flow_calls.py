"""Calls through compiled flows on a real Asterisk whose clock a test sets: the path they take."""

import asyncio
import contextlib
import itertools
import time
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tests.support.asterisk import FAKETIME, asterisk_root, write_texts
from tests.support.lab import local_settings

from conmuta_compiler import NodeSecrets, compile_node, compile_tenant, names
from conmuta_node.ami import AmiClient, EventStream, Message
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import ActionFailed
from conmuta_node.objects import PhoneObjects, joined
from conmuta_plan import TenantPlan

Event = tuple[str, str]
SILENCE = "5" * 64
"""The digest of a prompt that is a tenth of a second of silence."""
LISTENING = {"WaitExten", "Read"}
WATCHER = """
[watcher]
secret = watcher
permit = 127.0.0.1/255.255.255.255
read = all
write = all
"""


@dataclass(frozen=True, slots=True)
class FlowCall:
    """A call to make: what it presses each time that a step listens, and when it has seen enough.

    `enough` events and it hangs up, as a caller who goes round in circles does at last.
    """

    tenant: str
    flow: str
    keys: Sequence[str] = ()
    enough: int | None = None


@dataclass
class FlowLab:
    """One Asterisk with the flows of one tenant at a time."""

    home: AsteriskHome
    port: int
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    def prepare(cls, folder: Path, tenant: str) -> "FlowLab":
        """Written, not started."""
        settings = replace(local_settings(), tls_port=0)
        environment = {
            "LD_PRELOAD": FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": "/state/clock",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        home = AsteriskHome(folder, asterisk_root(), environment)
        files = compile_node(settings, NodeSecrets(manager="a secret for tests"))
        files["manager.conf"] += WATCHER
        home.install(files)
        (folder / "clock").write_text("+0")
        _write_silence(folder / "media" / f"{SILENCE}.wav")
        (folder / "etc" / "tenants" / tenant).mkdir(parents=True, exist_ok=True)
        return cls(home, settings.ami_port)

    def use(self, plan: TenantPlan) -> None:
        """These are the tenant's flows and queues now."""
        texts = compile_tenant(plan)
        write_texts(self.home.state / "etc" / "tenants" / plan.tenant, texts)
        PhoneObjects(self.home.state / "pjsip.sqlite3").replace(plan.tenant, joined(texts))
        for command in ("dialplan reload", "queue reload all", "voicemail reload"):
            self.home.cli(command)

    def set_clock(self, at: datetime) -> None:
        """Asterisk believes that it is `at`. No call may be up."""
        fresh = self.home.state / "clock.new"  # renamed: the clock is read at any moment
        fresh.write_text(f"{int(at.timestamp() - time.time()):+d}")
        fresh.replace(self.home.state / "clock")

    async def paths(self, calls: Iterable[FlowCall]) -> list[list[Event]]:
        """The `step` and `took` events of each call, all made at once."""
        async with AmiClient("127.0.0.1", self.port, "watcher", "watcher") as ami:
            await ami.wait_connected()
            return list(await asyncio.gather(*(self._path(ami, call) for call in calls)))

    async def _path(self, ami: AmiClient, call: FlowCall) -> list[Event]:
        name = f"flow{next(self.numbers)}"
        context = names.context(call.tenant, "flow", call.flow)
        with ami.events("Newexten", "Hangup") as events:
            await ami.action(
                "Originate",
                {
                    "Channel": f"Local/start@{context}/n",
                    "Application": "Wait",
                    "Data": "120",
                    "Async": "true",
                    "Timeout": "120000",
                    "ChannelId": name,
                    "OtherChannelId": f"{name}-flow",
                },
            )
            path: list[Event] = []
            try:
                async with asyncio.timeout(90):
                    await self._follow(ami, events, f"{name}-flow", call, path)
            except TimeoutError:
                up = self.home.cli("core show channels concise")
                raise AssertionError(f"{name} did not end: {path}; channels: {up}") from None
            return path

    async def _follow(
        self,
        ami: AmiClient,
        events: EventStream,
        name: str,
        call: FlowCall,
        path: list[Event],
    ) -> None:
        """Presses the call's keys, and adds its events to `path`."""
        keys = list(call.keys)
        async for event in events:
            if event["Uniqueid"] != name:
                continue
            if event["Event"] == "Hangup":
                break
            if event["Application"] in LISTENING and keys:
                await _press(ami, event["Channel"], keys.pop(0))
            path += _user_event(event)
            if call.enough is not None and len(path) >= call.enough:
                with contextlib.suppress(ActionFailed):  # it may have hung up by itself
                    await ami.action("Hangup", {"Channel": event["Channel"]})
                break


def _user_event(event: Message) -> list[Event]:
    """The event of a flow that this application writes, if it does."""
    kind, _, extra = event["AppData"].partition(",")
    is_ours = event["Application"] == "CELGenUserEvent" and kind in {"step", "took"}
    return [(kind, extra)] if is_ours else []


async def _press(ami: AmiClient, channel: str, digits: str) -> None:
    for digit in digits:
        key = {"Channel": channel, "Digit": digit, "Duration": "60", "Receive": "true"}
        await ami.action("PlayDTMF", key)


def _write_silence(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
