"""A company's numbers of its operator's stock: T-stock for who calls them, T-mine from inside.

There may be thousands, and each may lead elsewhere. Asterisk goes through the extensions of a
context one after the other, so what a number leads to is a row of AstDB (`o-O-t-T/DIGEST`, in
astdb.tsv: `59824001000 → es:yes:flow:main`), and one extension serves them all. From inside only
the company's own numbers may match: T-own has patterns that match them alone, and go to T-mine.
"""

from collections.abc import Callable, Iterable, Iterator

from conmuta_compiler import names
from conmuta_compiler.operator import tables
from conmuta_compiler.operator.cover import cover
from conmuta_compiler.operator.dialplan import E164
from conmuta_compiler.operator.numbers import plain
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.outside import InboundNumber, Target, TargetKind

LeadsTo = Callable[[Target], Iterable[str]]
"""The steps of a target, which may be the name of a variable."""

ROW = "number_leads"
"""The variable that has the row: `LANGUAGE:RECORD:KIND:NAME`."""


def stock(
    plan: TenantPlan, before: Iterable[str], after: Iterable[str], leads_to: LeadsTo
) -> Section:
    """`before` are steps of each call, once the number is known to be there, as `after` are those
    at the end, for labels."""
    numbers = [each for each in plan.numbers if each.stock]
    lines = extension(
        E164,
        _looked_up(plan),
        f"GotoIf(${{LEN(${{{ROW}}})}}?:nobody)",
        "CELGenUserEvent(in,${EXTEN}|${op_gateway})",
        *before,
        f"Set(CHANNEL(language)={language(plan.language)})",
        *_recorded(plan, numbers),
        *_led(numbers, leads_to),
        *after,
        "(nobody)Hangup(1)",
    )
    note = f"Calls to numbers of the operator's; where each leads: {tables.FILE}"
    return Section(name=names.context(plan.tenant, "stock"), note=note, lines=lines)


def own(plan: TenantPlan) -> Iterator[str]:
    """The lines of T-own for them. They say no digest, so that they stay when a target changes."""
    there = f"Goto({names.context(plan.tenant, 'mine')},${{EXTEN}},1)"
    for pattern in cover([plain(each.number) for each in plan.numbers if each.stock]):
        yield from extension(pattern, there)


def mine(plan: TenantPlan, leads_to: LeadsTo) -> Iterator[Section]:
    """T-mine: one of them, dialled from inside."""
    numbers = [each for each in plan.numbers if each.stock]
    steps = ["CELGenUserEvent(internal,${EXTEN})", _looked_up(plan)]
    if any(each.language for each in numbers):
        steps.append(f"Set(CHANNEL(language)={language('${CHANNEL(language)}')})")
    lines = extension(E164, *steps, *_led(numbers, leads_to))
    if numbers:
        note = "Own numbers of the operator's, dialled from inside"
        yield Section(name=names.context(plan.tenant, "mine"), note=note, lines=lines)


def language(usual: str) -> str:
    """The number's own language, else `usual`."""
    own_one = _part(1)
    return f"${{IF(${{LEN({own_one})}}?{own_one}:{usual})}}"


def _looked_up(plan: TenantPlan) -> str:
    return f"Set({ROW}=${{DB({tables.numbers_table(plan).root}/${{EXTEN}})}})"


def _part(place: int) -> str:
    return f"${{CUT({ROW},:,{place})}}"


def _recorded(plan: TenantPlan, numbers: Iterable[InboundNumber]) -> Iterator[str]:
    """The number's own word; a call marked as recorded is not asked about again."""
    words = {each.record for each in numbers}
    if True in words:
        yield f'GosubIf($["{_part(2)}"="yes"]?c-record,far,1({plan.tenant}))'
    if False in words:
        yield f'GotoIf($["{_part(2)}"!="no"]?asked)'
        yield "Set(recording=no)"
        yield "(asked)NoOp()"


def _led(numbers: Iterable[InboundNumber], leads_to: LeadsTo) -> Iterator[str]:
    """One label for each kind of target that there is."""
    kinds = sorted({each.target.kind for each in numbers})
    if not kinds:
        return
    yield f"Goto({_part(3)})"
    for kind in kinds:
        first, *others = leads_to(Target(kind=TargetKind(kind), name=_part(4)))
        yield f"({kind}){first}"
        yield from others
