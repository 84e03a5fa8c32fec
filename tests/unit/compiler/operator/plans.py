"""An operator of Montevideo with three gateways, and a company on it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from conmuta_compiler.operator.decide import Router
from conmuta_compiler.operator.trace import World
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Weekday
from conmuta_plan.operator import (
    CallerIdRule,
    Guard,
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
from conmuta_plan.outside import CallClass, ClassKind, Gateway
from conmuta_plan.people import Extension, SpeedDial

ZONE = ZoneInfo("America/Montevideo")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=ZONE)
WORKING = Hours(weekdays=tuple(Weekday)[:5], starts="08:00", ends="20:00")

CENTRO = OperatorGateway(
    name="centro",
    host="192.0.2.10",
    outbound=(
        NumberRule(pattern="999598.", strip=6),
        NumberRule(pattern="598.", strip=3, prepend="0"),
        NumberRule(pattern="X.", prepend="00"),
    ),
    caller_id="59829000000",
    caller_id_outbound=(NumberRule(pattern="598.", strip=3),),
)
SUR = OperatorGateway(
    name="sur",
    host="192.0.2.11",
    outbound=(NumberRule(pattern="X.", prepend="+"),),
    caller_id="59829000001",
    caller_id_rule=CallerIdRule.PASS,
    privacy=Privacy.ASSERTED,
    may_send_own_ani=True,
)
NIGHT = OperatorGateway(
    name="night",
    host="192.0.2.12",
    strip=3,
    prepend="9",
    caller_id="59829000002",
    caller_id_rule=CallerIdRule.FORCE,
    privacy=Privacy.HIDDEN,
)
OPERATOR = OperatorPlan(
    operator="norte",
    title="Norte",
    time_zone="America/Montevideo",
    country="UY",
    gateways=(CENTRO, SUR, NIGHT),
    routes=(
        Route(
            name="usual",
            choices=(
                RouteChoice(gateway="centro", weight=70),
                RouteChoice(gateway="sur", weight=30),
                RouteChoice(gateway="night"),
            ),
            stop_causes=(34,),
        ),
        Route(
            name="mobile",
            choices=(
                RouteChoice(gateway="sur", hours=WORKING),
                RouteChoice(gateway="centro"),
                RouteChoice(gateway="gone"),
            ),
        ),
        Route(name="help", choices=(RouteChoice(gateway="centro"),)),
        Route(name="dear", reason="cost"),
    ),
    tables=(
        RouteTable(
            name="basic", prefixes={"": "usual", "5989": "mobile", "881": "dear", "999598": "help"}
        ),
    ),
    prices=(
        PriceTable(
            name="retail",
            currency="USD",
            prefixes={"598": "local", "5989": "mobile", "54": "ar", "1900": "premium", "881": "s"},
            prices={
                "local": Price(per_minute=12_500, country="UY"),
                "mobile": Price(
                    per_minute=90_000, setup=10_000, minimum=30, increment=6, country="UY"
                ),
                "ar": Price(per_minute=150_000, minimum=60, increment=60, country="AR"),
                "premium": Price(per_minute=3_000_000, country="US", premium=True),
                "s": Price(per_minute=9_000_000),
            },
        ),
    ),
)
LINK = OperatorLink(
    unit="o-norte",
    routes="basic",
    prices="retail",
    caller_ids=("59824001000", "59824001001"),
    foreign_caller_ids=("59825550000",),
    guard=Guard(countries=("AR",)),
)


def _class(name: str, kind: ClassKind, *rules: tuple[str, int, str], **more: object) -> CallClass:
    return CallClass(
        name=name,
        kind=kind,
        patterns=tuple(rule[0] for rule in rules),
        gateways=more.pop("gateways", ()),  # type: ignore[arg-type]
        operator=True,
        to_e164=rules,
        **more,  # type: ignore[arg-type]
    )


LOCAL = _class("local", ClassKind.LOCAL, ("[24]XXXXXXX", 0, "598"), ("0[24]XXXXXXX", 1, "598"))
MOBILE = _class("mobile", ClassKind.MOBILE, ("09XXXXXXX", 1, "598"))
ABROAD = _class("abroad", ClassKind.INTERNATIONAL, ("00Z.", 2, ""), ("+Z.", 1, ""), pins=("4821",))
HELP = _class("emergency", ClassKind.EMERGENCY, ("911", 0, "999598"))
OLD = CallClass(
    name="old", kind=ClassKind.SPECIAL, patterns=("7XXX",), gateways=("old",), prepend="55"
)
BOTH = _class("both", ClassKind.SPECIAL, ("1XXX", 0, "598"), gateways=("old",))

COMPANY = TenantPlan(
    tenant="acme",
    domain="acme.example.test",
    title="Acme",
    time_zone="America/Montevideo",
    language="es",
    country="UY",
    gateways=(Gateway(name="old", host="198.51.100.7", caller_id="24007777", prepend="0"),),
    classes=(LOCAL, MOBILE, ABROAD, HELP, OLD, BOTH),
    extensions=(
        Extension(
            number="550",
            account="550",
            secret="secret-of-550",
            name="Ana",
            classes=("local", "mobile", "abroad", "emergency", "old", "both"),
        ),
        Extension(
            number="551",
            account="551",
            secret="secret-of-551",
            name="Beto",
            classes=("local",),
            external_caller_id="+59825550000",
        ),
    ),
    speed_dials=(SpeedDial(code="*01", name="Ana", number="094123456"),),
    operator=LINK,
)
WORLD = World(router=Router(OPERATOR), stock={"59824009999": "taller"})
