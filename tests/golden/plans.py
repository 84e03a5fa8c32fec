"""Small companies whose compiled text is kept, one for each thing to look at."""

from collections.abc import Iterator
from dataclasses import replace

from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Weekday
from conmuta_plan.flows import Flow, FlowStep, Music, Prompt
from conmuta_plan.node import NodeSettings
from conmuta_plan.operator import (
    CallerIdRule,
    Hours,
    NumberRule,
    OperatorGateway,
    OperatorLink,
    OperatorPlan,
    Price,
    PriceTable,
    Privacy,
    Route,
    RouteChoice,
    RouteTable,
)
from conmuta_plan.outside import (
    CallClass,
    ClassKind,
    Direction,
    Gateway,
    InboundNumber,
    RecordingRule,
    Target,
    TargetKind,
    Transport,
)
from conmuta_plan.people import (
    ConferenceRoom,
    Extension,
    Forwards,
    Mailbox,
    Parking,
    SpeedDial,
    Srtp,
)
from conmuta_plan.queues import Agent, Queue, QueueMembership, Strategy
from conmuta_plan.tenant import Reception

NODE = NodeSettings(
    bind="192.0.2.10",
    external_address="198.51.100.7",
    local_networks=("192.0.2.0/24",),
    webrtc=True,
)


def two_telephones() -> TenantPlan:
    """The least that is a company."""
    return TenantPlan(
        tenant="taller",
        domain="taller.example.test",
        title="Taller",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        extensions=(
            Extension(number="10", account="10", secret="uno", name="Mostrador"),
            Extension(number="11", account="fondo", secret="dos", name="Fondo", max_phones=1),
        ),
    )


def everything() -> TenantPlan:
    """A company that uses all that there is."""
    return TenantPlan(
        tenant="acme",
        domain="acme.example.test",
        title="ACME S.A.",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        max_calls=20,
        extensions=_extensions(),
        mailboxes=(Mailbox(number="600", name="Administración", pin="9081", greeting="saludo"),),
        queues=_queues(),
        agents=_agents(),
        flows=(_flow(),),
        flow_classes=("local",),
        prompts=(
            Prompt(name="saludo", digest="a" * 64, language="es"),
            Prompt(name="espera", digest="b" * 64, language="es"),
            Prompt(name="refused-class", digest="c" * 64, language="es"),
        ),
        music=(Music(name="default", digests=("d" * 64,)),),
        gateways=_gateways(),
        numbers=_numbers(),
        classes=_classes(),
        conferences=(ConferenceRoom(number="800", name="Sala", pin="55", admin_pin="66"),),
        parking=Parking(),
        speed_dials=(SpeedDial(code="*11", number="24001234", name="Proveedor"),),
        recording=(RecordingRule(record=True, direction=Direction.OUT, call_class="mobile"),),
        reception=Reception(no_answer="principal", invalid="principal"),
        mail_from="central@acme.example.test",
    )


def _extensions() -> tuple[Extension, ...]:
    box = Mailbox(number="550", name="Ana Díaz", pin="1590", emails=("ana@acme.example.test",))
    wide = ("internal", "local", "mobile", "international", "emergency")
    return (
        Extension(
            number="550",
            account="550",
            secret="s;3cr=>t",
            name="Ana Díaz",
            classes=wide,
            pickup_groups=("ventas",),
            mailbox=box,
            external_caller_id="24005550",
            record=True,
        ),
        Extension(
            number="551",
            account="551",
            secret="dos",
            name="Diego Bueno",
            language="en",
            call_waiting=False,
            forwards=Forwards(always="550", no_answer="099123456"),
            srtp=Srtp.REQUIRED,
        ),
        Extension(
            number="552",
            account="552",
            secret="tres",
            name="Martín Mato",
            classes=wide,
            do_not_disturb=True,
            srtp=Srtp.OFF,
        ),
    )


def _queues() -> tuple[Queue, ...]:
    return (
        Queue(
            name="ventas",
            title="Ventas",
            number="900",
            strategy=Strategy.RINGALL,
            wrap_up_seconds=10,
            max_callers=5,
            max_wait_seconds=120,
            entry_prompt="saludo",
            periodic_prompt="espera",
            announce_position=True,
            agent_prompt="saludo",
            record=True,
        ),
        Queue(name="reclamos", title="Reclamos", enter_without_agents=False),
    )


def _agents() -> tuple[Agent, ...]:
    both = (QueueMembership(queue="ventas"), QueueMembership(queue="reclamos", penalty=2))
    return (
        Agent(number="201", name="Ana Díaz", extension="550", pin="11", queues=both),
        Agent(number="202", name="Diego", extension="551", always_signed_in=True, queues=both),
    )


def _flow() -> Flow:
    waits = FlowStep(
        name="cola", kind="queue", fields={"queue": "ventas"}, exits={"key:1": "fin", "full": "fin"}
    )
    ends = FlowStep(name="fin", kind="hangup")
    return Flow(name="principal", title="Principal", start="cola", steps=(waits, ends))


def _gateways() -> tuple[Gateway, ...]:
    return (
        Gateway(
            name="carrier",
            host="sip.carrier.example.test",
            transport=Transport.TLS,
            port=5061,
            username="29001",
            secret="cla;ve",
            register=True,
            outbound_proxy="sip:borde.example.test",
            from_user="29001",
            from_domain="carrier.example.test",
            srtp=Srtp.REQUIRED,
            max_calls=8,
        ),
        Gateway(
            name="gsm",
            host="192.0.2.44",
            addresses=("192.0.2.44", "198.51.100.0/28"),
            caller_id="24002000",
            strip=1,
            prepend="598",
            watch_seconds=0,
        ),
    )


def _numbers() -> tuple[InboundNumber, ...]:
    def leads(kind: TargetKind, name: str) -> Target:
        return Target(kind=kind, name=name)

    return (
        InboundNumber(number="24002000", target=leads(TargetKind.FLOW, "principal")),
        InboundNumber(
            number="+59824002550",
            target=leads(TargetKind.EXTENSION, "550"),
            gateways=("carrier",),
            language="en",
            record=True,
        ),
        InboundNumber(number="24002007", target=leads(TargetKind.QUEUE, "ventas"), record=False),
        InboundNumber(number="24002009", target=leads(TargetKind.CONFERENCE, "800")),
        InboundNumber(number="24002600", target=leads(TargetKind.MAILBOX, "600")),
    )


def _classes() -> tuple[CallClass, ...]:
    def outside(kind: ClassKind, *patterns: str, pins: tuple[str, ...] = ()) -> CallClass:
        ways = ("carrier", "gsm")
        return CallClass(name=kind.value, kind=kind, patterns=patterns, gateways=ways, pins=pins)

    return (
        CallClass(name="internal", kind=ClassKind.INTERNAL, patterns=(), gateways=()),
        outside(ClassKind.LOCAL, "2XXXXXXX", "4XXXXXXX"),
        outside(ClassKind.MOBILE, "09XXXXXXX"),
        outside(ClassKind.INTERNATIONAL, "00.", pins=("7391", "1111")),
        outside(ClassKind.EMERGENCY, "911", pins=("1",)),
    )


def of_an_operator() -> TenantPlan:
    """A company whose calls its operator carries."""
    link = OperatorLink(
        unit="o-norte",
        routes="basic",
        prices="usual",
        max_calls_out=4,
        max_calls_in=6,
        caller_ids=("59824001000", "59824001001"),
        foreign_caller_ids=("59899100200",),
    )
    rules = (("0.", 1, "598"), ("2XXXXXXX", 0, "598"))
    counter = Target(kind=TargetKind.EXTENSION, name="10")
    national = CallClass(
        name="national",
        kind=ClassKind.LOCAL,
        patterns=("2XXXXXXX", "0X."),
        gateways=(),
        operator=True,
        to_e164=rules,
    )
    return replace(
        two_telephones(),
        tenant="imprenta",
        operator=link,
        classes=(national,),
        numbers=(InboundNumber(number="59824001000", target=counter, stock=True),),
    )


def an_operator() -> OperatorPlan:
    """Gateways of several kinds, routes in order, shared and by the hour, two price tables."""
    return OperatorPlan(
        operator="norte",
        title="Telefónica del Norte",
        time_zone="America/Montevideo",
        country="UY",
        gateways=tuple(_operator_gateways()),
        routes=tuple(_routes()),
        tables=(
            RouteTable(name="basic", prefixes={"598": "usual", "5989": "mobile", "882": "closed"}),
            RouteTable(name="nights", prefixes={"": "nights"}),
        ),
        prices=(
            PriceTable(
                name="usual",
                currency="UYU",
                prefixes={"598": "national", "5989": "mobile"},
                prices={
                    "national": Price(per_minute=900_000, country="UY"),
                    "mobile": Price(per_minute=3_100_000, increment=60, country="UY"),
                },
            ),
        ),
    )


def _operator_gateways() -> Iterator[OperatorGateway]:
    yield OperatorGateway(
        name="carrier",
        host="192.0.2.51",
        addresses=("192.0.2.51",),
        inbound=(NumberRule(pattern="2XXXXXXX", prepend="598"),),
        outbound=(NumberRule(pattern="598.", strip=3, prepend="0"),),
        caller_id_outbound=(NumberRule(pattern="598.", strip=3),),
        max_calls=30,
        max_calls_per_second=5,
        privacy=Privacy.ASSERTED,
    )
    yield OperatorGateway(
        name="world",
        host="sip.world.example.test",
        port=0,
        transport=Transport.TLS,
        username="norte",
        secret="world-secret",
        register=True,
        privacy=Privacy.HIDDEN,
        caller_id_rule=CallerIdRule.PASS,
        may_send_own_ani=True,
        media_encryption=Srtp.REQUIRED,
    )
    yield OperatorGateway(
        name="gsm",
        host="192.0.2.53",
        username="norte",
        secret="gsm-secret",
        challenge=True,
        caller_id_rule=CallerIdRule.FORCE,
        caller_id="59899000000",
        billed=False,
    )


def _routes() -> Iterator[Route]:
    choices = (RouteChoice(gateway="carrier"), RouteChoice(gateway="world"))
    yield Route(name="usual", choices=choices)
    shared = (RouteChoice(gateway="gsm", weight=60), RouteChoice(gateway="carrier", weight=40))
    yield Route(name="mobile", choices=shared, stop_causes=(21,))
    night = Hours(weekdays=(Weekday.FRI, Weekday.SAT), starts="22:00", ends="06:00")
    choices = (RouteChoice(gateway="gsm", hours=night), RouteChoice(gateway="world"))
    yield Route(name="nights", choices=choices, ring_seconds=45)
    yield Route(name="closed", reason="closed")


PLANS = {plan.tenant: plan for plan in (two_telephones(), everything(), of_an_operator())}
OPERATORS = {plan.unit: plan for plan in (an_operator(),)}
