"""Set: remembers values in variables of the call."""

from collections.abc import Iterable, Mapping

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding
from conmuta_compiler.steps.common.kind import Fields, Placed, StepKind
from conmuta_compiler.steps.common.text import clean, filtered, own_name, template
from conmuta_compiler.steps.common.values import check_template, check_variable, filled
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, listed, words


class SetValues(Fields, frozen=True, kw_only=True):
    """`values`: variable → text, in which `{name}` reads another; `add`: variable → a number
    to add (a variable that holds none counts as 0)."""

    values: Mapping[str, str] = {}
    add: Mapping[str, int] = {}


class SetKind(StepKind[SetValues]):
    name = "set"
    title = words("Set variables", "Definir variables")
    fields = SetValues

    def compile(self, here: Placed[SetValues]) -> Block:
        block = Block()
        for name, text in here.fields.values.items():
            block.app(f"Set(v_{own_name(name)}={template(clean_text(text))})")
        for name, number in here.fields.add.items():
            held = filtered(f"${{v_{own_name(name)}}}", "0-9")
            block.app(f"Set(v_{own_name(name)}=$[0{held} + {number}])")
        leave(here, block, "next")
        return block

    def simulate(self, here: Placed[SetValues], call: Call) -> Outcome:
        for name, text in here.fields.values.items():
            call.variables[own_name(name)] = filled(call, clean_text(text))
        for name, number in here.fields.add.items():
            held = "".join(c for c in call.read(own_name(name)) if c in "0123456789")
            call.variables[own_name(name)] = str(int(f"0{held}") + number)
        return Outcome("next", self.explain(here))

    def explain(self, here: Placed[SetValues]) -> Words:
        pairs = [f"{name} = “{text}”" for name, text in here.fields.values.items()]
        pairs += [f"{name} {number:+d}" for name, number in here.fields.add.items()]
        return words("Remembers {it}.", "Recuerda {it}.", it=listed(pairs))

    def check(self, here: Placed[SetValues]) -> Iterable[Finding]:
        for name in (*here.fields.values, *here.fields.add):
            yield from check_variable(here, name, written=True)
        for text in here.fields.values.values():
            yield from check_template(here, text)


def clean_text(text: str) -> str:
    """A value's template with only letters that a variable may hold."""
    return "".join(c if c in "{}" else clean(c) for c in text)


KIND = SetKind()
