"""A recording that begins anew, in the same files, when what its channel hears has another source.

A telephone that takes over numbers its packets in its own way. Asterisk as Debian builds it takes
lower numbers for late packets and leaves them out of the recording (ADR 0061), about every second
time. A recording that begins anew knows no numbers yet. Where the transfer runs dialplan, the
dialplan sees to it (`c-record`, `again`); an attended transfer and a parked call taken back run
none, so it is done here.
"""

import asyncio
from dataclasses import dataclass

import structlog

from conmuta_node.ami import AmiClient, Message
from conmuta_node.errors import ActionFailed, AsteriskIsDown

log = structlog.get_logger()

SIDES = "recording_sides"
"""The variable of a recorded channel: where its sides go, as options of MixMonitor."""
SETTLED_SECONDS = 0.06  # three packets: with the first, Asterisk forgets the numbers it knew
EVENTS = {
    "AttendedTransfer": ("transfereechannel", "transfertargetchannel"),
    "UnParkedCall": ("parkeechannel", "retrieverchannel"),
}


@dataclass(frozen=True, slots=True)
class RecordAgain:
    """Listens for transfers, and lets recordings of their channels begin anew."""

    ami: AmiClient

    async def run(self) -> None:
        """Listen for ever; a channel that has ended meanwhile is no matter."""
        with self.ami.events(*EVENTS) as events:
            async for event in events:
                for channel in channels(event):
                    try:
                        await self._again(channel)
                    except (ActionFailed, AsteriskIsDown) as error:
                        log.info("recording.not_again", channel=channel, reason=str(error))

    async def _again(self, channel: str) -> None:
        asked = {"Channel": channel, "Variable": SIDES}
        sides = (await self.ami.action("Getvar", asked))["value"]
        if sides:
            await self.ami.action("StopMixMonitor", {"Channel": channel})
            await asyncio.sleep(SETTLED_SECONDS)
            await self.ami.action("MixMonitor", {"Channel": channel, "Options": f"ab{sides}"})
            log.info("recording.again", channel=channel)


def channels(event: Message) -> tuple[str, ...]:
    """The channels that an event joins."""
    named = (event[field] for field in EVENTS.get(event["event"], ()))
    return tuple(name for name in named if name)
