"""A call's legs: who rang whom, from when to when, and what came of it.

There is one for each channel that the call rang, and for each that came to it from another call
(an attended transfer, a pick-up, parking); where there is none, the caller's own. A channel is
known by its name, the only thing by which a bridge tells who else is in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from conmuta.apps.calls.contracts import CallFacts, LegView
from conmuta.apps.calls.parsing import SECOND_HALF, USER_EVENT, Event, began_with, cause_of
from conmuta.apps.calls.rules.calls import bridge_of, seconds

ANSWERED, NO_ANSWER, FAILED = "ANSWERED", "NO ANSWER", "FAILED"
_DISPOSITIONS = {
    **dict.fromkeys((0, 16, 18, 19, 23, 26, 127), NO_ANSWER),
    17: "BUSY",
    **dict.fromkeys((34, 38, 41, 42, 44), "CONGESTION"),
}
"""Of a channel that never answered, by its hang-up's cause (Q.850), in the words of Asterisk's
own call detail records; any other cause is a failure. 23: it sent the caller elsewhere; 26:
another answered."""
_DIALLED = {"in": 0, "internal": 0, "out": 1}
"""Which part of our own events is the number that a channel dialled."""
_ANNOUNCERS = ("CBAnn/", "CBRec/")  # a room's own, which nobody called


@dataclass(slots=True, eq=False)
class _Channel:
    """`caller` called it (none: the call's first, or a second half). `number` is its own;
    `dialled` is what our first event of it says, `began_with` what it brought."""

    name: str
    began: datetime
    is_called: bool = False
    number: str = ""
    began_with: str = ""
    dialled: str = ""
    caller: "_Channel | None" = None
    source: str = ""
    met: bool = False
    answered: datetime | None = None
    ended: datetime | None = None
    cause: int = 0
    talk_since: datetime | None = None
    talk_seconds: float = 0.0


@dataclass(slots=True)
class _Reading:
    channels: dict[str, _Channel] = field(default_factory=dict)
    bridges: dict[str, list[_Channel]] = field(default_factory=dict)
    teller: _Channel | None = None
    """Of whom the last event of our own told: it is the one that rings others."""
    over: datetime | None = None


def legs(events: Iterable[Event], call: CallFacts) -> tuple[LegView, ...]:
    """The legs of the call that these events of one linkedid tell, in the order in which they
    began, in whatever order the events are given."""
    ordered = sorted(events, key=lambda event: (event.batch, event.line))
    if not ordered:
        return ()
    reading = _Reading()
    for event in ordered:
        _take(reading, event)
    over = reading.over or (ordered[-1].at if call.cut_short else None)
    channels = list(reading.channels.values())
    called = [channel for channel in channels if channel.is_called]
    return tuple(_view(channel, over, call.dialled) for channel in called or channels[:1])


def _take(reading: _Reading, event: Event) -> None:
    if event.kind == "CHAN_START":
        _began(reading, event)
    channel = reading.channels.get(event.channel)
    if channel is None and event.uniqueid == event.linkedid:
        channel = _began(reading, event)  # the line that told its start was lost
    if event.kind == "BRIDGE_ENTER":
        _entered(reading, event)
    elif event.kind == "LINKEDID_END":
        reading.over = event.at
    elif channel is not None:
        _did(reading, channel, event)


def _did(reading: _Reading, channel: _Channel, event: Event) -> None:
    channel.number = event.number or channel.number
    if event.kind == "ANSWER":
        channel.answered = channel.answered or event.at
    elif event.kind == "BRIDGE_EXIT":
        _left(reading, channel, bridge_of(event), event.at)
    elif event.kind == "HANGUP":
        channel.ended, channel.cause = event.at, cause_of(event.extra)
        for bridge in list(reading.bridges):
            _left(reading, channel, bridge, event.at)
    elif event.kind == USER_EVENT:
        _told(reading, channel, event)


def _told(reading: _Reading, channel: _Channel, event: Event) -> None:
    if channel.answered or not channel.is_called:  # one that is being rung rings nobody
        reading.teller = channel
    if event.user_kind in _DIALLED and not channel.dialled:
        parts = [*event.extra.split("|"), ""]
        channel.dialled = parts[_DIALLED[event.user_kind]]


def _began(reading: _Reading, event: Event) -> _Channel:
    is_first = not reading.channels or event.uniqueid == event.linkedid
    channel = _Channel(
        name=event.channel,
        began=event.at,
        is_called=not (is_first or event.channel.endswith(SECOND_HALF)),
        number=event.number,
        began_with=began_with(event),
    )
    if channel.is_called:
        _calls(reading.teller or next(iter(reading.channels.values())), channel)
    return reading.channels.setdefault(channel.name, channel)


def _calls(caller: _Channel, called: _Channel) -> None:
    called.caller, called.source = caller, caller.number


def _entered(reading: _Reading, event: Event) -> None:
    bridge = bridge_of(event)
    if bridge is None:
        return
    members = reading.bridges.setdefault(bridge, [])
    names = (name for name in event.peer.split(",") if name and not name.startswith(_ANNOUNCERS))
    peers = [_in_bridge(reading, name, event.at) for name in names]
    entering = _in_bridge(reading, event.channel, event.at)
    members += [each for each in (*peers, entering) if each not in members]
    for peer in peers:
        _met(entering, peer)
        _met(peer, entering)
    _talk(members, event.at)


def _in_bridge(reading: _Reading, name: str, at: datetime) -> _Channel:
    """A channel by its name; one that is new comes from another call, which answered it."""
    known = reading.channels.get(name)
    if known is not None:
        return known
    first = next(iter(reading.channels.values()), None)
    is_called = first is not None and not name.endswith(SECOND_HALF)
    channel = _Channel(name, at, is_called=is_called, answered=at)
    if first is not None and is_called:
        _calls(first, channel)
    return reading.channels.setdefault(name, channel)


def _met(channel: _Channel, other: _Channel) -> None:
    """Whom a called channel speaks to first is who called it."""
    if not channel.met:
        channel.met = True
        if channel.is_called and other.caller is not channel:
            _calls(other, channel)


def _left(reading: _Reading, channel: _Channel, bridge: str | None, at: datetime) -> None:
    members = reading.bridges.get(bridge or "", [])
    if channel in members:
        members.remove(channel)
        _talk([channel], at)
        _talk(members, at)


def _talk(members: list[_Channel], at: datetime) -> None:
    """A leg's talk is with who called it, or took that one's place: not with whom it called."""
    for channel in members:
        talks = any(each is not channel and each.caller is not channel for each in members)
        if talks and channel.talk_since is None:
            channel.talk_since = at
        elif not talks and channel.talk_since is not None:
            channel.talk_seconds += seconds(channel.talk_since, at)
            channel.talk_since = None


def _view(channel: _Channel, over: datetime | None, dialled: str) -> LegView:
    caller = channel.caller or channel
    ended = channel.ended or over
    talking = seconds(channel.talk_since, ended)
    return LegView(
        channel=caller.name,
        peer_channel=channel.name if channel.is_called else "",
        source=channel.source or caller.number,
        destination=caller.dialled or caller.began_with or dialled,
        began=channel.began,
        answered=channel.answered,
        ended=ended,
        talk_seconds=round(channel.talk_seconds + talking, 3),
        disposition=ANSWERED if channel.answered else _DISPOSITIONS.get(channel.cause, FAILED),
    )
