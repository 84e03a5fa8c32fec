"""T-phones-…, T-transfer-…, T-out-…: permissions. T-class-…, T-to-…: how calls leave."""

from collections.abc import Iterator

from conmuta_compiler import names, recording
from conmuta_compiler.dialplan import operator
from conmuta_compiler.files.queues import prompt
from conmuta_compiler.operator.reach import in_reach
from conmuta_compiler.text import Section, extension, matching
from conmuta_plan import TenantPlan
from conmuta_plan.outside import CallClass, ClassKind, Gateway
from conmuta_plan.people import Extension

ANY = "_[0-9*#+]!"
NOT_IN_SERVICE = "ss-noservice"
_CARRIED = (
    'ExecIf($["${RESULT}"="full"]?Set(LOCAL(full)=1))',
    'GotoIf($["${RESULT}"!="unavailable" & "${RESULT}"!="full"]?end)',
)
DIALLED = "${FILTER(0-9*#+,${EXTEN})}"
"""What was dialled, without what `.` in a pattern lets through: a channel's name, say."""
_SPOKEN = {
    "class": "privacy-incorrect",
    "invalid": "privacy-incorrect",
    "pin": "vm-incorrect",
    "limit": "vm-sorry",
    "unavailable": "vm-sorry",
}


def contexts(plan: TenantPlan) -> Iterator[Section]:
    for classes in _permission_sets(plan):
        yield from _phones(plan, classes)
    yield from _recorded_phones(plan)
    yield from _callers(plan)
    yield _external(plan)
    yield from refusals(plan)
    for each in plan.classes:
        if each.patterns:
            yield _class(plan, each)
            if each.operator:
                yield from operator.to_e164(plan, each)
    for gateway in plan.gateways:
        yield _gateway(plan, gateway)


def _permission_sets(plan: TenantPlan) -> list[tuple[str, ...]]:
    sets = (names.permissions(plan, each.classes) for each in plan.extensions)
    return list(dict.fromkeys(sets))


def _phones(plan: TenantPlan, classes: tuple[str, ...]) -> Iterator[Section]:
    listed = ", ".join(classes) or "nothing outside"
    includes = [f"include => {names.outside(plan, classes)}"]
    if _may_dial_inside(plan, classes):
        inside = ("local", "own")
        includes[:0] = [f"include => {names.context(plan.tenant, each)}" for each in inside]
    transfers = names.transfers(plan, classes)
    yield Section(name=transfers, note=f"Transfers by who may dial {listed}", lines=tuple(includes))
    lines = (*includes, f"include => {names.context(plan.tenant, 'invalid')}")
    yield Section(name=names.phones(plan, classes), note=f"May dial {listed}", lines=lines)
    yield _numbers(plan, classes)


def _recorded_phones(plan: TenantPlan) -> Iterator[Section]:
    """Where calls of recorded extensions begin."""
    sets = dict.fromkeys(
        names.phones(plan, each.classes)
        for each in plan.extensions
        if recording.is_recorded_caller(plan, each)
    )
    for phones in sets:
        lines = extension(ANY, "Set(record_inside=r)", f"Goto({phones},${{EXTEN}},1)")
        yield Section(name=recording.recorded_entrance(phones), lines=lines)


def _callers(plan: TenantPlan) -> Iterator[Section]:
    """T-callers: what is particular to an extension when it calls outside."""
    lines = tuple(line for each in plan.extensions for line in _caller(plan, each))
    if lines:
        name = names.context(plan.tenant, "callers")
        yield Section(
            name=name,
            note="Extensions with something of their own",
            lines=lines,
        )


def _caller(plan: TenantPlan, each: Extension) -> tuple[str, ...]:
    steps = []
    if each.external_caller_id:
        steps.append(f"Set(external_id={each.external_caller_id})")
    if plan.operator:
        steps += operator.shown(plan.operator, each.external_caller_id)
    own = recording.recorded_classes(plan, each)
    if own != recording.recorded_classes(plan, None):
        steps.append(f"Set(record_outside=:{':'.join(own)}:)")
    return extension(each.number, *steps, "Return()") if steps else ()


def _may_dial_inside(plan: TenantPlan, classes: tuple[str, ...]) -> bool:
    """Where the company has a class for it, only those who have it dial inside."""
    inside = {each.name for each in plan.classes if each.kind is ClassKind.INTERNAL}
    return not inside or bool(inside & set(classes))


def _numbers(plan: TenantPlan, classes: tuple[str, ...]) -> Section:
    """Every class's patterns, so that the closest one decides; then whether it is allowed."""
    lines: list[str] = []
    for each in in_reach(plan, classes):
        steps = _dial(plan, each) if each.name in classes else _forbidden(plan)
        for pattern in each.patterns:
            lines += extension(matching(pattern), *steps)
    phones = names.phones(plan, classes)
    for speed_dial in plan.speed_dials:
        lines += extension(speed_dial.code, f"Goto({phones},{speed_dial.number},1)")
    return Section(name=names.outside(plan, classes), lines=tuple(lines))


def _dial(plan: TenantPlan, each: CallClass) -> tuple[str, ...]:
    return (
        f"Gosub({names.context(plan.tenant, 'class', each.name)},{DIALLED},1)",
        f"Goto({names.context(plan.tenant, 'refused')},${{RESULT}},1)",
    )


def _forbidden(plan: TenantPlan) -> tuple[str, ...]:
    return (
        f"CELGenUserEvent(refused,class|{DIALLED})",
        f"Goto({names.context(plan.tenant, 'refused')},class,1)",
    )


def _external(plan: TenantPlan) -> Section:
    """What flows and the forwards of callers from outside may dial."""
    lines: list[str] = []
    for each in in_reach(plan, plan.flow_classes):
        for pattern in each.patterns:
            place = names.context(plan.tenant, "class", each.name)
            allowed = each.name in plan.flow_classes
            steps = (f"Goto({place},{DIALLED},1)",) if allowed else _not_for_flows("class")
            lines += extension(matching(pattern), *steps)
    lines += extension(ANY, *_not_for_flows("invalid"))
    name = names.context(plan.tenant, "external")
    return Section(name=name, note="For flows: dials out, sets RESULT", lines=tuple(lines))


def _not_for_flows(code: str) -> tuple[str, ...]:
    return (f"CELGenUserEvent(refused,{code}|{DIALLED})", "Set(RESULT=invalid)", "Return()")


def _class(plan: TenantPlan, each: CallClass) -> Section:
    """PIN, limit, then each gateway in turn while the one before failed."""
    if plan.suspended and each.kind is not ClassKind.EMERGENCY:
        steps = _refused("suspended")
    else:
        steps = [*_begin(plan, each), *_tries(plan, each), *_end(plan, each)]
    name = names.context(plan.tenant, "class", each.name)
    return Section(name=name, note=f"Calls of class {each.name}", lines=extension(ANY, *steps))


def _refused(code: str) -> list[str]:
    return [f"CELGenUserEvent(refused,{code}|${{EXTEN}})", f"Set(RESULT={code})", "Return()"]


def _limits(plan: TenantPlan, each: CallClass) -> Iterator[tuple[str, int]]:
    if each.kind is ClassKind.EMERGENCY:
        return
    most_out = plan.operator.max_calls_out if plan.operator else 0
    for category, most in (("calls", plan.max_calls), ("calls-out", most_out)):
        if most:
            yield category, most


def _end(plan: TenantPlan, each: CallClass) -> Iterator[str]:
    """A call that is over, or was never carried, leaves the caller's places to others."""
    limited = [category for category, _ in _limits(plan, each)]
    if limited:
        yield "Goto(end)"
        yield "(limit)CELGenUserEvent(refused,limit|${EXTEN})"
        yield "Set(RESULT=limit)"
    leaves = [f"Set(GROUP({category}-asked)=)" for category in limited]
    first, *others = [*leaves, "Return()"]
    yield f"(end){first}"
    yield from others


def _begin(plan: TenantPlan, each: CallClass) -> Iterator[str]:
    """Who calls, with which PIN, and whether there is room."""
    if plan.operator and each.operator:
        yield from operator.caller(plan, plan.operator, each, {"full": "", **_told(plan, each)})
    else:
        yield "Set(LOCAL(full)=)"
    yield from _who(plan)
    if each.caller_id:
        yield f"Set(external_id={each.caller_id})"
        if plan.operator and each.operator:
            yield from operator.shown(plan.operator, each.caller_id)
    yield from _pin(each)
    for category, most in _limits(plan, each):
        yield f"Gosub(c-seat,s,1({category},{plan.tenant},{most},-asked))"
        yield 'GotoIf($["${GOSUB_RETVAL}"="full"]?limit)'


def _tries(plan: TenantPlan, each: CallClass) -> Iterator[str]:
    for name in each.gateways:
        yield from _try(plan, each, name)
    if plan.operator and each.operator:
        yield operator.out(plan.operator)
        yield from _CARRIED
    yield "CELGenUserEvent(refused,${IF(${LEN(${full})}?limit:gateway)}|${EXTEN})"
    yield "Set(RESULT=${IF(${LEN(${full})}?limit:unavailable)})"


def _who(plan: TenantPlan) -> Iterator[str]:
    if any(_caller(plan, each) for each in plan.extensions):
        yield f"Gosub(c-caller,s,1({plan.tenant},{plan.domain}))"


def _pin(each: CallClass) -> tuple[str, ...]:
    if not each.pins or each.kind is ClassKind.EMERGENCY:
        return ()
    ask = f"Gosub(c-pin,s,1({':'.join(each.pins)},${{EXTEN}}))"
    return (ask, 'GotoIf($["${RESULT}"="pin"]?end)')


def _try(plan: TenantPlan, each: CallClass, gateway: str) -> Iterator[str]:
    number = f"{each.prepend}${{EXTEN:{each.strip}}}" if each.strip else f"{each.prepend}${{EXTEN}}"
    place = names.context(plan.tenant, "to", gateway)
    yield f"Gosub({place},{number},1({','.join(_values(plan, each))}))"
    yield from _CARRIED


def _values(plan: TenantPlan, each: CallClass) -> tuple[str, ...]:
    """(class, dialled, seconds, tenant to record, e in an emergency)"""
    unlimited = "e" if each.kind is ClassKind.EMERGENCY else ""
    seconds, record = str(each.ring_seconds), _recorded(plan, each)
    return (each.name, "${EXTEN}", seconds, record, unlimited)


def _told(plan: TenantPlan, each: CallClass) -> dict[str, str]:
    """The same for the operator, by its names for them."""
    known = ("op_class", "op_dialled", "op_seconds", "op_record", "op_urgent")
    return {"op_of": plan.tenant, **dict(zip(known, _values(plan, each), strict=True))}


def _recorded(plan: TenantPlan, each: CallClass) -> str:
    """The tenant's slug where such a call is recorded, else nothing."""
    usual = plan.tenant if recording.of_class(plan, each) else ""
    if not any(recording.of_class(plan, each, ext) != bool(usual) for ext in plan.extensions):
        return usual
    own = f'${{IF($["${{record_outside}}" =~ ":{each.name}:"]?{plan.tenant}:)}}'
    return f"${{IF(${{LEN(${{record_outside}})}}?{own}:{usual})}}"


def _gateway(plan: TenantPlan, gateway: Gateway) -> Section:
    """(class, dialled, seconds, tenant to record, e in an emergency)"""
    steps = [
        f"CELGenUserEvent(out,${{ARG1}}|${{ARG2}}|{gateway.name})",
        f"Dial({_destination(plan, gateway)},${{ARG3}},{_options(plan, gateway)})",
        "Goto(c-out,s,1)",
    ]
    if gateway.max_calls:
        group, leave = f"{plan.tenant}-{gateway.name}", "Set(GROUP(gateway-asked)=)"
        full = 'GotoIf($["${ARG5}"="" & "${GOSUB_RETVAL}"="full"]?full)'
        steps = [f"Gosub(c-seat,s,1(gateway,{group},{gateway.max_calls},-asked))", full, *steps]
        steps.insert(-1, leave)
        steps += ["(full)Set(RESULT=full)", leave, "Return()"]
    name = names.context(plan.tenant, "to", gateway.name)
    return Section(name=name, note=f"Out by {gateway.name}", lines=extension(ANY, *steps))


def _destination(plan: TenantPlan, gateway: Gateway) -> str:
    number = f"${{EXTEN:{gateway.strip}}}" if gateway.strip else "${EXTEN}"
    return f"PJSIP/{gateway.prepend}{number}@{names.gateway(plan.tenant, gateway.name)}"


def _options(plan: TenantPlan, gateway: Gateway) -> str:
    """Callers may transfer, carriers not forward; limits and recording go on the leg that stays.

    A fax that we send is sent on the carrier's own leg: `answered_then` says so.
    """
    usual = gateway.caller_id or "${FILTER(0-9*#+,${CALLERID(num)})}"
    caller = f"f(${{IF(${{LEN(${{external_id}})}}?${{external_id}}:{usual})}})"
    calls = plan.tenant if plan.max_calls else ""
    group = f"{plan.tenant}-{gateway.name}" if gateway.max_calls else ""
    out = plan.tenant if plan.operator and plan.operator.max_calls_out else ""
    leg = "${IF(${LEN(${ARG4})}?b(c-leg^s^1(${ARG4})))}"
    answered = f"U(c-answered^^0^${{CHANNEL}}^{calls}^{out}^{group})"
    if not f"{calls}{out}{group}":
        answered = f"${{IF(${{LEN(${{answered_then}})}}?{answered})}}"
    return f"Ti{leg}{caller}{answered}"


def refusals(plan: TenantPlan) -> Iterator[Section]:
    """T-refused: what is said where a call does not go out; a prompt `refused-CODE` replaces it."""
    lines: list[str] = []
    for code, spoken in _spoken(plan).items():
        own = prompt(plan, f"refused-{code}") or spoken
        lines += extension(code, f"Gosub(c-refuse,{code},1({own}))")
    for code in ("busy", "no_answer"):
        lines += extension(code, f"Gosub(c-refuse,{code},1)")
    lines += extension("_[a-z][a-z]!", "Hangup()")
    yield Section(name=names.context(plan.tenant, "refused"), lines=tuple(lines))
    yield _invalid(plan)


def _spoken(plan: TenantPlan) -> dict[str, str]:
    """What is said of each refusal that this company may meet."""
    spoken = dict(_SPOKEN)
    if plan.operator:
        spoken |= dict.fromkeys(operator.REFUSALS, "vm-sorry")
    if plan.suspended:
        spoken["suspended"] = NOT_IN_SERVICE
    return spoken


def _invalid(plan: TenantPlan) -> Section:
    flow = plan.reception.invalid
    steps = [f"Set(dialled={DIALLED})", "CELGenUserEvent(refused,invalid|${dialled})"]
    place = names.context(plan.tenant, "flow", flow) if flow else ""
    there = names.context(plan.tenant, "refused")
    steps.append("GotoIf($[${LEN(${dialled})}<${LEN(${EXTEN})}]?nothing)")
    steps.append(f"Goto({place},start,1)" if flow else f"Goto({there},invalid,1)")
    steps.append("(nothing)Hangup(1)")
    name = names.context(plan.tenant, "invalid")
    return Section(name=name, note="Numbers that lead nowhere", lines=extension(ANY, *steps))
