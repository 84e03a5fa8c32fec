"""Menu: says the choices and follows the key; an extension can be dialled at it too."""

import re
from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Placed, StepKind
from conmuta_compiler.steps.common.listen import (
    Ear,
    Heard,
    Listening,
    compile_listening,
    extension_patterns,
    listen,
    shadowed,
)
from conmuta_compiler.steps.common.prompts import check_prompts, say_words
from conmuta_compiler.steps.common.words import Words, listed, words
from conmuta_plan import TenantPlan

KEY = re.compile(r"[0-9*#]{1,5}")


class Menu(Listening, frozen=True, kw_only=True):
    """The exits are the keys (`1`, `*`, `#`, also `12`), and:

    `extension` where `dial_by_extension` lets a caller dial one (kept in `dialled`), `invalid`
    and `timeout` when the tries are used up. `repeat_key` says it all again. A key leads back by
    an exit to the menu before.
    """

    dial_by_extension: bool = False
    repeat_key: str | None = None


class MenuKind(StepKind[Menu]):
    name = "menu"
    title = words("Menu", "Menú")
    fields = Menu
    free_exits = KEY
    waits = True

    def exits(self, fields: Menu, _plan: TenantPlan) -> tuple[Exit, ...]:
        dialled = (Exit("extension", required=True),) if fields.dial_by_extension else ()
        return (*dialled, Exit("invalid", required=True), Exit("timeout", required=True))

    def compile(self, here: Placed[Menu]) -> Block:
        return compile_listening(here, here.fields, ear_of(here), "extension")

    def simulate(self, here: Placed[Menu], call: Call) -> Outcome:
        heard = listen(call, here.fields, ear_of(here))
        if heard.what == "number":
            call.dialled = heard.digits
            return Outcome("extension", _after(heard, _dialled(heard)))
        if heard.what in {"invalid", "timeout"}:
            return Outcome(heard.what, _after(heard, _gave_up(heard)))
        call.key = heard.what
        text = words("The caller presses {key}.", "Se oprime {key}.", key=heard.what)
        return Outcome(heard.what, _after(heard, text))

    def explain(self, here: Placed[Menu]) -> Words:
        return words(
            "Plays {it} and follows the key: {keys}.",
            "Reproduce {it} y sigue la tecla: {keys}.",
            it=say_words(here.fields.prompts),
            keys=listed(ear_of(here).keys),
        )

    def check(self, here: Placed[Menu]) -> Iterable[Finding]:
        yield from check_prompts(here, here.fields.all_prompts())
        yield from _check_keys(here)


def ear_of(here: Placed[Menu]) -> Ear:
    """What this menu listens for."""
    repeat = here.fields.repeat_key or ""
    keys = tuple(name for name in here.step.exits if KEY.fullmatch(name) and name != repeat)
    numbers = extension_patterns(here.plan) if here.fields.dial_by_extension else ()
    return Ear(keys, repeat if KEY.fullmatch(repeat) else "", numbers)


def _check_keys(here: Placed[Menu]) -> Iterable[Finding]:
    ear = ear_of(here)
    for key in shadowed(ear):
        text = words(
            "After the key {key} callers wait {seconds} s, because a number begins with it too. "
            "Choose another key.",
            "Tras la tecla {key} se esperan {seconds} s, porque un número también empieza así. "
            "Elija otra tecla.",
            key=key,
            seconds=here.fields.digit_seconds,
        )
        yield here.finding("menu.shadowed_key", Severity.HINT, text)
    if not ear.keys and not ear.numbers:
        text = words(
            "No key of this menu leads anywhere. Give it exits.",
            "Ninguna tecla de este menú lleva a parte alguna. Dele salidas.",
        )
        yield here.finding("menu.no_keys", Severity.ERROR, text)
    repeat = here.fields.repeat_key
    if repeat is not None and not KEY.fullmatch(repeat):
        text = words(
            "“{key}” is no key. Use digits, * or #.",
            "«{key}» no es una tecla. Use dígitos, * o #.",
            key=repeat,
        )
        yield here.finding("menu.bad_key", Severity.ERROR, text)


def _dialled(heard: Heard) -> Words:
    return words("The caller dials {n}.", "Se digita el interno {n}.", n=heard.digits)


def _gave_up(heard: Heard) -> Words:
    if heard.what == "timeout":
        return words("The caller presses nothing.", "No se oprime ninguna tecla.")
    return words(
        "The caller presses {digits}, which is no choice.",
        "Se oprime {digits}, que no es una opción.",
        digits=heard.digits,
    )


def _after(heard: Heard, text: Words) -> Words:
    """What was tried in vain, then what counted."""
    if not heard.wrong:
        return text
    tried = words(_quoted(heard, "“”"), _quoted(heard, "«»"))
    return words(
        "After {tried} in vain: {text}", "Tras {tried} en vano: {text}", tried=tried, text=text
    )


def _quoted(heard: Heard, marks: str) -> str:
    return ", ".join(f"{marks[0]}{digits}{marks[1]}" if digits else "—" for digits in heard.wrong)


KIND = MenuKind()
