"""Listening for keys: the context in which Asterisk matches what a caller presses.

Asterisk itself collects the digits (`Background`, `WaitExten`) and knows when no longer number
can match, so that a key answers at once and an extension after its last digit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call
from conmuta_compiler.steps.common.kind import F, Fields, Placed
from conmuta_compiler.steps.common.prompts import files, play
from conmuta_compiler.steps.common.ways import leave, menu_context
from conmuta_plan import TenantPlan

Tries = Annotated[int, msgspec.Meta(ge=1, le=20)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=120)]


class Listening(Fields, frozen=True, kw_only=True):
    """What every step that listens has.

    `prompts` are heard and can be interrupted; then the caller has `seconds`. Whoever presses
    something wrong hears `invalid_prompts` and tries again, `invalid_tries` times in all; whoever
    presses nothing hears `timeout_prompts`, `timeout_tries` times in all. `digit_seconds` is how
    long the next digit of a number may take.
    """

    prompts: tuple[str, ...] = ()
    seconds: Seconds = 5
    digit_seconds: Annotated[int, msgspec.Meta(ge=1, le=30)] = 2
    invalid_prompts: tuple[str, ...] = ()
    invalid_tries: Tries = 3
    timeout_prompts: tuple[str, ...] = ()
    timeout_tries: Tries = 1

    def all_prompts(self) -> tuple[str, ...]:
        return (*self.prompts, *self.invalid_prompts, *self.timeout_prompts)


@dataclass(frozen=True, slots=True)
class Ear:
    """What counts: keys (each an exit), a key that repeats, and numbers by their patterns."""

    keys: tuple[str, ...] = ()
    repeat: str = ""
    numbers: tuple[tuple[str, int], ...] = ()
    """(first digits, length): `("567", 3)` for any three digits that begin with 5, 6 or 7."""

    def exact(self) -> tuple[str, ...]:
        return (*self.keys, *((self.repeat,) if self.repeat else ()))

    def matches(self, digits: str) -> bool:
        return digits in self.exact() or self.is_number(digits)

    def is_number(self, digits: str) -> bool:
        return any(
            len(digits) == length and digits[0] in firsts and digits.isdecimal()
            for firsts, length in self.numbers
        )

    def may_grow(self, digits: str) -> bool:
        """Whether something longer that begins so could match."""
        if any(key.startswith(digits) and key != digits for key in self.exact()):
            return True
        return digits.isdecimal() and any(
            digits[0] in firsts and len(digits) < length for firsts, length in self.numbers
        )

    def take(self, pressed: str) -> tuple[str, str]:
        """What Asterisk collects of `pressed`, and what it leaves."""
        taken = 1
        while taken < len(pressed) and self.may_grow(pressed[:taken]):
            taken += 1
        return pressed[:taken], pressed[taken:]


def extension_patterns(plan: TenantPlan) -> tuple[tuple[str, int], ...]:
    """All extensions by length and first digits, so that a wrong one is heard as one too."""
    firsts: dict[int, set[str]] = {}
    for extension in plan.extensions:
        firsts.setdefault(len(extension.number), set()).add(extension.number[0])
    return tuple(("".join(sorted(digits)), size) for size, digits in sorted(firsts.items()))


def compile_listening(here: Placed[F], fields: Listening, ear: Ear, number_exit: str) -> Block:
    """The step that listens, and its context."""
    block = Block()
    if fields.invalid_tries > 1:
        block.app("Set(wrong=0)")
    if fields.timeout_tries > 1:
        block.app("Set(silent=0)")
    if ear.numbers or any(len(key) > 1 for key in ear.keys):
        block.app(f"Set(TIMEOUT(digit)={fields.digit_seconds})")
    context = menu_context(here.plan.tenant, here.flow.name, here.step.name)
    block.app(f"Goto({context},s,1)")
    block.contexts.append(_context(here, fields, ear, context, number_exit))
    return block


def _context(here: Placed[F], fields: Listening, ear: Ear, context: str, number_exit: str) -> str:
    parts = [
        f"; what {here.where} listens for",
        f"[{context}]",
        _ask(here, fields).render("s"),
        *(_key(here, key).render(key) for key in ear.keys),
        *([f"exten => {ear.repeat},1,Goto(s,1)"] if ear.repeat else ()),
        *(_number(here, number_exit).render(pattern(*shape)) for shape in ear.numbers),
        _again(here, "invalid", fields.invalid_tries, fields.invalid_prompts, "wrong").render("i"),
        _again(here, "timeout", fields.timeout_tries, fields.timeout_prompts, "silent").render("t"),
    ]
    return "\n".join(parts)


def pattern(firsts: str, length: int) -> str:
    first = firsts if len(firsts) == 1 else f"[{firsts}]"
    return f"_{first}{'X' * (length - 1)}"


def _ask(here: Placed[F], fields: Listening) -> Block:
    block = Block()
    paths = files(here.plan, fields.prompts)
    block.app(f"Background({paths})" if paths else "Answer()")
    block.app(f"WaitExten({fields.seconds})")
    return block


def _key(here: Placed[F], key: str) -> Block:
    block = Block()
    block.app(f"Set(key={key})")
    leave(here, block, key)
    return block


def _number(here: Placed[F], exit_name: str) -> Block:
    block = Block()
    block.app("Set(dialled=${EXTEN})")
    leave(here, block, exit_name)
    return block


def _again(
    here: Placed[F], exit_name: str, tries: int, prompts: Sequence[str], counter: str
) -> Block:
    """Counts, and asks again until the tries are used up."""
    block = Block()
    if tries > 1:
        block.app(f"Set({counter}=$[${{{counter}}} + 1])")
        block.app(f"GotoIf($[${{{counter}}} >= {tries}]?enough)")
        play(here.plan, block, prompts)
        block.app("Goto(s,1)")
    leave(here, block, exit_name, "enough")
    return block


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of listening: `what` is a key, "number", "invalid" or "timeout"."""

    what: str
    digits: str
    wrong: tuple[str, ...]
    """What was pressed in vain before, "" for silence."""


def listen(call: Call, fields: Listening, ear: Ear) -> Heard:
    """Plays the tries of one listening step."""
    wrong: list[str] = []
    left = {"invalid": fields.invalid_tries, "timeout": fields.timeout_tries}
    while True:
        what, digits = _one_try(call, ear)
        if what == "repeat":
            continue
        if what not in left:
            return Heard(what, digits, tuple(wrong))
        left[what] -= 1
        if not left[what]:
            return Heard(what, digits, tuple(wrong))
        wrong.append(digits)


def _one_try(call: Call, ear: Ear) -> tuple[str, str]:
    pressed = call.pressed()
    if not pressed:
        return "timeout", ""
    digits, rest = ear.take(pressed)
    call.put_back(rest)
    if digits == ear.repeat:
        return "repeat", digits
    if digits in ear.keys:
        return digits, digits
    return ("number" if ear.is_number(digits) else "invalid"), digits


def shadowed(ear: Ear) -> Iterable[str]:
    """Keys that must wait for `digit_seconds`, because a longer number begins so."""
    return (key for key in ear.exact() if ear.may_grow(key))
