"""Fax: receives one and sends it on by e-mail as a PDF."""

from collections.abc import Iterable

from conmuta_compiler.atoms import EMAIL
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.text import SAFE, clean, filtered, literal, shown
from conmuta_compiler.steps.common.ways import leave, receiving_context
from conmuta_compiler.steps.common.words import Words, listed, words
from conmuta_plan import TenantPlan

FOLDER = "/state/spool/fax"


class ReceiveFax(Fields, frozen=True, kw_only=True):
    """To `emails`. `station` is the name that the sending machine shows."""

    emails: tuple[str, ...]
    station: str = ""


class FaxKind(StepKind[ReceiveFax]):
    """The node turns the TIFF into a PDF; that the fax ended is an event in any case."""

    name = "fax"
    title = words("Receive a fax", "Recibir un fax")
    fields = ReceiveFax
    waits = True

    def exits(self, _fields: ReceiveFax, _plan: TenantPlan) -> tuple[Exit, ...]:
        return (Exit("next"), Exit("failed"))

    def compile(self, here: Placed[ReceiveFax]) -> Block:
        block = Block()
        context = receiving_context(here.plan.tenant, here.flow.name, here.step.name)
        block.contexts.append(_told(here, context))
        block.app("Answer()")
        # A sender hangs up when it is done: what is told about the fax must not wait for more.
        block.app(f"Set(CHANNEL(hangup_handler_push)={context},s,1)")
        if here.fields.station:
            block.app(f"Set(FAXOPT(localstationid)={literal(clean(here.fields.station))})")
        block.app("Set(fax=${UNIQUEID}.tif)")
        block.app(f"ReceiveFAX({FOLDER}/${{fax}},f)")
        block.app('GotoIf($["${FAXOPT(status)}" = "SUCCESS"]?received)')
        leave(here, block, "failed")
        leave(here, block, "next", "received")
        return block

    def simulate(self, here: Placed[ReceiveFax], _call: Call) -> Outcome:
        return Outcome("next", self.explain(here))

    def explain(self, here: Placed[ReceiveFax]) -> Words:
        return words(
            "Receives a fax and sends it to {emails}.",
            "Recibe un fax y lo envía a {emails}.",
            emails=listed(here.fields.emails),
        )

    def check(self, here: Placed[ReceiveFax]) -> Iterable[Finding]:
        wrong = [email for email in here.fields.emails if not EMAIL.fullmatch(email)]
        if wrong or not here.fields.emails:
            text = words(
                "A fax needs e-mail addresses to go to; these are none: {wrong}.",
                "Un fax necesita direcciones de correo; estas no lo son: {wrong}.",
                wrong=listed(wrong),
            )
            yield here.finding("fax.emails", Severity.ERROR, text)


def _told(here: Placed[ReceiveFax], context: str) -> str:
    """The context that tells, at the end of the call, how the fax ended."""
    block = Block()
    emails = " ".join(email for email in here.fields.emails if EMAIL.fullmatch(email))
    parts = (
        "received",
        filtered("${FAXOPT(status)}"),
        filtered("${FAXOPT(pages)}", "0-9"),
        filtered("${FAXOPT(remotestationid)}", SAFE),
        "${fax}",
        literal(emails),
    )
    block.app(f"CELGenUserEvent(fax,{'|'.join(parts)})")
    block.app("Return()")
    return f"; how the fax of {shown(here.where)} ended\n[{context}]\n{block.render('s')}"


KIND = FaxKind()
