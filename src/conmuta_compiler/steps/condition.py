"""Condition: looks at variables, or at who calls, and chooses a way."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.cases import Case, check_cases, first_case, jump, told
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.words import Words, listed, words
from conmuta_plan import TenantPlan


class Condition(Fields, frozen=True, kw_only=True):
    """The first of `cases` that holds gives the exit; `otherwise` is the exit of none."""

    cases: tuple[Case, ...]


class ConditionKind(StepKind[Condition]):
    name = "condition"
    title = words("Condition", "Condición")
    fields = Condition
    marks_step = False

    def exits(self, fields: Condition, _plan: TenantPlan) -> tuple[Exit, ...]:
        names = dict.fromkeys((*(case.exit for case in fields.cases), "otherwise"))
        return tuple(Exit(name, required=True) for name in names)

    def compile(self, here: Placed[Condition]) -> Block:
        block = Block()
        jump(here, block, here.fields.cases, "otherwise")
        return block

    def simulate(self, here: Placed[Condition], call: Call) -> Outcome:
        case = first_case(here.fields.cases, call)
        if case is None:
            return Outcome("otherwise", words("No condition holds.", "No se cumple ninguna."))
        return Outcome(case.exit, told(case, call))

    def explain(self, here: Placed[Condition]) -> Words:
        cases = [f"{case.text()} → {case.exit}" for case in here.fields.cases]
        return words("Chooses: {it}.", "Elige: {it}.", it=listed(cases))

    def check(self, here: Placed[Condition]) -> Iterable[Finding]:
        return check_cases(here, here.fields.cases)


KIND = ConditionKind()
