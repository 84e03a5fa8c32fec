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
from conmuta_compiler.steps.common.ways import by_result, leave
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

RESULTS = ("answered", "no_answer", "busy", "unavailable", "invalid")
ENDS = {
    "answered": words("{who} answers.", "{who} atiende."),
    "no_answer": words("{who} does not answer.", "{who} no contesta."),
    "busy": words("{who} is busy.", "{who} está ocupado."),
    "unavailable": words("{who} is not available.", "{who} no está disponible."),
    "invalid": words("{who} is no extension.", "{who} no es una extensión."),
}


class RingExtension(Fields, frozen=True, kw_only=True):
    """`number`, or "dialled" for what the caller dialled; `seconds` 0: the extension's own."""

    number: str = DIALLED
    seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0


class ExtensionKind(StepKind[RingExtension]):
    name = "extension"
    title = words("Ring an extension", "Llamar a una extensión")
    fields = RingExtension
    waits = True

    def exits(self, fields: RingExtension, _plan: TenantPlan) -> tuple[Exit, ...]:
        required = {"no_answer", "busy", "unavailable"}
        required |= {"invalid"} if fields.number == DIALLED else set()
        return tuple(Exit(result, result in required) for result in RESULTS)

    def compile(self, here: Placed[RingExtension]) -> Block:
        block = Block()
        number = here.fields.number
        seconds = here.fields.seconds or ""
        ring = f"{here.plan.tenant}-ring,{dialable(number)},1"
        if number == DIALLED:
            block.app("Set(RESULT=invalid)")
            block.app(f"GosubIf(${{DIALPLAN_EXISTS({ring})}}?{ring}({seconds}))")
        elif number in extension_numbers(here.plan):
            block.app(f"Set(dialled={number})")
            block.app(f"Gosub({ring}({seconds}))")
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
        call.result = ring_result(call, number)
        told = ENDS[call.result]
        named = words("Extension {n}", "La extensión {n}", n=number or "—")
        return Outcome(self._known(here, call.result), words(told.en, told.es, who=named))

    def _known(self, here: Placed[RingExtension], result: str) -> str:
        """A number that is none counts as unavailable where nobody said otherwise."""
        if result == "invalid" and not here.leads("invalid"):
            return "unavailable"
        return result

    def explain(self, here: Placed[RingExtension]) -> Words:
        return words("Rings {who}.", "Llama a {who}.", who=who(here.fields.number))

    def check(self, here: Placed[RingExtension]) -> Iterable[Finding]:
        return check_extension(here, here.fields.number)


def ring_result(call: Call, number: str) -> str:
    """How ringing `number` ends in the rehearsal's world."""
    known = next((e for e in call.plan.extensions if e.number == number), None)
    if known is None:
        return "invalid"
    told = call.world.extensions.get(number)
    return told or ("busy" if known.do_not_disturb else "answered")


KIND = ExtensionKind()
