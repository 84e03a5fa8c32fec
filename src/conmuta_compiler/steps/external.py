"""External: calls a number outside, by the call classes that the tenant allows to flows."""

from collections.abc import Iterable

from conmuta_compiler import names
from conmuta_compiler.dialplan import operator
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.text import DIALABLE, DIGITS, filtered, is_variable, variable
from conmuta_compiler.steps.common.ways import by_result
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan

RESULTS = ("no_answer", "busy", "unavailable", "refused")
"""Whoever is answered stays there: the call ends with that conversation."""
REFUSALS = ("refused", "invalid", "limit", "pin")
_BY_OPERATOR = f":{':'.join((*operator.REFUSALS, 'suspended'))}:"
"""What the operator refuses is one refusal to a flow."""
ENDS = {
    "answered": words("is answered", "atienden"),
    "no_answer": words("is not answered", "no contestan"),
    "busy": words("is busy", "da ocupado"),
    "unavailable": words("cannot be reached", "no se puede alcanzar"),
    "refused": words("may not be dialled by flows", "no está permitido a los flujos"),
}


class CallOutside(Fields, frozen=True, kw_only=True):
    """`number` as an extension would dial it, or `{variable}`."""

    number: str


class ExternalKind(StepKind[CallOutside]):
    name = "external"
    title = words("Number outside", "Número externo")
    fields = CallOutside
    waits = True
    at_once = frozenset({"busy", "unavailable", "refused"})

    def exits(self, _fields: CallOutside, _plan: TenantPlan) -> tuple[Exit, ...]:
        return tuple(Exit(name, required=name != "refused") for name in RESULTS)

    def compile(self, here: Placed[CallOutside]) -> Block:
        block = Block()
        number = _read(here.fields.number)
        place = f"{names.context(here.plan.tenant, 'external')},{number},1"
        block.app("Set(RESULT=refused)")
        block.app(f"GosubIf(${{DIALPLAN_EXISTS({place})}}?{place})")
        if here.plan.operator or here.plan.suspended:
            block.app(f'ExecIf($["{_BY_OPERATOR}" =~ ":${{RESULT}}:"]?Set(RESULT=refused))')
        by_result(here, block, ((end, _wired(here, end)) for end in (*RESULTS[:3], *REFUSALS)))
        return block

    def simulate(self, here: Placed[CallOutside], call: Call) -> Outcome:
        name = _variable(here.fields.number)
        number = call.read(name) if name else here.fields.number
        call.result = call.world.numbers.get(number, "answered")
        end = ENDS.get(call.result, ENDS["refused"])
        text = words("The number {n} {end}.", "En el número {n} {end}.", n=number, end=end)
        return Outcome(_wired(here, call.result), text)

    def explain(self, here: Placed[CallOutside]) -> Words:
        number = here.fields.number
        return words("Calls {number} outside.", "Llama afuera al {number}.", number=number)

    def check(self, here: Placed[CallOutside]) -> Iterable[Finding]:
        number = here.fields.number
        if not (_variable(number) or DIALABLE.fullmatch(number)):
            text = words(
                "“{number}” cannot be dialled. Use digits, * and #, or {{variable}}.",
                "«{number}» no se puede discar. Use dígitos, * y #, o {{variable}}.",
                number=number,
            )
            yield here.finding("external.number", Severity.ERROR, text)
        if not here.plan.flow_classes:
            text = words(
                "No call class is allowed to flows, so that this call is always refused. "
                "Allow one to flows.",
                "Ninguna clase de llamada está permitida a los flujos: esta llamada siempre se "
                "rechaza. Permita una.",
            )
            yield here.finding("external.no_class", Severity.ERROR, text)


def _variable(number: str) -> str:
    """The variable's name in `{name}`, or ""."""
    name = number[1:-1] if number.startswith("{") and number.endswith("}") else ""
    return name if is_variable(name) else ""


def _read(number: str) -> str:
    if name := _variable(number):
        return filtered(variable(name), DIGITS)
    return number if DIALABLE.fullmatch(number) else "none"


def _wired(here: Placed[CallOutside], result: str) -> str:
    """What was refused counts as unavailable where nobody said otherwise."""
    if result in REFUSALS:
        return "refused" if here.leads("refused") else "unavailable"
    return result


KIND = ExternalKind()
