"""A small operator for call tests, and companies that hang on it."""

from dataclasses import replace
from typing import Any

from tests.support.company import CLASSES, company
from tests.support.ports import free_port

from conmuta_plan import TenantPlan
from conmuta_plan.operator import (
    NumberRule,
    OperatorGateway,
    OperatorLink,
    OperatorPlan,
    Route,
    RouteChoice,
    RouteTable,
)
from conmuta_plan.outside import CallClass, ClassKind, InboundNumber, Target, TargetKind

CENTRO, SUR = "127.0.0.82", "127.0.0.83"
"""Where the operator's carriers are."""
TO_E164 = (("0.", 1, "598"), ("00.", 2, ""), ("+X.", 1, ""), ("2XXXXXXX", 0, "598"))
"""How people dial in Uruguay."""


def carrier(name: str, host: str, **more: Any) -> OperatorGateway:
    """A gateway at an address of this machine, on a port of its own."""
    standard: dict[str, Any] = {
        "host": host,
        "port": free_port(host),
        "addresses": (host,),
        "watch_seconds": 0,
        "caller_id": "59829999999",
    }
    return OperatorGateway(name=name, **(standard | more))


def route(name: str, *gateways: str, **more: Any) -> Route:
    """These gateways in their order."""
    return Route(name=name, choices=tuple(RouteChoice(gateway=g) for g in gateways), **more)


def operator(slug: str = "norte", **changes: Any) -> OperatorPlan:
    """Two carriers; mobiles by the second one first, the rest by the first one first."""
    plan = OperatorPlan(
        operator=slug,
        title=slug.title(),
        time_zone="America/Montevideo",
        country="UY",
        gateways=(
            carrier("centro", CENTRO, inbound=(NumberRule(pattern="2XXXXXXX", prepend="598"),)),
            carrier("sur", SUR, outbound=(NumberRule(pattern="598.", strip=3, prepend="0"),)),
        ),
        routes=(
            route("usual", "centro", "sur"),
            route("mobile", "sur", "centro"),
            Route(name="none", reason="closed"),
        ),
        tables=(RouteTable(name="basic", prefixes={"": "usual", "5989": "mobile", "882": "none"}),),
    )
    return replace(plan, **changes)


def by_operator(tenant: str, *numbers: str, **changes: Any) -> TenantPlan:
    """A company without gateways of its own; its numbers ring 550."""
    unit = changes.pop("unit", "o-norte")
    link = OperatorLink(unit=unit, routes="basic", caller_ids=numbers, **changes.pop("link", {}))
    stock = tuple(
        InboundNumber(
            number=number, stock=True, target=Target(kind=TargetKind.EXTENSION, name="550")
        )
        for number in numbers
    )
    standard: dict[str, Any] = {
        "operator": link,
        "gateways": (),
        "numbers": stock,
        "classes": tuple(_by_operator(each) for each in CLASSES),
    }
    return company(tenant, **(standard | changes))


def _by_operator(each: CallClass) -> CallClass:
    if each.kind is ClassKind.INTERNAL:
        return each
    rules = (("911", 0, "598"),) if each.kind is ClassKind.EMERGENCY else TO_E164
    return replace(each, gateways=(), pins=(), operator=True, to_e164=rules)
