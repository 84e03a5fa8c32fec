"""Events of one linkedid, folded to one call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from conmuta.apps.calls.contracts import CallFacts, Direction, Disposition
from conmuta.apps.calls.parsing import SECOND_HALF, Event, began_with, detail_of

_OUTCOMES = {
    "no_answer": Disposition.NO_ANSWER,
    "busy": Disposition.BUSY,
    "unavailable": Disposition.UNAVAILABLE,
    "invalid": Disposition.UNAVAILABLE,
}
_DIAL_STATUS = {
    "BUSY": Disposition.BUSY,
    "NOANSWER": Disposition.NO_ANSWER,
    "CANCEL": Disposition.NO_ANSWER,
    "CHANUNAVAIL": Disposition.UNAVAILABLE,
    "CONGESTION": Disposition.UNAVAILABLE,
    "INVALIDARGS": Disposition.UNAVAILABLE,
}
_WAITING_ROOM = "holding_bridge"  # parked calls and queues' music: nobody talks there
_ELSEWHERE = (  # ids of other channels that a transfer or pick-up names
    "channel2_uniqueid",
    "transferee_channel_uniqueid",
    "transfer_target_channel_uniqueid",
    "pickup_channel_uniqueid",
)


@dataclass(slots=True)
class Folding:
    """What is known of a call so far. Events are added in the node's order."""

    linkedid: str
    began: datetime
    last_at: datetime
    direction: Direction | None = None
    caller: str = ""
    caller_name: str = ""
    dialled: str = ""
    began_with: str = ""
    gateway: str = ""
    call_class: str = ""
    rang: str = ""
    spoke: str = ""
    refused: str = ""
    queue: str = ""
    queue_result: str = ""
    outcome: Disposition | None = None
    dial_status: Disposition | None = None
    first_ring: datetime | None = None
    ring_stopped: datetime | None = None
    answered: datetime | None = None
    system_answered: datetime | None = None
    talk_since: datetime | None = None
    talk_seconds: float = 0.0
    ended: datetime | None = None
    recorded: bool = False
    not_recorded: str = ""
    voicemail: bool = False
    fax: bool = False
    room: bool = False
    final: bool = False
    own: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    bridges: dict[str, set[str]] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """The next event of the node's file."""
        self.last_at = event.at
        if event.uniqueid not in self.own:
            self.others.add(event.uniqueid)
        step = _STEPS.get(event.kind)
        if step:
            step(self, event)

    def facts(self, *, cut_short: bool = False) -> CallFacts:
        """The call as it stands. `cut_short`: Asterisk died, the last event was its end."""
        return _facts(self, cut_short=cut_short)


def fold_call(events: Iterable[Event], *, cut_short: bool = False) -> CallFacts:
    """The call that these events of one linkedid tell, in whatever order they are given."""
    return fold(events).facts(cut_short=cut_short)


def fold(events: Iterable[Event]) -> Folding:
    """The same, to be gone on with. `events` must hold one at least."""
    ordered = sorted(events, key=_place)
    state = begin(ordered[0])
    for event in ordered:
        state.add(event)
    return state


def begin(first: Event) -> Folding:
    """A call of which nothing is known yet; `first` is still to be added."""
    return Folding(first.linkedid, first.at, first.at)


def _place(event: Event) -> tuple[int, int]:
    return event.batch, event.line


def _facts(state: Folding, *, cut_short: bool) -> CallFacts:
    cut_short = cut_short and not state.final
    over = state.final or cut_short
    last = state.last_at
    ended = (state.ended or last) if over else None
    talking = seconds(state.talk_since, last) if over else 0.0
    stop = state.answered or state.ring_stopped or ended
    return CallFacts(
        linkedid=state.linkedid,
        direction=state.direction or Direction.INTERNAL,
        began=state.began,
        last_at=last,
        caller=state.caller,
        caller_name=state.caller_name,
        callee=_callee(state),
        dialled=_dialled(state),
        gateway=state.gateway,
        call_class=state.call_class,
        answered=state.answered,
        ended=ended,
        ring_seconds=seconds(state.first_ring, stop),
        talk_seconds=round(state.talk_seconds + talking, 3),
        disposition=_disposition(state, over=over),
        refused=state.refused,
        queue=state.queue,
        recorded=state.recorded,
        not_recorded=state.not_recorded,
        cut_short=cut_short,
        final=state.final,
        joined=tuple(sorted(state.others - state.own - {state.linkedid, ""})),
    )


def _dialled(state: Folding) -> str:
    """What our own events say; where none introduced the call, what its first channel dialled."""
    return state.dialled or ("" if state.direction else state.began_with)


def _callee(state: Folding) -> str:
    if state.direction is Direction.OUT:
        return state.dialled
    return state.spoke or state.rang or state.dialled


def _disposition(state: Folding, *, over: bool) -> Disposition:
    if state.answered:
        return Disposition.ANSWERED
    if not over:
        return Disposition.IN_PROGRESS
    for happened, disposition in (
        (state.voicemail, Disposition.VOICEMAIL),
        (state.fax, Disposition.FAX),
        (state.refused, Disposition.REFUSED),
        (state.queue_result == "abandoned", Disposition.ABANDONED),
    ):
        if happened:
            return disposition
    return _unanswered(state)


def _unanswered(state: Folding) -> Disposition:
    tried = state.outcome or state.dial_status
    if tried:
        return tried
    return Disposition.SELF_SERVICE if state.system_answered else Disposition.NO_ANSWER


def bridge_of(event: Event) -> str | None:
    """The bridge that a channel enters or leaves; None for one in which nobody talks."""
    detail = detail_of(event.extra)
    is_room = detail.get("bridge_technology") == _WAITING_ROOM
    return None if is_room else detail.get("bridge_id", "")


def seconds(since: datetime | None, until: datetime | None) -> float:
    """A clock that jumped back makes no negative time."""
    if since is None or until is None:
        return 0.0
    return round(max(0.0, (until - since).total_seconds()), 3)


# What each kind of event means.


def _started(state: Folding, event: Event) -> None:
    state.own.add(event.uniqueid)
    state.others.discard(event.uniqueid)
    if event.uniqueid == state.linkedid:
        state.caller = state.caller or event.number
        state.caller_name = state.caller_name or event.name
        state.began_with = state.began_with or began_with(event)


def _answered(state: Folding, event: Event) -> None:
    is_callers = event.uniqueid == state.linkedid or event.channel.endswith(SECOND_HALF)
    if not is_callers:
        state.spoke = event.number or state.rang
    elif not state.system_answered:
        state.system_answered = event.at


def _entered_bridge(state: Folding, event: Event) -> None:
    bridge = bridge_of(event)
    if bridge is None:
        return
    members = state.bridges.setdefault(bridge, set())
    members.add(event.channel)
    members.update(peer for peer in event.peer.split(",") if peer)
    _note_stranger(state, event)
    if state.talk_since is None and _somebody_talks(state):
        state.talk_since = event.at
        state.answered = state.answered or event.at


def _left_bridge(state: Folding, event: Event) -> None:
    members = state.bridges.get(detail_of(event.extra).get("bridge_id", ""))
    if members:
        members.discard(event.channel)
    _note_stranger(state, event)
    if state.talk_since and not _somebody_talks(state):
        state.talk_seconds += seconds(state.talk_since, event.at)
        state.talk_since = None


def _note_stranger(state: Folding, event: Event) -> None:
    """Who came from another call (a transfer, a pick-up) is whom the caller speaks to now."""
    if event.uniqueid not in state.own and event.uniqueid != state.linkedid:
        state.spoke = event.number or state.spoke


def _somebody_talks(state: Folding) -> bool:
    return any(len(members) > 1 or (members and state.room) for members in state.bridges.values())


def _hung_up(state: Folding, event: Event) -> None:
    if event.uniqueid == state.linkedid:
        state.dial_status = _DIAL_STATUS.get(detail_of(event.extra).get("dialstatus", ""))


def _over(state: Folding, event: Event) -> None:
    state.final = True
    state.ended = event.at
    state.talk_seconds += seconds(state.talk_since, event.at)
    state.talk_since = None


def _joined(state: Folding, event: Event) -> None:
    detail = detail_of(event.extra)
    named = {detail.get(name, "") for name in _ELSEWHERE}
    state.others |= {unique for unique in named if unique != "N/A"}


def _told(state: Folding, event: Event) -> None:
    step = _TELLINGS.get(event.user_kind)
    if step:
        step(state, event, event.extra.split("|"))


_STEPS: dict[str, Callable[[Folding, Event], None]] = {
    "CHAN_START": _started,
    "ANSWER": _answered,
    "BRIDGE_ENTER": _entered_bridge,
    "BRIDGE_EXIT": _left_bridge,
    "HANGUP": _hung_up,
    "LINKEDID_END": _over,
    "ATTENDEDTRANSFER": _joined,
    "BLINDTRANSFER": _joined,
    "PICKUP": _joined,
    "USER_DEFINED": _told,
}


# What each of our own events means (ARCHITECTURE.md, "User events in CEL").


def _came_in(state: Folding, event: Event, parts: list[str]) -> None:
    if state.direction is None:
        state.direction = Direction.IN
        state.dialled = parts[0]
        state.gateway = _part(parts, 1)
        state.caller = event.number or state.caller
        state.caller_name = event.name or state.caller_name


def _dialled_inside(state: Folding, event: Event, parts: list[str]) -> None:
    if state.direction is None:
        state.direction = Direction.INTERNAL
        state.caller = event.number or state.caller
    state.dialled = state.dialled or parts[0]
    if _part(parts, 1):
        _rings(state, event, parts[1:])


def _went_out(state: Folding, event: Event, parts: list[str]) -> None:
    if state.direction is None:
        state.direction = Direction.OUT
        state.caller = event.number or state.caller
    state.call_class = parts[0]
    state.first_ring = state.first_ring or event.at
    if state.direction is Direction.OUT:
        state.dialled = state.dialled or _part(parts, 1)
        state.gateway = _part(parts, 2)
    else:
        state.rang = _part(parts, 1)


def _refused(state: Folding, event: Event, parts: list[str]) -> None:
    state.refused = parts[0]
    if state.direction is None and parts[0] != "invalid":
        state.direction = Direction.OUT
    state.dialled = state.dialled or _part(parts, 1) or began_with(event) or state.began_with


def _rings(state: Folding, event: Event, parts: list[str]) -> None:
    state.rang = parts[0]
    state.first_ring = state.first_ring or event.at
    state.ring_stopped = None
    state.outcome = None


def _rang(state: Folding, event: Event, parts: list[str]) -> None:
    outcome = _part(parts, 1)
    state.outcome = _OUTCOMES.get(outcome)
    if outcome == "answered":
        state.spoke = state.spoke or parts[0]
    else:
        state.ring_stopped = event.at


def _left_queue(state: Folding, _event: Event, parts: list[str]) -> None:
    state.queue = parts[0]
    state.queue_result = _part(parts, 1)
    state.outcome = None


def _voicemail(state: Folding, _event: Event, parts: list[str]) -> None:
    state.voicemail = True
    state.rang = state.rang or parts[0]


def _recorded(state: Folding, _event: Event, _parts: list[str]) -> None:
    state.recorded = True


def _not_recorded(state: Folding, _event: Event, parts: list[str]) -> None:
    state.not_recorded = parts[0]


def _faxed(state: Folding, _event: Event, parts: list[str]) -> None:
    state.fax = True
    if state.direction is None:
        state.direction = Direction.OUT if parts[0] == "sent" else Direction.IN


def _conference(state: Folding, event: Event, parts: list[str]) -> None:
    """Who is alone in a room has been answered all the same: by the room."""
    state.room = True
    state.spoke = parts[0]
    state.answered = state.answered or event.at


def _part(parts: list[str], index: int) -> str:
    return parts[index] if len(parts) > index else ""


_TELLINGS: dict[str, Callable[[Folding, Event, list[str]], None]] = {
    "in": _came_in,
    "internal": _dialled_inside,
    "out": _went_out,
    "refused": _refused,
    "ring": _rings,
    "result": _rang,
    "queue": _left_queue,
    "voicemail": _voicemail,
    "recording": _recorded,
    "not_recorded": _not_recorded,
    "fax": _faxed,
    "conference": _conference,
}
