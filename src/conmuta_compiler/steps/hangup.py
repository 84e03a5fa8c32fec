"""Hang up: ends the call, with the cause that the other side is told."""

from enum import StrEnum

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class Cause(StrEnum):
    NORMAL = "normal"
    BUSY = "busy"
    CONGESTION = "congestion"
    REJECTED = "rejected"
    UNALLOCATED = "unallocated"


CODES = {
    Cause.NORMAL: 16,
    Cause.BUSY: 17,
    Cause.CONGESTION: 34,
    Cause.REJECTED: 21,
    Cause.UNALLOCATED: 1,
}
"""Q.850 causes. What the far end hears of them is for calls that nobody answered."""


class HangUp(Fields, frozen=True, kw_only=True):
    cause: Cause = Cause.NORMAL


class HangUpKind(StepKind[HangUp]):
    name = "hangup"
    title = words("Hang up", "Cortar")
    fields = HangUp
    waits = True

    def exits(self, _fields: HangUp, _plan: TenantPlan) -> tuple[Exit, ...]:
        return ()

    def compile(self, here: Placed[HangUp]) -> Block:
        block = Block()
        block.app(f"Hangup({CODES[here.fields.cause]})")
        return block

    def simulate(self, here: Placed[HangUp], _call: Call) -> Outcome:
        return Outcome(None, self.explain(here))

    def explain(self, here: Placed[HangUp]) -> Words:
        if here.fields.cause is Cause.NORMAL:
            return words("The call ends.", "La llamada termina.")
        return words(
            "The call ends with the cause “{cause}”.",
            "La llamada termina con la causa «{cause}».",
            cause=here.fields.cause.value,
        )


KIND = HangUpKind()
