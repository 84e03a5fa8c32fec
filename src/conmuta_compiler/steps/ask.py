"""Ask: takes digits from the caller into a variable."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.prompts import check_prompts, files, say_words
from conmuta_compiler.steps.common.text import own_name
from conmuta_compiler.steps.common.values import check_variable
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class Ask(Fields, frozen=True, kw_only=True):
    """Up to `digits` digits, ended by `#` or by `seconds` without one."""

    variable: str
    prompts: tuple[str, ...] = ()
    digits: Annotated[int, msgspec.Meta(ge=1, le=40)] = 20
    seconds: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2


class AskKind(StepKind[Ask]):
    name = "ask"
    title = words("Ask for digits", "Pedir dígitos")
    fields = Ask
    waits = True

    def exits(self, _fields: Ask, _plan: TenantPlan) -> tuple[Exit, ...]:
        return (Exit("next", required=True), Exit("timeout", required=True))

    def compile(self, here: Placed[Ask]) -> Block:
        block = Block()
        asked = here.fields
        name = f"v_{own_name(asked.variable)}"
        paths = files(here.plan, asked.prompts)
        block.app(f"Read({name},{paths},{asked.digits},,{asked.tries},{asked.seconds})")
        block.app(f'GotoIf($["${{{name}}}" = ""]?silent)')
        leave(here, block, "next")
        leave(here, block, "timeout", "silent")
        return block

    def simulate(self, here: Placed[Ask], call: Call) -> Outcome:
        name = own_name(here.fields.variable)
        call.variables[name] = ""
        for _ in range(here.fields.tries):
            if digits := _entered(call, here.fields.digits):
                call.variables[name] = digits
                text = words("The caller enters {d}.", "Se digita {d}.", d=digits)
                return Outcome("next", text)
        return Outcome("timeout", words("The caller enters nothing.", "No se digita nada."))

    def explain(self, here: Placed[Ask]) -> Words:
        return words(
            "Plays {it} and keeps the digits as “{name}”.",
            "Reproduce {it} y guarda los dígitos como «{name}».",
            it=say_words(here.fields.prompts),
            name=own_name(here.fields.variable),
        )

    def check(self, here: Placed[Ask]) -> Iterable[Finding]:
        yield from check_variable(here, here.fields.variable, written=True)
        yield from check_prompts(here, here.fields.prompts)


def _entered(call: Call, most: int) -> str:
    """The digits before `#`, no more than `most`; the rest stays for the next step."""
    pressed = call.pressed()
    digits, ended, rest = pressed.partition("#")
    if len(digits) >= most:
        call.put_back(pressed[most:])
        return digits[:most]
    if ended:
        call.put_back(rest)
    return digits


KIND = AskKind()
