"""The time that routing adds to a call in Asterisk, by the size of the prefix table."""

import random
import statistics
from collections.abc import Sequence
from dataclasses import replace

from tests.support.asterisk import write_texts
from tests.support.company import company
from tests.support.ports import free_port

from bench.support import postdial
from bench.support.node import BenchNode, folder
from conmuta_compiler import compile_operator
from conmuta_node.astdb import AstDb, rows_of
from conmuta_node.introductions import list_first
from conmuta_node.objects import PhoneObjects, joined
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorGateway, OperatorLink, OperatorPlan, RouteTable
from conmuta_plan.outside import CallClass

BARE, ROUTED, CARRIER = "127.0.0.41", "127.0.0.42", "127.0.0.43"
CALLS = 150
WARM = 10
ROUTE = "measured"

# Two ways to the same gateway: one Dial, and a tenant's class.
WAYS = """
[zz-bare]
exten => _X.,1,Dial(PJSIP/${{EXTEN:2}}@{gateway})
 same => n,Hangup(17)

[zz-routed]
exten => _X.,1,Gosub(acme-class-{name},${{EXTEN}},1)
 same => n,Hangup(17)
"""
CALLERS = """
[zz-{way}]
type=endpoint
identify_by=ip
direct_media=no
rtp_symmetric=yes
allow_transfer=no
trust_id_inbound=yes
send_connected_line=no
context=zz-{way}
allow=!all,alaw

[zz-{way}-addresses]
type=identify
endpoint=zz-{way}
match={host}
"""


def added_ms(operator: OperatorPlan, link: OperatorLink, dialled: CallClass) -> float:
    """Routing's median, less the median of a bare Dial; the calls take turns."""
    gateway = OperatorGateway(
        name=operator.routes[0].choices[0].gateway,
        host=CARRIER,
        port=free_port(CARRIER),
        watch_seconds=0,
        caller_id="59829000000",
    )
    operator = _by(operator, gateway)
    tenant = company("acme", gateways=(), numbers=(), classes=(dialled,), operator=link)
    tenant = _named(tenant, dialled)
    with folder() as place:
        node = BenchNode.prepare(place, [tenant])
        _write(node, operator, dialled)
        node.home.start()
        try:
            return _measured(node, operator, gateway)
        finally:
            node.home.stop()


def _by(operator: OperatorPlan, gateway: OperatorGateway) -> OperatorPlan:
    """The same tables; every gateway of every route is where the bench listens."""
    keeps = {each.name: each for each in operator.gateways}
    there = tuple(
        replace(each, host=gateway.host, port=gateway.port, watch_seconds=0, outbound=())
        for each in keeps.values()
    )
    return replace(operator, gateways=there)


def _named(tenant: TenantPlan, dialled: CallClass) -> TenantPlan:
    people = tuple(replace(each, classes=(dialled.name,)) for each in tenant.extensions)
    return replace(tenant, extensions=people, flow_classes=())


def _write(node: BenchNode, operator: OperatorPlan, dialled: CallClass) -> None:
    texts = compile_operator(operator)
    tenants = node.home.state / "etc/tenants"
    write_texts(tenants / operator.unit, texts)
    table = PhoneObjects(node.home.state / "pjsip.sqlite3")
    table.replace(operator.unit, joined(texts))
    list_first(AstDb(node.home), table)
    AstDb(node.home).fill(rows_of(texts["astdb.tsv"]))
    gateway = f"{operator.unit}-gw-{operator.gateways[0].name}"
    ways = WAYS.format(gateway=gateway, name=dialled.name)
    callers = {"bare": BARE, "routed": ROUTED}
    pjsip = "".join(CALLERS.format(way=way, host=host) for way, host in callers.items())
    write_texts(tenants / "zz", {"extensions.conf": ways, "pjsip.conf": pjsip})


def _measured(node: BenchNode, operator: OperatorPlan, gateway: OperatorGateway) -> float:
    server = (node.settings.bind, node.settings.udp_port)
    carrier = (gateway.host, gateway.port)
    numbers = _numbers(operator.tables[0])
    with postdial.ends(BARE, carrier, server) as bare:
        took: dict[str, list[float]] = {BARE: [], ROUTED: []}
        with postdial.caller(ROUTED, bare) as routed:
            for turn in range(WARM + CALLS):
                number = numbers[turn % len(numbers)]
                for host, way in ((BARE, bare), (ROUTED, routed)):
                    spent = way.milliseconds(number)
                    if turn >= WARM:
                        took[host].append(spent)
    return _quiet(took[ROUTED]) - _quiet(took[BARE])


def _quiet(spent: Sequence[float]) -> float:
    """A call that nothing else held up: of ten, the quickest."""
    return statistics.quantiles(spent, n=10)[0]


def _numbers(table: RouteTable) -> Sequence[str]:
    """As dialled abroad: prefixes of the table, with more digits behind."""
    chance = random.Random(11)
    known = sorted(prefix for prefix in table.prefixes if prefix)
    return [f"00{chance.choice(known)}{chance.randrange(10**5):05}" for _ in range(CALLS)]
