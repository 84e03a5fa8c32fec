"""What a rehearsal tells."""

from dataclasses import dataclass

from conmuta_compiler.steps.common.text import shown
from conmuta_compiler.steps.common.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened, and why, in words.

    `flow`, `step` and `kind` are "" for what happens outside flows. `exit` is the exit taken to
    another step, None where the call ended or left the flow there.
    """

    words: Words
    flow: str = ""
    step: str = ""
    kind: str = ""
    exit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A call's path. `loops`: it goes round in circles from its last moment on."""

    moments: tuple[Moment, ...]
    events: tuple[tuple[str, str], ...]
    """The user events `step` and `took` that Asterisk writes on this path."""
    pressed: tuple[str, ...] = ()
    """What the caller pressed each time that a step listened; "" was silence."""
    loops: bool = False

    def text(self, language: str) -> str:
        """The path, a numbered line for each moment."""
        return "\n".join(
            f"{number}. {_place(moment)}{moment.words.text(language)}{_way(moment)}"
            for number, moment in enumerate(self.moments, 1)
        )


def _place(moment: Moment) -> str:
    return f"[{moment.flow} / {moment.step}] " if moment.step else ""


def _way(moment: Moment) -> str:
    return f" → {moment.exit}" if moment.exit and moment.exit != "next" else ""


def step_event(flow: str, step: str, kind: str) -> tuple[str, str]:
    return "step", f"{flow}|{step}|{shown(kind)}"


def took_event(flow: str, step: str, exit_name: str) -> tuple[str, str]:
    return "took", f"{flow}|{step}|{shown(exit_name)}"
