"""Transfer: hands the call to any number inside, as if an extension had dialled it."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.people import DIALLED, dialable, inside_numbers, who
from conmuta_compiler.steps.common.ways import leave, local_context
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class Transfer(Fields, frozen=True, kw_only=True):
    """`number`: an extension, a queue's number, a room; or "dialled". What follows is theirs."""

    number: str = DIALLED


class TransferKind(StepKind[Transfer]):
    name = "transfer"
    title = words("Transfer inside", "Transferir a un interno")
    fields = Transfer
    waits = True
    at_once = frozenset({"invalid"})

    def exits(self, fields: Transfer, _plan: TenantPlan) -> tuple[Exit, ...]:
        return (Exit("invalid", required=fields.number == DIALLED),)

    def compile(self, here: Placed[Transfer]) -> Block:
        block = Block()
        number = here.fields.number
        place = f"{local_context(here.plan)},{dialable(number)},1"
        if number == DIALLED:
            block.app(f"GotoIf(${{DIALPLAN_EXISTS({place})}}?{place})")
        elif number in inside_numbers(here.plan):
            block.app(f"Goto({place})")
            return block
        leave(here, block, "invalid")
        return block

    def simulate(self, here: Placed[Transfer], call: Call) -> Outcome:
        number = call.dialled if here.fields.number == DIALLED else here.fields.number
        if number not in inside_numbers(call.plan):
            text = words("{n} is no number inside.", "{n} no es un número interno.", n=number)
            return Outcome("invalid", text)
        text = words("The call goes to {n}.", "La llamada pasa a {n}.", n=number)
        return Outcome(None, text)

    def explain(self, here: Placed[Transfer]) -> Words:
        target = who(here.fields.number)
        return words("Hands the call to {who}.", "Pasa la llamada a {who}.", who=target)

    def check(self, here: Placed[Transfer]) -> Iterable[Finding]:
        number = here.fields.number
        if number != DIALLED and number not in inside_numbers(here.plan):
            text = words(
                "Nothing inside has the number {number}. Choose one that exists.",
                "Nada tiene el número interno {number}. Elija uno que exista.",
                number=number,
            )
            yield here.finding("transfer.missing", Severity.ERROR, text)


KIND = TransferKind()
