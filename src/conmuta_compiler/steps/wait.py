"""Wait: silence, or music, for some seconds."""

from typing import Annotated

import msgspec

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.kind import Fields, Placed, StepKind
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words


class Wait(Fields, frozen=True, kw_only=True):
    """`seconds` of silence, or of the tenant's music on hold."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)]
    music: bool = False


class WaitKind(StepKind[Wait]):
    name = "wait"
    title = words("Wait", "Esperar")
    fields = Wait
    waits = True

    def compile(self, here: Placed[Wait]) -> Block:
        block = Block()
        seconds = here.fields.seconds
        block.app(f"MusicOnHold(,{seconds})" if here.fields.music else f"Wait({seconds})")
        leave(here, block, "next")
        return block

    def simulate(self, here: Placed[Wait], _call: Call) -> Outcome:
        return Outcome("next", self.explain(here))

    def explain(self, here: Placed[Wait]) -> Words:
        return words(
            "Waits {seconds} s with {what}.",
            "Espera {seconds} s con {what}.",
            seconds=here.fields.seconds,
            what=words("music", "música") if here.fields.music else words("silence", "silencio"),
        )


KIND = WaitKind()
