"""A gateway that ceases to answer, or answers again, is told to those whose it is, once."""

from collections.abc import Iterator

import pytest
from django.test import Client

from conmuta.adapters.mail import ports as mail_ports
from conmuta.adapters.mail.models import Mail
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.identity import api as identity
from conmuta.platform import outbox
from conmuta.platform.scope import Scope
from conmuta.wiring.events import SUBSCRIPTIONS
from conmuta_plan import encode
from conmuta_plan.node import GatewayState, GatewayStatus, NodeReport

Scopes = tuple[Scope, Scope]


@pytest.fixture
def mails(store: MemoryStorage) -> Iterator[None]:
    before = mail_ports.storage.bind(lambda: store)
    yield
    mail_ports.storage.bind(before)


def told(scope: Scope) -> list[str]:
    """Subjects of the mails that this operator's people have."""
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass
    with scope.active():
        rows = Mail.objects.within(scope).order_by("pk")
        return list(rows.values_list("subject", flat=True))


def report(agent: Client, **states: GatewayStatus) -> None:
    gateways = tuple(
        GatewayState(unit="o-north", gateway=name, status=status) for name, status in states.items()
    )
    body = NodeReport(
        revision=1,
        asterisk_up=True,
        asterisk_version="22.10.1",
        calls_up=0,
        registered=0,
        gateways=gateways,
    )
    answer = agent.post("/node/v1/report", encode(body), content_type="application/json")
    assert answer.status_code < 300, answer.content


def hire(scope: Scope, slug: str) -> None:
    person = identity.OperatorPerson(
        username="rosa",
        email=f"rosa@{slug}.example.test",
        name="Rosa",
        permissions=identity.ROLES["administrator"],
    )
    with scope.active():
        identity.put_operator_person(scope, person)


def test_a_change_is_told_once_to_its_operator_alone(
    agent: Client, two_operators: Scopes, mails: None
) -> None:
    north, south = two_operators
    hire(north, "north")
    hire(south, "south")
    report(agent, centro=GatewayStatus.UP, sur=GatewayStatus.UNWATCHED)
    assert told(north) == []
    for _ in range(2):
        report(agent, centro=GatewayStatus.DOWN, sur=GatewayStatus.UP)
    assert told(north) == ["The gateway centro does not answer"]
    report(agent, centro=GatewayStatus.REFUSED, sur=GatewayStatus.UP)
    report(agent, centro=GatewayStatus.UP, sur=GatewayStatus.UP)
    assert told(north)[1:] == ["The gateway centro refuses us", "The gateway centro is back"]
    assert told(south) == []
