"""Whatever a tenant has, its file says: written and read again, it is the same."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conmuta.apps.callflow.contracts import Agenda, AgendaEvent, Flow, FlowStep, Prompt, Weekday
from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import (
    Department,
    Extension,
    Forwards,
    Mailbox,
    Srtp,
    Telephony,
)
from conmuta.apps.queues import api as queues
from conmuta.apps.queues.contracts import Agent, Queue, QueueMembership, Strategy
from conmuta.apps.tenancy.api import TenantFacts, TenantView
from conmuta.apps.trunks.contracts import (
    ClassKind,
    Gateway,
    InboundNumber,
    OutgoingClass,
    Target,
    TargetKind,
    Transport,
)
from conmuta.documents.api import BadDocument, Choices, LineFault, read
from conmuta.documents.reading import Reader
from conmuta.documents.special import SPECIAL
from conmuta.documents.tree import Table, parse
from conmuta.documents.writing import text_of

TENANT = TenantView(
    id=1,
    slug="acme",
    facts=TenantFacts(
        domain="acme.example.test",
        title="ACME: 100 % «telephone» # 1",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    ),
)
names = st.from_regex(r"\A[a-zA-Z][a-zA-Z0-9]{0,8}(-[a-z0-9]{1,4})?\Z")
numbers = st.from_regex(r"\A[0-9]{3,8}\Z")
titles = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters='"\\;\x85'),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() != "" and text != "!kept")
secrets = st.from_regex(r"\A[A-Za-z0-9!#%&*:?@~-]{12,30}\Z")
strong = secrets.map(lambda tail: f"kx7#Vq2m-{tail}")  # what telephones sign in with
pins = st.from_regex(r"\A[0-9]{4,12}\Z")
flags = st.booleans()
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | titles,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)

mailboxes = st.builds(
    Mailbox,
    pin=pins,
    emails=st.just(("a@acme.example.test",)) | st.just(()),
    attach_audio=flags,
    language=st.none() | st.sampled_from(["es", "en"]),
)
own = st.builds(
    Extension,
    number=numbers,
    name=titles,
    secret=strong,
    classes=st.just(()),
    ring_seconds=st.integers(5, 600),
    call_waiting=flags,
    forwards=st.builds(Forwards, busy=st.none() | numbers),
    mailbox=st.none() | mailboxes,
    srtp=st.sampled_from(Srtp),
    record=st.none() | flags,
).map(extensions.whole)
gateways = st.builds(
    Gateway,
    name=names,
    host=st.just("192.0.2.1"),
    port=st.integers(1, 65535),
    transport=st.sampled_from(Transport),
    secret=st.none() | secrets,
    codecs=st.just(("alaw",)),
    max_calls=st.integers(0, 100),
)
classes = st.builds(
    OutgoingClass,
    name=names,
    kind=st.just(ClassKind.LOCAL),
    patterns=st.just(("00.", "[1-5]XX")),
    gateways=st.just(("carrier",)),
    pins=st.just(()) | st.tuples(pins),
    record=st.none() | flags,
    for_flows=flags,
)
inbound = st.builds(
    InboundNumber,
    number=numbers,
    target=st.builds(Target, kind=st.sampled_from(TargetKind), name=names),
    record=st.none() | flags,
)
lines = st.builds(
    Queue,
    name=names,
    title=titles,
    strategy=st.sampled_from(Strategy),
    max_callers=st.integers(0, 99),
    record=st.none() | flags,
)
agents = st.builds(
    Agent,
    number=numbers,
    name=titles,
    extension=numbers,
    pin=st.none() | pins,
    queues=st.dictionaries(names, st.integers(0, 9), max_size=3).map(
        lambda found: tuple(QueueMembership(queue=q, penalty=p) for q, p in found.items())
    ),
).map(queues.in_order)
events = st.builds(
    AgendaEvent,
    name=titles,
    value=st.just("day"),
    starts=st.sampled_from(["00:00", "09:00"]),
    weekdays=st.just((Weekday.MON, Weekday.FRI)),
    from_date=st.none() | st.just("2026-01-01"),
)
agendas = st.builds(
    Agenda,
    name=names,
    title=titles,
    time_zone=st.just("Europe/London"),
    values=st.just(("day", "night")),
    default=st.just("night"),
    events=st.lists(events, max_size=3).map(tuple),
)
prompts = st.builds(Prompt, name=names, text=titles, language=st.sampled_from(["es", "en"]))
flows = st.builds(
    Flow,
    name=names,
    title=titles,
    start=st.just("start"),
    steps=st.lists(titles, max_size=3).map(
        lambda said: (
            FlowStep(name="start", kind="say", fields={"prompts": said}, exits={"next": "end"}),
            FlowStep(name="end", kind="hangup"),
        )
    ),
)


def keyed(values: st.SearchStrategy[Any], key: str) -> st.SearchStrategy[Mapping[str, Any]]:
    found = st.lists(values, min_size=1, max_size=3, unique_by=lambda item: getattr(item, key))
    return found.map(lambda items: {getattr(item, key): item for item in items})


tenants = st.fixed_dictionaries(
    {},
    optional={
        "departments": keyed(st.builds(Department, name=names, title=titles), "name"),
        "gateways": keyed(gateways, "name"),
        "classes": keyed(classes, "name"),
        "numbers": keyed(inbound, "number"),
        "telephony": st.just({"telephony": Telephony(mail_from="a@acme.example.test")}),
        "extensions": keyed(own, "number"),
        "queues": keyed(lines, "name"),
        "agents": keyed(agents, "number"),
        "agendas": keyed(agendas, "name"),
        "prompts": keyed(prompts, "name"),
        "flows": keyed(flows, "name"),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tenants)
def test_a_tenant_is_read_as_it_was_written(tenant: Mapping[str, Mapping[str, Any]]) -> None:
    text = text_of(TENANT, tenant, Choices(with_secrets=True))
    found = read(text).objects
    assert found.keys() == tenant.keys()
    for name, objects in tenant.items():
        if name == "prompts":
            assert _said(found[name]) == _said(objects)
        else:
            assert found[name] == objects


def _said(prompts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """A prompt in the tenant's language does not say so in the file."""
    return {name: (item.text, item.language or "es") for name, item in prompts.items()}


@settings(max_examples=60, deadline=None)
@given(json)
def test_a_steps_fields_keep_their_types(value: Any) -> None:
    step = FlowStep(name="ask", kind="web_service", fields={"url": "x", "body": value})
    flow = Flow(name="main", title="Main", start="ask", steps=(step,))
    text = text_of(TENANT, {"flows": {"main": flow}}, Choices())
    assert _steps_alone(text) == flow


def _steps_alone(text: str) -> Any:
    """The flow without the kind's own opinion of its fields."""
    top = parse(text)
    assert isinstance(top, Table)
    flows = top.entries["flows"]
    assert isinstance(flows, Table)
    reader = Reader(special=SPECIAL)
    return reader.record(flows.entries["main"], Flow, ("flows", "main"), {"name": "main"})


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_no_text_breaks_the_reader(text: str) -> None:
    for written in (text, f"conmuta: 1\n{text}"):
        assert _reads(written) or _faults(written)


def _reads(text: str) -> bool:
    try:
        read(text)
    except BadDocument:
        return False
    return True


def _faults(text: str) -> list[LineFault]:
    with pytest.raises(BadDocument) as bad:
        read(text)
    return bad.value.faults
