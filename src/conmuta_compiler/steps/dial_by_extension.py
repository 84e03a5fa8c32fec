"""Dial by extension: asks for an extension's number and keeps it in `dialled`."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Exit, Placed, StepKind
from conmuta_compiler.steps.common.listen import (
    Ear,
    Listening,
    compile_listening,
    extension_patterns,
    listen,
)
from conmuta_compiler.steps.common.prompts import check_prompts, say_words
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

ENDS = {
    "next": words("The caller dials {digits}.", "Se digita el interno {digits}."),
    "invalid": words("What was dialled is no extension.", "Lo digitado no es un interno."),
    "timeout": words("The caller dials nothing.", "No se digita nada."),
}


class DialByExtension(Listening, frozen=True, kw_only=True):
    """`next` follows a number, `invalid` and `timeout` when the tries are used up."""


class DialByExtensionKind(StepKind[DialByExtension]):
    name = "dial_by_extension"
    title = words("Dial by extension", "Digitar el interno")
    fields = DialByExtension
    waits = True

    def exits(self, _fields: DialByExtension, _plan: TenantPlan) -> tuple[Exit, ...]:
        return tuple(Exit(name, required=True) for name in ENDS)

    def compile(self, here: Placed[DialByExtension]) -> Block:
        return compile_listening(here, here.fields, _ear(here), "next")

    def simulate(self, here: Placed[DialByExtension], call: Call) -> Outcome:
        heard = listen(call, here.fields, _ear(here))
        if heard.what == "number":
            call.dialled = heard.digits
        name = "next" if heard.what == "number" else heard.what
        end = ENDS[name]
        return Outcome(name, words(end.en, end.es, digits=heard.digits))

    def explain(self, here: Placed[DialByExtension]) -> Words:
        return words(
            "Plays {it} and asks for an extension.",
            "Reproduce {it} y pide un interno.",
            it=say_words(here.fields.prompts),
        )

    def check(self, here: Placed[DialByExtension]) -> Iterable[Finding]:
        return check_prompts(here, here.fields.all_prompts())


def _ear(here: Placed[DialByExtension]) -> Ear:
    return Ear(numbers=extension_patterns(here.plan))


KIND = DialByExtensionKind()
