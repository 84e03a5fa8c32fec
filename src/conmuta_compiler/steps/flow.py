"""Flow: the call goes on at the start of another flow."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.ways import HANG_UP, flow_context
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class ToFlow(Fields, frozen=True, kw_only=True):
    """`flow` by its name."""

    flow: str


class FlowKind(StepKind[ToFlow]):
    name = "flow"
    title = words("Go to another flow", "Ir a otro flujo")
    fields = ToFlow

    def exits(self, _fields: ToFlow, _plan: TenantPlan) -> tuple[Exit, ...]:
        return ()

    def compile(self, here: Placed[ToFlow]) -> Block:
        block = Block()
        name = here.fields.flow
        known = any(flow.name == name for flow in here.plan.flows)
        block.app(f"Goto({flow_context(here.plan.tenant, name)},start,1)" if known else HANG_UP)
        return block

    def simulate(self, here: Placed[ToFlow], _call: Call) -> Outcome:
        return Outcome(None, self.explain(here), flow=here.fields.flow)

    def explain(self, here: Placed[ToFlow]) -> Words:
        return words(
            "The call goes on in the flow “{flow}”.",
            "La llamada sigue en el flujo «{flow}».",
            flow=here.fields.flow,
        )

    def check(self, here: Placed[ToFlow]) -> Iterable[Finding]:
        if all(flow.name != here.fields.flow for flow in here.plan.flows):
            text = words(
                "The flow “{flow}” does not exist. Choose one that does.",
                "No existe el flujo «{flow}». Elija uno que exista.",
                flow=here.fields.flow,
            )
            yield here.finding("flow.missing", Severity.ERROR, text)


KIND = FlowKind()
