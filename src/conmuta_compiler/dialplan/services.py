"""What is dialled inside besides extensions: rooms, queues, parking, speed dials, features."""

from collections.abc import Iterator

from conmuta_compiler import names
from conmuta_compiler.shared import codes
from conmuta_compiler.text import Section, extension
from conmuta_plan import TenantPlan
from conmuta_plan.people import ConferenceRoom, FeatureCodes


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
    """Usual codes are the node's, once for all; others the tenant's own."""
    if plan.features == FeatureCodes():
        yield f"include => {codes.USUAL}"
    else:
        yield from codes.lines(plan.features, plan.tenant, plan.domain)
