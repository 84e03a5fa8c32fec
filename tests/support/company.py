"""A small company for call tests, whose parts each test changes as it needs."""

from dataclasses import replace
from typing import Any

from tests.support.ports import free_port

from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.operator import OperatorPlan
from conmuta_plan.outside import CallClass, ClassKind, Gateway, InboundNumber, Target, TargetKind
from conmuta_plan.people import ConferenceRoom, Extension, Mailbox, Parking, SpeedDial

MAIN_CARRIER, SPARE_CARRIER = "127.0.0.80", "127.0.0.81"
PEOPLE = {
    "550": "Ana",
    "551": "Diego",
    "552": "Lorena",
    "553": "Martín",
    "554": "Dario",
    "555": "Sebastián",
}
ALL_CLASSES = ("internal", "local", "mobile", "international", "emergency")


def extension(number: str, tenant: str = "acme", **more: Any) -> Extension:
    """An extension with a mailbox (PIN 4321) that rings for five seconds."""
    name = PEOPLE.get(number, number)
    email = f"{number}@{tenant}.example.test"
    box = Mailbox(number=number, name=name, pin="4321", emails=(email,))
    standard: dict[str, Any] = {
        "number": number,
        "account": number,
        "secret": f"secret-{tenant}-{number}",
        "name": name,
        "ring_seconds": 5,
        "mailbox": box,
        "pickup_groups": ("front",),
        "classes": ALL_CLASSES,
        "codecs": ("alaw", "ulaw", "g722", "opus"),
    }
    return Extension(**(standard | more))


def gateway(name: str, host: str, **more: Any) -> Gateway:
    """A carrier at an address of this machine, on a port of its own."""
    standard: dict[str, Any] = {
        "host": host,
        "port": free_port(host),
        "addresses": (host,),
        "watch_seconds": 0,
        "caller_id": "24000000",
    }
    return Gateway(name=name, **(standard | more))


CLASSES = (
    CallClass(name="internal", kind=ClassKind.INTERNAL, patterns=(), gateways=()),
    CallClass(
        name="local", kind=ClassKind.LOCAL, patterns=("2XXXXXXX",), gateways=("main", "spare")
    ),
    CallClass(
        name="mobile", kind=ClassKind.MOBILE, patterns=("09XXXXXXX",), gateways=("main", "spare")
    ),
    CallClass(
        name="international",
        kind=ClassKind.INTERNATIONAL,
        patterns=("00.",),
        gateways=("main",),
        pins=("7391", "1111"),
    ),
    CallClass(
        name="emergency",
        kind=ClassKind.EMERGENCY,
        patterns=("911",),
        gateways=("main", "spare"),
    ),
)


def company(tenant: str = "acme", **changes: Any) -> TenantPlan:
    """The company's plan; `changes` replace whole fields of it."""
    plan = TenantPlan(
        tenant=tenant,
        domain=f"{tenant}.example.test",
        title=tenant.upper(),
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        extensions=tuple(extension(number, tenant) for number in PEOPLE),
        conferences=(ConferenceRoom(number="800", name="Reuniones"),),
        parking=Parking(number="700", first=701, last=705, seconds=8),
        speed_dials=(SpeedDial(code="*11", number="551", name="Diego"),),
        gateways=(gateway("main", MAIN_CARRIER), gateway("spare", SPARE_CARRIER)),
        classes=CLASSES,
        flow_classes=("local", "mobile"),
        mail_from=f"central@{tenant}.example.test",
    )
    return replace(plan, **changes)


def change_extension(plan: TenantPlan, number: str, **changes: Any) -> TenantPlan:
    """The plan with one extension changed."""
    changed = tuple(
        replace(one, **changes) if one.number == number else one for one in plan.extensions
    )
    return replace(plan, extensions=changed)


def flow(name: str, *steps: FlowStep) -> Flow:
    """A flow that begins at its first step."""
    return Flow(name=name, title=name, start=steps[0].name, steps=steps)


def step(name: str, kind: str, exits: dict[str, str] | None = None, **fields: Any) -> FlowStep:
    return FlowStep(name=name, kind=kind, fields=fields, exits=exits or {})


def inbound(number: str, flow_name: str, **more: Any) -> InboundNumber:
    """A number of ours that enters a flow."""
    target = Target(kind=TargetKind.FLOW, name=flow_name)
    return InboundNumber(number=number, target=target, **more)


def gateway_of(plan: TenantPlan | OperatorPlan, name: str) -> Gateway:
    return next(one for one in (*plan.gateways,) if one.name == name)
