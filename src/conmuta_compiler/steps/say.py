"""Say: plays recorded messages and reads values aloud."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Fields, Placed, StepKind
from conmuta_compiler.steps.common.prompts import check_prompts, play, say_words
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words


class Say(Fields, frozen=True, kw_only=True):
    """`prompts` in order; `number:x` and `digits:x` read the variable `x` aloud."""

    prompts: tuple[str, ...]


class SayKind(StepKind[Say]):
    name = "say"
    title = words("Say", "Decir")
    fields = Say
    waits = True

    def compile(self, here: Placed[Say]) -> Block:
        block = Block()
        play(here.plan, block, here.fields.prompts)
        leave(here, block, "next")
        return block

    def simulate(self, here: Placed[Say], _call: Call) -> Outcome:
        heard = say_words(here.fields.prompts)
        return Outcome("next", words("The caller hears {it}.", "Se oye {it}.", it=heard))

    def explain(self, here: Placed[Say]) -> Words:
        return words("Plays {it}.", "Reproduce {it}.", it=say_words(here.fields.prompts))

    def check(self, here: Placed[Say]) -> Iterable[Finding]:
        return check_prompts(here, here.fields.prompts)


KIND = SayKind()
