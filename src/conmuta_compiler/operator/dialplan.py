"""extensions.conf of an operator: in by its gateways, out on-net or by routes and gateways.

Calls come to `o-O-out` from tenants' classes, which say the rest in variables (arguments would
have to be put aside and back by each subroutine on the way): `op_of` (the tenant), `op_class`,
`op_dialled`, `op_seconds`, `op_record` (the tenant, where it is recorded), `op_urgent` (e in an
emergency), `op_routes` and `op_prices` (tables), `op_id` (the number to show, where it is one of
the tenant's), `op_foreign` (the one to show, where it is its own at another carrier), `op_usual`
(its usual number), `op_calls` and `op_counted` (its name, where its calls, or those out, are
limited), `op_from` (the extension that calls), `op_e164` (whom, as ${EXTEN} has it). Here come
`op_route`, and the route's `op_ring` and `op_stops`.

A step costs a call about 15 µs, since all of Asterisk hears that its channel is elsewhere: what
needs no step of its own shares one (ADR 0092).
"""

from collections.abc import Iterable, Iterator

from conmuta_compiler import names
from conmuta_compiler.operator import routes, tables
from conmuta_compiler.text import Section, extension, file, matching
from conmuta_plan.operator import (
    CallerIdRule,
    NumberRule,
    OperatorGateway,
    OperatorPlan,
    Privacy,
)

E164 = routes.E164
ANY = "_[0-9*#+]!"
ON_NET = "on-net"
"""Told where other calls have their gateway."""
MOST_HOPS = 5  # tenants that forward to each other on-net would ring for ever
_WHOSE = "${IF($[0${op_hops}>0]?${op_of})}"
"""A company called within the net rings under its caller's account, unless it is told."""
_TOLD = "$[${LEN(${op_record})} | 0${op_hops}>0]"
_LEG = f"${{IF({_TOLD}?b(c-leg^s^1(${{op_record}}^{_WHOSE})))}}"
SILENT_SECONDS = 16  # as long as a gateway that answers nothing has (64 times T1)
SWITCHES = 2  # of a domain's, by DNS, are tried before the next gateway


def operator(plan: OperatorPlan) -> str:
    parts: list[object] = [*_entrances(plan), _stock(plan), _out(plan)]
    if plan.on_net:
        parts += _on_net(plan)
    parts += [*_tables(plan), *(routes.route(plan, each) for each in plan.routes if each.choices)]
    for gateway in plan.gateways:
        parts += [_gateway(plan, gateway), *_rules(plan, gateway)]
    return file(f"Calls of the operator {plan.title} ({plan.operator})", parts)


# In


def _entrances(plan: OperatorPlan) -> Iterator[Section]:
    for gateway in plan.gateways:
        whence = f"Set(op_gateway={plan.unit}:{gateway.name})"
        stock = names.context(plan.unit, "stock")
        lines: list[str] = []
        for rule in _once(gateway.inbound):
            steps = [whence, *_in_limit(plan, gateway), f"Goto({stock},{_made(rule)},1)"]
            lines += extension(matching(rule.pattern), *steps, *_in_full(gateway))
        steps = [whence, *_in_limit(plan, gateway), f"Goto({stock},{_made(None)},1)"]
        lines += extension(ANY, *steps, *_in_full(gateway))
        name = names.context(plan.unit, "in", gateway.name)
        yield Section(name=name, note=f"Calls that come in by {gateway.name}", lines=tuple(lines))


def _in_limit(plan: OperatorPlan, gateway: OperatorGateway) -> Iterator[str]:
    if gateway.max_calls:
        group = _group(plan, gateway)
        yield f"Gosub(c-seat,s,1(gateway,{group},{gateway.max_calls}))"
        yield 'GotoIf($["${GOSUB_RETVAL}"="full"]?full)'


def _in_full(gateway: OperatorGateway) -> tuple[str, ...]:
    return ("(full)Hangup(34)",) if gateway.max_calls else ()


def _stock(plan: OperatorPlan) -> Section:
    """A number of the stock is its tenant's; nobody else's extensions can be reached by it."""
    whose = f"${{DB({tables.stock_family(plan.unit)}/${{EXTEN}})}}"
    there = "${op_tenant}-stock,${EXTEN},1"
    lines = extension(
        E164,
        f"Set(op_tenant={whose})",
        "GotoIf(${LEN(${op_tenant})}?:nobody)",
        "Set(CHANNEL(accountcode)=${op_tenant})",
        f"GotoIf(${{DIALPLAN_EXISTS({there})}}?{there})",
        "(nobody)Hangup(1)",
    )
    name = names.context(plan.unit, "stock")
    return Section(name=name, note="Numbers of the stock, by E.164", lines=lines)


# Out


def _out(plan: OperatorPlan) -> Section:
    within = f"${{DB({tables.stock_family(plan.unit)}/${{EXTEN}})}}"
    on_net = f"GotoIf(${{LEN({within})}}?{names.context(plan.unit, ON_NET)},${{EXTEN}},1)"
    routes, prices = names.context(plan.unit, "routes"), names.context(plan.unit, "prices")
    route = f"{plan.unit}-route-${{op_route}},${{EXTEN}},1"
    lines = extension(
        E164,
        *([on_net] if plan.on_net else []),
        f"Gosub({routes},t_${{op_routes}},1)",
        "MSet(LOCAL(op_route)=${GOSUB_RETVAL},LOCAL(admit_id)=,LOCAL(admit_seconds)=0)",
        f'GotoIf($["${{op_route:0:1}}"="" | "${{op_route:0:1}}"="{tables.REFUSED}"]?none)',
        f"GotoIf(${{IF(${{LEN(${{op_urgent}})}}?1:${{ISNULL(${{op_prices}})}})}}?{route})",
        f"Gosub({prices},t_${{op_prices}},1)",
        "GotoIf(${ISNULL(${GOSUB_RETVAL})}?unpriced)",
        "Gosub(c-admit,s,1(${op_of},${op_from},${EXTEN},${GOSUB_RETVAL}))",
        f"GotoIf(${{ISNULL(${{GOSUB_RETVAL}})}}?{route})",
        "Set(RESULT=${GOSUB_RETVAL})",
        "Goto(refused)",
        "(none)Set(RESULT=${IF(${LEN(${op_route})}?${op_route:1}:route)})",
        "Goto(refused)",
        "(unpriced)Set(RESULT=cost)",
        "(refused)CELGenUserEvent(refused,${RESULT}|${op_dialled})",
        "Return()",
    )
    lines += extension(
        ANY, "CELGenUserEvent(refused,invalid|${op_dialled})", "Set(RESULT=invalid)", "Return()"
    )
    return Section(name=names.context(plan.unit, "out"), note="Tenants' calls out", lines=lines)


def _on_net(plan: OperatorPlan) -> Iterator[Section]:
    """The other tenant's side is a channel of its own, which came from outside."""
    within = names.context(plan.unit, "within")
    leg = f"{_LEG}{_answered()}"
    shown = "f(${IF(${LEN(${op_id})}?${op_id}:${IF(${LEN(${op_usual})}?${op_usual}:anonymous)})})"
    lines = extension(
        E164,
        f"GotoIf($[0${{op_hops}}>={MOST_HOPS}]?again)",
        "Set(__op_hops=$[0${op_hops}+1])",
        f"CELGenUserEvent(out,${{op_class}}|${{op_dialled}}|{plan.unit}:{ON_NET}|${{EXTEN}})",
        f"Dial(Local/${{EXTEN}}@{within}/n,${{op_seconds}},Ti{leg}{shown})",
        "Goto(c-out,s,1)",
        "(again)Set(RESULT=busy)",
        "Return()",
    )
    name = names.context(plan.unit, ON_NET)
    yield Section(name=name, note="To another tenant, as a call from outside", lines=lines)
    entry = extension(
        E164,
        f"Set(op_gateway={plan.unit}:{ON_NET})",
        "Set(answered_then=)",
        f"Set(TRANSFER_CONTEXT={names.NOWHERE})",
        "Set(recording=)",
        f"Goto({names.context(plan.unit, 'stock')},${{EXTEN}},1)",
    )
    yield Section(name=within, lines=entry)


def _tables(plan: OperatorPlan) -> Iterator[Section]:
    """Which version of each table is in force: the tables of one plan change together."""
    kinds = {"routes": tables.route_tables(plan), "prices": tables.price_tables(plan)}
    for kind, made in kinds.items():
        lines: list[str] = []
        for table in made:
            lines += extension(f"t_{tables.called(table.name)}", *_longest(table.root))
        lines += extension("_t!", "Return()")
        note = f"By the longest prefix of a table, {tables.FILE}"
        yield Section(name=names.context(plan.unit, kind), note=note, lines=tuple(lines))


def _longest(root: str) -> tuple[str, ...]:
    """Returns what the longest prefix of ${op_e164} says, or "".

    The root's row is `rows/lengths, longest first/what the shorter prefixes say`. Of a row that was
    found there is no fourth part to return after it.
    """
    family = root.partition("/")[0]
    next_length = "${op_e164:0:${SHIFT(lengths,-)}}"
    found = f"${{LEN(${{SET(value=${{DB(${{rows}}/{next_length})}})}})}}"
    rows = f"LOCAL(rows)={family}/${{CUT(row,/,1)}}"
    return (
        f"Set(LOCAL(row)=${{DB({root}/${{op_e164:0:3}})}})",
        f"MSet(LOCAL(value)=,LOCAL(lengths)=${{CUT(row,/,2)}},{rows})",
        f"(next)GotoIf({found}${{ISNULL(${{lengths}})}}?:next)",
        "Return(${value}${CUT(row,/,${IF(${LEN(${value})}?4:3)})})",
    )


def _gateway(plan: OperatorPlan, gateway: OperatorGateway) -> Section:
    sent, dialled = _sent(plan, gateway)
    showing, shown = _shown(plan, gateway)
    endpoint = names.gateway(plan.unit, gateway.name)
    silent = SILENT_SECONDS if gateway.port else SILENT_SECONDS * SWITCHES
    steps = [
        *_out_limits(plan, gateway),
        *sent,
        *showing,
        f"CELGenUserEvent(out,${{op_class}}|${{op_dialled}}|{plan.unit}:{gateway.name}|${{EXTEN}})",
        f"Dial(PJSIP/{dialled}@{endpoint},${{op_ring}}^{silent},{_options(plan, gateway, shown)})",
        *(["Set(GROUP(gateway-asked)=)"] if gateway.max_calls else []),
        "Goto(c-carried,s,1)",
    ]
    if gateway.max_calls or gateway.max_calls_per_second:
        left = ["Set(GROUP(gateway-asked)=)"] if gateway.max_calls else []
        steps += ["(full)Set(RESULT=full)", *left, "Return()"]
    name = names.context(plan.unit, "to", gateway.name)
    return Section(name=name, note=f"Out by {gateway.name}", lines=extension(E164, *steps))


def _out_limits(plan: OperatorPlan, gateway: OperatorGateway) -> Iterator[str]:
    """Emergencies pass both."""
    group = _group(plan, gateway)
    full = 'GotoIf($["${op_urgent}"="" & "${GOSUB_RETVAL}"="full"]?full)'
    if gateway.max_calls:
        yield f"Gosub(c-seat,s,1(gateway,{group},{gateway.max_calls},-asked))"
        yield full
    if gateway.max_calls_per_second:
        yield f"Gosub(c-pace,s,1({group},{gateway.max_calls_per_second}))"
        yield full


def _sent(plan: OperatorPlan, gateway: OperatorGateway) -> tuple[list[str], str]:
    """Steps that find the number for the gateway, and what stands for it in Dial."""
    cut = f":{gateway.strip}" if gateway.strip else ""
    if not gateway.outbound:
        return [], f"{gateway.prepend}${{EXTEN{cut}}}"
    place = names.context(plan.unit, "sent", gateway.name)
    steps = [f"Gosub({place},${{EXTEN}},1)", "Set(LOCAL(sent)=${GOSUB_RETVAL})"]
    return steps, f"{gateway.prepend}${{sent{cut}}}"


def _shown(plan: OperatorPlan, gateway: OperatorGateway) -> tuple[list[str], str]:
    """The caller's number as `operator.callers` tells it: steps that find it, and what stands for
    it in Dial.
    """
    own = gateway.caller_id or "anonymous"
    if gateway.caller_id_rule is CallerIdRule.FORCE:
        return [], own
    number = "${op_id}"
    if gateway.may_send_own_ani:
        number = _either("${op_foreign}", number)
    if gateway.caller_id_rule is CallerIdRule.PASS:
        number = _either(number, "${op_usual}")
    if not gateway.caller_id_outbound:
        return [], _either(number, own)
    place = names.context(plan.unit, "shown", gateway.name)
    steps = [
        f"Set(LOCAL(shown)={number})",
        f"GosubIf(${{LEN(${{shown}})}}?{place},${{shown}},1)",
        "ExecIf(${LEN(${shown})}?Set(LOCAL(shown)=${GOSUB_RETVAL}))",
    ]
    return steps, _either("${shown}", own)


def _either(first: str, second: str) -> str:
    return f"${{IF(${{LEN({first})}}?{first}:{second})}}"


def _options(plan: OperatorPlan, gateway: OperatorGateway, shown: str) -> str:
    """Callers may transfer, carriers not forward; limits and recording go on the leg that stays."""
    hidden = "u(prohib)" if gateway.privacy is Privacy.HIDDEN else ""
    group = _group(plan, gateway) if gateway.max_calls else ""
    answered = _answered(group, charged=gateway.billed and bool(plan.prices))
    return f"Ti{_LEG}f({shown}){hidden}{answered}"


def _answered(group: str = "", *, charged: bool = False) -> str:
    """What the answered leg takes over; a subroutine costs a call nearly a millisecond."""
    seats = f"${{CHANNEL}}^${{op_calls}}^${{op_counted}}^{group}"
    admission = "${admit_id}^${admit_seconds}" if charged else "^0"
    leg = f"U(c-answered^{admission}^{seats})"
    if group:
        return leg
    known = "${op_calls}${op_counted}${answered_then}" + ("${admit_id}" if charged else "")
    limited = " | 0${admit_seconds}>0" if charged else ""
    return f'${{IF($["{known}"!=""{limited}]?{leg})}}'


def _rules(plan: OperatorPlan, gateway: OperatorGateway) -> Iterator[Section]:
    kinds = {
        "sent": (gateway.outbound, "Numbers as {} wants them"),
        "shown": (gateway.caller_id_outbound, "Callers' numbers as {} wants them"),
    }
    for kind, (rules, note) in kinds.items():
        if rules:
            lines = [
                line
                for rule in _once(rules)
                for line in extension(matching(rule.pattern), f"Return({_made(rule)})")
            ]
            lines += extension(ANY, f"Return({_made(None)})")
            name = names.context(plan.unit, kind, gateway.name)
            yield Section(name=name, note=note.format(gateway.name), lines=tuple(lines))


def _once(rules: Iterable[NumberRule]) -> Iterator[NumberRule]:
    """Of two rules with one pattern the first stands."""
    first: dict[str, NumberRule] = {}
    for rule in rules:
        first.setdefault(rule.pattern, rule)
    yield from first.values()


def _made(rule: NumberRule | None) -> str:
    """What a rule makes of ${EXTEN}; without one, what was there, without `+`."""
    if rule is None:
        return "${FILTER(0-9,${EXTEN})}"
    cut = f"${{EXTEN:{rule.strip}}}" if rule.strip else "${EXTEN}"
    return f"{rule.prepend}${{FILTER(0-9,{cut})}}"


def _group(plan: OperatorPlan, gateway: OperatorGateway) -> str:
    return names.context(plan.unit, gateway.name)
