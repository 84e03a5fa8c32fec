"""What a tenant's calls bring to its operator: the number as E.164, and who calls."""

from collections.abc import Iterator, Mapping

from conmuta_compiler import names
from conmuta_compiler.operator.gateways import usual
from conmuta_compiler.operator.numbers import in_order, plain
from conmuta_compiler.operator.tables import called
from conmuta_compiler.text import Section, extension, matching
from conmuta_plan import TenantPlan
from conmuta_plan.operator import NumberRule, OperatorLink
from conmuta_plan.outside import CallClass

REFUSALS = (
    "route",
    "cost",
    "funds",
    "money",
    "minutes",
    "rate",
    "countries",
    "closed",
    "premium",
    "blocked",
    "stopped",
)
"""How a call ends that the operator refuses; `stopped`: a carrier's cause at which routes end."""
_ANY = "_[0-9*#+]!"


def caller(
    plan: TenantPlan, link: OperatorLink, item: CallClass, values: Mapping[str, str]
) -> Iterator[str]:
    """Whom, and who calls, as the operator's contexts ask for it; an extension may show another
    number. A number that is none is 0 to the operator.
    """
    number = usual(link) or ""
    calls = plan.tenant if plan.max_calls else ""
    wanted = _digits("${EXTEN}", item.patterns)
    if item.to_e164:
        yield f"Gosub({names.context(plan.tenant, 'e164', item.name)},${{EXTEN}},1)"
        wanted = "${IF(${LEN(${GOSUB_RETVAL})}?${GOSUB_RETVAL}:0)}"
    known = {**values, "op_e164": wanted}
    known |= {"op_usual": number, "op_id": number, "op_foreign": "", "op_calls": calls}
    known["op_counted"] = plan.tenant if link.max_calls_out else ""
    tables = {"op_routes": link.routes, "op_prices": link.prices or ""}
    known |= {name: called(table) for name, table in tables.items()}
    yield f"MSet({','.join(f'LOCAL({name})={value}' for name, value in known.items())})"
    if link.prices:
        yield f"Gosub(c-me,s,1({plan.domain}))"
        yield "Set(LOCAL(op_from)=${GOSUB_RETVAL})"


def shown(link: OperatorLink, wanted: str | None) -> Iterator[str]:
    """The number that a class or an extension would show, where it is the tenant's."""
    if wanted is None:
        return
    number = plain(wanted)
    if number == usual(link):
        return
    yield f"Set(op_id={number if number in link.caller_ids else ''})"
    if number in link.foreign_caller_ids and number not in link.caller_ids:
        yield f"Set(op_foreign={number})"


def out(link: OperatorLink) -> str:
    """To the operator, once `caller` has told who calls whom."""
    return f"Gosub({names.context(link.unit, 'out')},${{op_e164}},1)"


def to_e164(plan: TenantPlan, item: CallClass) -> Iterator[Section]:
    """What no rule takes is no number to the operator."""
    given = (NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in item.to_e164)
    lines: list[str] = []
    for rule in in_order(given):
        cut = f"${{EXTEN:{rule.strip}}}" if rule.strip else "${EXTEN}"
        made = _digits(cut, (rule.pattern,), rule.prepend)
        lines += extension(matching(rule.pattern), f"Return({made})")
    if lines:
        lines += extension(_ANY, "Return(0)")
        name = names.context(plan.tenant, "e164", item.name)
        yield Section(name=name, note=f"Class {item.name} as E.164", lines=tuple(lines))


def _digits(number: str, patterns: tuple[str, ...], prepend: str = "") -> str:
    """`number` without `+`; with `*` or `#` in it, which some patterns let through, it is none."""
    digits = f"{prepend}${{FILTER(0-9,{number})}}"
    if not any(set(pattern) & set("*#.!") for pattern in patterns):
        return digits
    return f"${{IF(${{LEN(${{FILTER(*#,{number})}})}}?0:{digits})}}"
