"""Extension: rings one, with its forwards, and tells how that ended."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.people import (
    DIALLED,
    check_extension,
    dialable,
    extension_numbers,
    who,
)
from conmuta_compiler.steps.common.ringing import ring
from conmuta_compiler.steps.common.ways import by_result, leave, ring_context
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

RESULTS = ("no_answer", "busy", "unavailable", "invalid")
"""Whoever is answered stays there: the call ends with that conversation."""


class RingExtension(Fields, frozen=True, kw_only=True):
    """`number`, or "dialled" for what the caller dialled; `seconds` 0: the extension's own."""

    number: str = DIALLED
    seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0


class ExtensionKind(StepKind[RingExtension]):
    name = "extension"
    title = words("Ring an extension", "Llamar a una extensión")
    fields = RingExtension
    waits = True
    at_once = frozenset({"busy", "unavailable", "invalid"})

    def exits(self, fields: RingExtension, _plan: TenantPlan) -> tuple[Exit, ...]:
        required = {"no_answer", "busy", "unavailable"}
        required |= {"invalid"} if fields.number == DIALLED else set()
        return tuple(Exit(result, result in required) for result in RESULTS)

    def compile(self, here: Placed[RingExtension]) -> Block:
        block = Block()
        number = here.fields.number
        seconds = here.fields.seconds or ""
        place = f"{ring_context(here.plan)},{dialable(number)},1"
        if number == DIALLED:
            block.app("Set(RESULT=invalid)")
            block.app(f"GosubIf(${{DIALPLAN_EXISTS({place})}}?{place}({seconds}))")
        elif number in extension_numbers(here.plan):
            block.app(f"Gosub({place}({seconds}))")
            block.app(f"Set(dialled={number})")  # whoever answers never comes here
        else:
            leave(here, block, self._known(here, "invalid"))
            return block
        results = RESULTS if number == DIALLED else RESULTS[:-1]
        by_result(here, block, ((result, self._known(here, result)) for result in results))
        return block

    def simulate(self, here: Placed[RingExtension], call: Call) -> Outcome:
        number = here.fields.number
        if number == DIALLED:
            number = call.dialled
        elif number in extension_numbers(call.plan):
            call.dialled = number
        rung = ring(call, number)
        call.result = rung.result
        return Outcome(self._known(here, rung.result), rung.words)

    def _known(self, here: Placed[RingExtension], result: str) -> str:
        """A number that is none counts as unavailable where nobody said otherwise."""
        if result == "invalid" and not here.leads("invalid"):
            return "unavailable"
        return result

    def explain(self, here: Placed[RingExtension]) -> Words:
        return words("Rings {who}.", "Llama a {who}.", who=who(here.fields.number))

    def check(self, here: Placed[RingExtension]) -> Iterable[Finding]:
        return check_extension(here, here.fields.number)


KIND = ExtensionKind()
