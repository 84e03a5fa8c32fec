"""A call as rehearsal plays it: what it knows, what it will press, what it meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conmuta_compiler.steps.common.text import own_name
from conmuta_compiler.steps.common.words import Words
from conmuta_plan import TenantPlan


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: by which exit, or None where the call ends there; and why, in words.

    `flow` is set where the call goes on in another flow.
    """

    exit: str | None
    words: Words
    flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What rehearsal assumes of everything outside the flow."""

    extensions: Mapping[str, str] = field(default_factory=dict)
    """Extension → answered, no_answer, busy, unavailable. Others answer."""
    queues: Mapping[str, str] = field(default_factory=dict)
    """Queue → answered, full, timeout, empty, key:K. Others answer."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Number outside → what comes of dialling it. Others answer."""
    services: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)
    """Step of kind web_service → the JSON that comes back, None where it fails."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for a result that does not exist, with those that do."""
        _check("extension", self.extensions, _REACHED)
        _check("number", self.numbers, (*_REACHED, "refused", "invalid"))
        keys = tuple(f"key:{key}" for key in "0123456789*#")
        _check("queue", self.queues, ("answered", "full", "timeout", "empty", *keys))


_REACHED = ("answered", "no_answer", "busy", "unavailable")


def _check(what: str, told: Mapping[str, str], known: tuple[str, ...]) -> None:
    for name, result in told.items():
        if result not in known:
            raise ValueError(f"{what} {name}: “{result}” is none of {', '.join(known)}.")


@dataclass(slots=True)
class Call:
    """The call's state on its way; steps change it."""

    plan: TenantPlan
    at: datetime
    keys: list[str]
    """What the caller presses each time that the flow listens; "" waits in silence."""
    caller: str = ""
    caller_name: str = ""
    number: str = ""
    world: World = World()
    language: str = ""
    dialled: str = ""
    key: str = ""
    result: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    """What was pressed each time that a step listened."""

    def pressed(self) -> str:
        """The next thing that the caller presses; "" when there is no more."""
        self.heard.append(self.keys.pop(0) if self.keys else "")
        return self.heard[-1]

    def put_back(self, digits: str) -> None:
        """Digits that the step did not need stay for the next that listens."""
        if digits:
            self.keys.insert(0, digits)
            self.heard[-1] = self.heard[-1].removesuffix(digits)

    def read(self, name: str) -> str:
        """The value of a variable as the dialplan would read it."""
        built_in = {
            "caller": self.caller,
            "caller_name": self.caller_name,
            "number": self.number,
            "dialled": self.dialled,
            "key": self.key,
            "result": self.result,
            "language": self.language,
            "call": "",
        }
        return built_in[name] if name in built_in else self.variables.get(own_name(name), "")

    def state(self) -> tuple[object, ...]:
        """All that can change the call's way: the same state twice is a loop."""
        return (
            tuple(self.keys),
            self.language,
            self.dialled,
            self.key,
            self.result,
            tuple(sorted(self.variables.items())),
        )
