"""What the tellers share: a line of the story, and what is remembered between lines."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from conmuta.apps.calls.parsing import Event
from conmuta_compiler.steps.common.words import Words


class Said(NamedTuple):
    """When, a word for machines, and the sentence."""

    at: datetime
    kind: str
    words: Words


@dataclass(slots=True)
class Story:
    """What has been told so far, as far as later lines depend on it."""

    linkedid: str
    introduced: bool
    """Whether one of our own events tells how the call began."""
    rung: dict[str, str] = field(default_factory=dict)
    """The number for which a channel was rung."""
    ringing: str = ""
    awaited: str = ""
    """The extension that rings and of which nothing else was told since."""
    steps: dict[str, str] = field(default_factory=dict)
    """Kinds of the flow steps passed, by `flow|step`."""
    transferred_to: str = ""
    """Where a blind transfer has just sent the call, which is no new dialling."""
    talked: bool = False
    hung_up: bool = False
    said: list[Said] = field(default_factory=list)

    def say(self, event: Event, words: Words, kind: str = "") -> None:
        """Adds a line at the event's time."""
        self.said.append(Said(event.at, kind or event.user_kind or event.kind.lower(), words))
