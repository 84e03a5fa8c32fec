"""How a state is shown: never by a colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A colour, a word and a shape (`platform/state.html`): good, waiting, bad or away."""

    kind: str
    word: str
