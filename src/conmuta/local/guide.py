"""What can be dialled in a company, in words, read from its plan."""

from collections.abc import Iterator

from conmuta.local.seed import Telephone
from conmuta_plan import TenantPlan
from conmuta_plan.outside import TargetKind

SHOWN_TELEPHONES = 2


def telephones(plan: TenantPlan, count: int = SHOWN_TELEPHONES) -> tuple[Telephone, ...]:
    """The first extensions of two departments, as far as there are two, to call each other."""
    groups: set[tuple[str, ...]] = set()
    chosen = []
    for each in plan.extensions:
        if each.pickup_groups not in groups:
            groups.add(each.pickup_groups)
            chosen.append(each)
    rest = [each for each in plan.extensions if each not in chosen]
    return tuple(
        Telephone(
            extension=each.number,
            name=each.name,
            domain=plan.domain,
            user=each.account,
            password=each.secret,
        )
        for each in [*chosen, *rest][:count]
    )


def numbers(plan: TenantPlan) -> tuple[tuple[str, str], ...]:
    """Each number that a telephone of the company can dial, and what it does."""
    return (*_inside(plan), *_services(plan), *_from_outside(plan))


def _inside(plan: TenantPlan) -> Iterator[tuple[str, str]]:
    for extension in plan.extensions:
        yield extension.number, f"rings {extension.name}"
    for queue in plan.queues:
        if queue.number:
            yield queue.number, f"the queue {queue.title}"
    for room in plan.conferences:
        pin = f" (PIN {room.pin})" if room.pin else ""
        yield room.number, f"the conference room {room.name}{pin}"
    for dial in plan.speed_dials:
        yield dial.code, f"calls {dial.number}, {dial.name}"


def _services(plan: TenantPlan) -> Iterator[tuple[str, str]]:
    codes = plan.features
    yield codes.echo_test, "says back what it hears: try this first"
    yield codes.voicemail, "your own messages"
    if plan.agents:
        others = f"{codes.agent_sign_out} out, {codes.agent_pause}, {codes.agent_unpause} pause"
        yield codes.agent_sign_in, f"sign in as an agent; {others}"
    yield f"{codes.forward_always_on}NUMBER", f"forward your calls; {codes.forward_always_off} ends"
    yield codes.pickup_group, "pick up a call that rings in your group"
    if plan.parking:
        yield plan.parking.number, "transfer a call here to park it; the slot is said"


def _from_outside(plan: TenantPlan) -> Iterator[tuple[str, str]]:
    flows = {flow.name: flow.title for flow in plan.flows}
    for number in plan.numbers:
        name = number.target.name
        title = flows.get(name, name) if number.target.kind is TargetKind.FLOW else name
        yield number.number, f"what callers from outside reach: {number.target.kind} {title}"
