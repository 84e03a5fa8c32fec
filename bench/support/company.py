"""Tenants of a usual size for benchmarks: twenty extensions, a queue, an agenda, a menu."""

from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday
from conmuta_plan.flows import Flow, FlowStep, Prompt
from conmuta_plan.outside import CallClass, ClassKind, Gateway, InboundNumber, Target, TargetKind
from conmuta_plan.people import Extension, Mailbox
from conmuta_plan.queues import Agent, Queue, QueueMembership

EXTENSIONS = 20
WORKDAYS = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)


def tenant_name(index: int) -> str:
    """The slug of the tenant of that index."""
    return f"bench{index:05d}"


def company(index: int, prompt: Prompt, *, secret: str = "s3cret-of-a-bench") -> TenantPlan:
    """Tenant number `index`; `secret` is every extension's password."""
    name = tenant_name(index)
    address = f"127.{1 + index // 250 % 250}.{index % 250}.9"
    return TenantPlan(
        tenant=name,
        domain=f"{name}.example.test",
        title=name,
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        extensions=tuple(_extension(500 + n, secret) for n in range(EXTENSIONS)),
        queues=(Queue(name="sales", title="Sales"),),
        agents=tuple(
            Agent(
                number=str(n),
                name=f"Agent {n}",
                extension=str(n),
                queues=(QueueMembership(queue="sales"),),
            )
            for n in range(500, 505)
        ),
        agendas=(_agenda(),),
        flows=(_flow(),),
        prompts=(prompt,),
        gateways=(Gateway(name="carrier", host=address, addresses=(address,), watch_seconds=0),),
        classes=(
            CallClass(
                name="local", kind=ClassKind.LOCAL, patterns=("2XXXXXXX",), gateways=("carrier",)
            ),
        ),
        numbers=(
            InboundNumber(number="29000000", target=Target(kind=TargetKind.FLOW, name="main")),
        ),
    )


def _extension(number: int, secret: str) -> Extension:
    n = str(number)
    mailbox = Mailbox(number=n, name=f"Extension {n}", pin="4821")
    return Extension(
        number=n,
        account=n,
        secret=secret,
        name=f"Extension {n}",
        mailbox=mailbox,
        codecs=("alaw",),
        classes=("internal", "local", "emergency"),
    )


def _agenda() -> Agenda:
    morning = AgendaEvent(
        name="morning", value="open", starts="09:00", ends="18:00", weekdays=WORKDAYS
    )
    return Agenda(
        name="hours",
        title="Hours",
        time_zone="America/Montevideo",
        values=("open", "closed"),
        default="closed",
        events=(morning,),
    )


def _flow() -> Flow:
    menu_exits = {"1": "queue", "2": "ring", "timeout": "queue", "invalid": "end"}
    return Flow(
        name="main",
        title="Main",
        start="hours",
        steps=(
            FlowStep(
                name="hours",
                kind="agenda",
                fields={"agenda": "hours"},
                exits={"open": "menu", "closed": "message"},
            ),
            FlowStep(
                name="menu",
                kind="menu",
                fields={"prompts": ["hello"], "dial_by_extension": True},
                exits=menu_exits,
            ),
            FlowStep(name="queue", kind="queue", fields={"queue": "sales"}),
            FlowStep(name="ring", kind="extension", fields={"number": "500"}),
            FlowStep(name="message", kind="voicemail", fields={"mailbox": "501"}),
            FlowStep(name="end", kind="hangup"),
        ),
    )
