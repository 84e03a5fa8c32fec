"""What is dialled inside besides extensions: rooms, queues, parking, speed dials, features."""

from collections.abc import Iterator

from conmuta_compiler import names
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.people import ConferenceRoom

_SWITCHES = ("forward_always", "forward_busy", "forward_no_answer")
_AGENT_CODES = {
    "agent_sign_in": "in",
    "agent_sign_out": "out",
    "agent_pause": "pause",
    "agent_unpause": "unpause",
}


def numbers(plan: TenantPlan) -> list[str]:
    """The lines of T-local beside the extensions' own."""
    lines = [line for room in plan.conferences for line in _room(plan, room)]
    lines += [line for part in (_queues, _mailboxes, _features) for line in part(plan)]
    if plan.parking:
        lines.append(f"include => {names.context(plan.tenant, 'parking')}")
    return lines


def contexts(plan: TenantPlan) -> Iterator[Section]:
    """Contexts that these numbers need."""
    if plan.parking:
        name = names.context(plan.tenant, "parking-return")
        back = f"Gosub(c-parking-return,s,1({plan.tenant}))"
        lines = extension("s", back) + extension("_[a-zA-Z0-9][a-zA-Z0-9]!", back)
        yield Section(name=name, note="Parked calls that nobody took", lines=lines)


def _room(plan: TenantPlan, room: ConferenceRoom) -> tuple[str, ...]:
    record = "r" if room.record else ""
    values = (plan.tenant, room.pin or "", room.admin_pin or "", str(room.max_members), record)
    return extension(room.number, f"Gosub(c-room,{room.number},1({','.join(values)}))")


def _queues(plan: TenantPlan) -> Iterator[str]:
    for queue in plan.queues:
        if queue.number:
            yield from extension(
                queue.number,
                f"CELGenUserEvent(internal,{queue.number})",
                "GosubIf(${LEN(${recording})}?c-record,again,1)",
                f"Gosub({names.context(plan.tenant, 'queue')},{queue.name},1)",
                "Hangup()",
            )


def _mailboxes(plan: TenantPlan) -> Iterator[str]:
    for box in plan.mailboxes:
        place = f"{names.context(plan.tenant, 'voicemail')},{box.number},1(unavailable)"
        yield from extension(box.number, f"Gosub({place})", "Hangup()")


def _features(plan: TenantPlan) -> Iterator[str]:
    codes = plan.features
    us = f"{plan.tenant},{plan.domain}"
    yield from extension(codes.voicemail, f"Gosub(c-mailbox,own,1({us}))")
    yield from extension(codes.voicemail_any, f"Gosub(c-mailbox,any,1({us}))")
    for name in _SWITCHES:
        yield from _switch(getattr(codes, f"{name}_on"), f"{us},{name}")
        off = getattr(codes, f"{name}_off")
        yield from extension(off, f"Gosub(c-feature,s,1({us},{name},-))")
    quiet = f"{us},do_not_disturb"
    yield from extension(codes.do_not_disturb_on, f"Gosub(c-feature,s,1({quiet},yes))")
    yield from extension(codes.do_not_disturb_off, f"Gosub(c-feature,s,1({quiet},-))")
    yield from extension(codes.pickup_group, "Pickup()", "Hangup(19)")
    after = len(codes.pickup_extension)
    number = f"${{FILTER(0-9*#+,${{EXTEN:{after}}})}}"
    pickup = f"Gosub(c-pickup,{number},1({plan.tenant}))"
    yield from extension(f"_{codes.pickup_extension}X.", pickup)
    for name, action in _AGENT_CODES.items():
        yield from extension(getattr(codes, name), f"Gosub(c-agent,s,1({us},{action}))")
    yield from extension(codes.echo_test, "Gosub(c-echo,s,1)")
    yield from extension(codes.record_prompt, f"Gosub(c-prompt,s,1({us}))")


def _switch(code: str, feature: str) -> Iterator[str]:
    """A forward: the number follows the code, or is asked for."""
    yield from extension(code, f"Gosub(c-feature,s,1({feature},ask))")
    number = f"${{FILTER(0-9*#+,${{EXTEN:{len(code)}}})}}"
    yield from extension(f"_{code}[0-9*#+]!", f"Gosub(c-feature,s,1({feature},{number}))")
