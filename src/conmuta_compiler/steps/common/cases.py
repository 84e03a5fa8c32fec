"""Cases: comparisons of a variable with a fixed text, each with its exit.

What is compared has passed `FILTER`, so that it cannot break out of the quotes of an expression.
Numbers are compared as numbers only where both sides are plain ones.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import F, Fields, Placed
from conmuta_compiler.steps.common.text import clean, filtered, is_clean, variable
from conmuta_compiler.steps.common.values import check_variable
from conmuta_compiler.steps.common.ways import leave
from conmuta_compiler.steps.common.words import Words, words

_NUMBER = re.compile(r"[0-9]{1,9}")
MOST = "9999999999"


class Operator(StrEnum):
    """`greater` and `less` compare whole numbers of up to nine digits, and hold for no others."""

    EQUALS = "equals"
    DIFFERS = "differs"
    BEGINS = "begins"
    CONTAINS = "contains"
    IN = "in"
    GREATER = "greater"
    LESS = "less"
    EMPTY = "empty"
    PRESENT = "present"


class Case(Fields, frozen=True, kw_only=True):
    """`variable` `operator` `value` leads to `exit`. For `in`, values are parted by commas."""

    variable: str
    operator: Operator = Operator.EQUALS
    value: str = ""
    exit: str

    def text(self) -> str:
        """As people write it: `caller begins 09`."""
        return f"{self.variable} {self.operator.value} {self.value}".strip()

    def values(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.value.split(","))


def holds(case: Case, call: Call) -> bool:
    """Whether the case holds for what the call knows."""
    read = clean(call.read(case.variable))
    value = clean(case.value)
    numbers = bool(_NUMBER.fullmatch(read) and _NUMBER.fullmatch(value))
    return {
        Operator.EQUALS: read == value,
        Operator.DIFFERS: read != value,
        Operator.BEGINS: read.startswith(value),
        Operator.CONTAINS: value in read,
        Operator.IN: read in case.values(),
        Operator.GREATER: numbers and int(read) > int(value),
        Operator.LESS: numbers and int(read) < int(value),
        Operator.EMPTY: not read,
        Operator.PRESENT: bool(read),
    }[case.operator]


def first_case(cases: Sequence[Case], call: Call) -> Case | None:
    return next((case for case in cases if holds(case, call)), None)


def expression(case: Case) -> str:
    """The case as Asterisk's expression. An x before both sides keeps them from being numbers."""
    read = filtered(variable(case.variable))
    value = clean(case.value)
    choice = "|".join(_quoted(clean(part)) for part in case.values())
    inside = {
        Operator.EQUALS: f'"x{read}" = "x{value}"',
        Operator.DIFFERS: f'"x{read}" != "x{value}"',
        Operator.BEGINS: f'"x{read}" : "x{_quoted(value)}"',
        Operator.CONTAINS: f'"x{read}" : "x.*{_quoted(value)}"',
        Operator.IN: f'"x{read}" : "(x({choice}))$"',
        Operator.GREATER: f"{_number(read, '-1')} > {_whole(value, MOST)}",
        Operator.LESS: f"{_number(read, MOST)} < {_whole(value, '-1')}",
        Operator.EMPTY: f'"x{read}" = "x"',
        Operator.PRESENT: f'"x{read}" != "x"',
    }[case.operator]
    return f"$[{inside}]"


def _quoted(value: str) -> str:
    """For a regular expression: of the safe letters only these three mean something there."""
    return re.sub(r"([.+*])", r"[\1]", value)


def _number(read: str, instead: str) -> str:
    """What was read where it is a number, else one for which no comparison holds."""
    return f'${{IF($["x{read}" : "x[0-9]{{1,9}}$"]?{read}:{instead})}}'


def _whole(value: str, instead: str) -> str:
    return value if _NUMBER.fullmatch(value) else instead


def jump(here: Placed[F], block: Block, cases: Sequence[Case], otherwise: str) -> None:
    """Jumps to the exit of the first case that holds."""
    labels: dict[str, str] = {}
    for case in cases:
        label = labels.setdefault(case.exit, f"c{len(labels)}")
        block.app(f"GotoIf({expression(case)}?{label})")
    leave(here, block, otherwise)
    for name, label in labels.items():
        leave(here, block, name, label)


def told(case: Case, call: Call) -> Words:
    return words(
        "“{case}” holds: {variable} is “{value}”.",
        "Se cumple «{case}»: {variable} es «{value}».",
        case=case.text(),
        variable=case.variable,
        value=call.read(case.variable),
    )


def check_cases(here: Placed[F], cases: Sequence[Case]) -> list[Finding]:
    """Variables are variables, and values can be compared at all."""
    found: list[Finding] = []
    for case in cases:
        found += check_variable(here, case.variable)
        if not all(is_clean(part) for part in case.values()):
            text = words(
                "“{value}” has letters that no value can have. Use letters, digits, spaces and "
                "_ . @ + * # / -",
                "«{value}» tiene caracteres que ningún valor puede tener. Use letras, dígitos, "
                "espacios y _ . @ + * # / -",
                value=case.value,
            )
            found.append(here.finding("condition.value", Severity.ERROR, text))
    return found
