"""Queues and their agents, by their door."""

from dataclasses import replace

import pytest

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.extensions.errors import NumberInUse
from conmuta.apps.queues import api as queues
from conmuta.apps.queues.contracts import Agent, Queue, QueueMembership
from conmuta.platform.models import AuditEntry
from conmuta.platform.nouns import NotValid, StillUsed, UnknownName
from conmuta.platform.scope import Scope
from conmuta_plan import queues as plan

CLAIMS = Queue(name="claims", title="Claims", number="560")
SUPPLIERS = Queue(name="suppliers", title="Suppliers")
ANA = Agent(
    number="1",
    name="Ana",
    extension="550",
    pin="4821",
    queues=(QueueMembership(queue="suppliers"), QueueMembership(queue="claims", penalty=2)),
)


@pytest.fixture
def company(alpha: Scope) -> Scope:
    """Alpha with an extension and two queues."""
    extensions.save_extensions(alpha, [Extension(number="550", name="Ana", classes=())])
    queues.save_queues(alpha, [CLAIMS, SUPPLIERS])
    return alpha


def test_an_agent_serves_many_queues_with_penalties(company: Scope) -> None:
    queues.save_agents(company, [ANA])
    part = queues.plan_part(company)
    assert [type(item) for item in part["queues"]] == [plan.Queue, plan.Queue]
    assert part["agents"][0].queues == (
        QueueMembership(queue="claims", penalty=2),
        QueueMembership(queue="suppliers"),
    )
    assert queues.save_agents(company, [ANA]) == []


def test_leaving_a_queue_is_one_change_with_one_audit_row(company: Scope) -> None:
    queues.save_agents(company, [ANA])
    before = AuditEntry.objects.within(company).count()
    changes = queues.save_agents(company, [replace(ANA, queues=ANA.queues[:1])])
    assert [change.verb for change in changes] == ["changed"]
    assert AuditEntry.objects.within(company).count() == before + 1
    assert queues.agents(company)["1"].queues == (QueueMembership(queue="suppliers"),)


def test_a_queue_that_is_served_is_not_removed(company: Scope) -> None:
    queues.save_agents(company, [ANA])
    with pytest.raises(StillUsed, match="claims"):
        queues.remove_queues(company, ["claims"])
    with pytest.raises(StillUsed, match="550"):
        extensions.remove_extensions(company, ["550"])
    queues.remove_agents(company, ["1"])
    assert queues.remove_queues(company, ["claims"])
    assert extensions.remove_extensions(company, ["550"])


def test_a_queue_does_not_take_an_extensions_number(company: Scope) -> None:
    with pytest.raises(NumberInUse, match="550 already rings extension"):
        queues.save_queues(company, [replace(SUPPLIERS, number="550")])


def test_a_queue_gives_its_number_back(company: Scope) -> None:
    queues.save_queues(company, [replace(CLAIMS, number=None)])
    queues.save_queues(company, [replace(SUPPLIERS, number="560")])
    assert queues.queues(company)["suppliers"].number == "560"


def test_an_agent_serves_queues_that_are_there(company: Scope) -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        queues.save_agents(company, [replace(ANA, queues=(QueueMembership(queue="nowhere"),))])


def test_a_queue_named_twice_is_refused(company: Scope) -> None:
    twice = (QueueMembership(queue="claims"), QueueMembership(queue="claims"))
    with pytest.raises(NotValid, match="named twice"):
        queues.save_agents(company, [replace(ANA, queues=twice)])
