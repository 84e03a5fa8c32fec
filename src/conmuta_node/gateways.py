"""How each gateway is: answering (OPTIONS) or not, registered or refused.

Asterisk tells in an event when a contact begins or ceases to answer, and when a registration
changes; then a report goes at once. Since events may be missed, a few gateways are asked about
at each report too, in turn; never all objects, which takes seconds where there are many.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from conmuta_compiler import names
from conmuta_node.ami import AmiClient, Message
from conmuta_node.apply.plans import PlanStore
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown
from conmuta_plan.node import GatewayState, GatewayStatus

EVENTS = ("ContactStatus", "Registry")
SETTLED_SECONDS = 0.5  # many gateways change together, as when a line is cut
ASKED_AT_ONCE = 20
_CONTACT = re.compile(r"^\s*Contact:\s+\S+\s+\S+\s+(Avail|Unavail|NonQual)\b", re.MULTILINE)
_REGISTRATION = re.compile(
    r"^\s*(\S+)-registration/.*?\s(Registered|Unregistered|Rejected|Stopped)\b", re.MULTILINE
)
_WORDS = {
    "Avail": GatewayStatus.UP,
    "Unavail": GatewayStatus.DOWN,
    "Reachable": GatewayStatus.UP,
    "Unreachable": GatewayStatus.DOWN,
    "Registered": GatewayStatus.UP,
    "Unregistered": GatewayStatus.DOWN,
    "Rejected": GatewayStatus.REFUSED,
    "Stopped": GatewayStatus.REFUSED,
}
_WORSE = (GatewayStatus.UNWATCHED, GatewayStatus.UP, GatewayStatus.DOWN, GatewayStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class Known:
    """One gateway of a plan in force."""

    unit: str
    name: str
    is_watched: bool

    @property
    def object(self) -> str:
        """Its name in Asterisk."""
        return names.gateway(self.unit, self.name)


@dataclass(slots=True)
class GatewayWatch:
    """The state of the gateways of all plans in force."""

    home: AsteriskHome
    store: PlanStore
    ami: AmiClient
    changed: Callable[[], None]
    _plans: dict[str, tuple[str, tuple[Known, ...]]] = field(default_factory=dict)
    """Unit → folder and its gateways."""
    _answers: dict[str, GatewayStatus] = field(default_factory=dict)
    """Name in Asterisk → what is known of its contact, the longest known first."""

    async def run(self) -> None:
        """Listen for ever."""
        with self.ami.events(*EVENTS) as events:
            async for event in events:
                if self._note(event):
                    await asyncio.sleep(SETTLED_SECONDS)
                    self.changed()

    def states(self) -> tuple[GatewayState, ...]:
        """For the report; empty where Asterisk is down."""
        gateways = self._gateways()
        try:
            registered = registrations(self.home.cli("pjsip show registrations", 5.0))
            self._ask(gateways)
        except AsteriskIsDown:
            return ()
        return tuple(self._state(each, registered) for each in gateways)

    def _note(self, event: Message) -> bool:
        """Whether it tells of a gateway."""
        if event["event"] == "Registry":
            return True
        status, name = _WORDS.get(event["contactstatus"]), event["aor"]
        if status is None or "-gw-" not in name or self._answers.get(name) is status:
            return False
        self._answers[name] = status
        return True

    def _ask(self, gateways: tuple[Known, ...]) -> None:
        watched = {each.object for each in gateways if each.is_watched}
        for gone in self._answers.keys() - watched:
            del self._answers[gone]
        new = [name for name in sorted(watched) if name not in self._answers]
        for name in [*new, *self._answers][: max(ASKED_AT_ONCE, len(new))]:
            status = contact(self.home.cli(f"pjsip show aor {name}", 5.0))
            self._answers.pop(name, None)
            self._answers[name] = status

    def _state(self, gateway: Known, registered: Mapping[str, GatewayStatus]) -> GatewayState:
        name = gateway.object
        found = (self._answers.get(name), registered.get(name))
        worst = max((each for each in found if each), key=_WORSE.index, default=_WORSE[0])
        return GatewayState(unit=gateway.unit, gateway=gateway.name, status=worst)

    def _gateways(self) -> tuple[Known, ...]:
        units = self.store.tenants()
        for gone in self._plans.keys() - units:
            del self._plans[gone]
        for unit in units:
            folder = self.store.linked(unit)
            if folder and self._plans.get(unit, ("", ()))[0] != folder:
                plan = self.store.any_plan(unit, folder)
                known = (Known(unit, each.name, each.watch_seconds > 0) for each in plan.gateways)
                self._plans[unit] = (folder, tuple(known))
        return tuple(each for unit in sorted(self._plans) for each in self._plans[unit][1])


def contact(shown: str) -> GatewayStatus:
    """From `pjsip show aor`."""
    match = _CONTACT.search(shown)
    return _WORDS.get(match[1], GatewayStatus.UNWATCHED) if match else GatewayStatus.UNWATCHED


def registrations(shown: str) -> dict[str, GatewayStatus]:
    """From `pjsip show registrations`: name in Asterisk → how it stands."""
    return {name: _WORDS[word] for name, word in _REGISTRATION.findall(shown)}
