"""The last word on a forward counts, and agents serve the queues that the plan gives them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support_node.home import running_asterisk
from tests.support_node.plans import extension, small_plan

from conmuta_node.apply.features import Features, dynamic_members
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.memory import Memory
from conmuta_plan import TenantPlan
from conmuta_plan.people import Forwards
from conmuta_plan.queues import Agent, Queue, QueueMembership


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskHome]:
    with running_asterisk(tmp_path_factory.mktemp("features")) as (running, _):
        texts = {"queues.conf": "[general]\n[acme-sales]\nstrategy=linear\n[acme-help]\n"}
        running.install(texts)
        running.cli("queue reload all")
        yield running


@pytest.fixture
def features(home: AsteriskHome, tmp_path: Path) -> Features:
    for family in ("acme-features", "acme-agents"):
        home.cli(f"database deltree {family}")
    return Features(home, Memory(tmp_path / "memory.sqlite3"))


def forwarded(to: str | None) -> TenantPlan:
    return small_plan(extensions=(extension("550", forwards=Forwards(always=to)),))


def set_at_telephone(home: AsteriskHome, feature: str, value: str) -> None:
    home.cli(f"database put acme-features/550 {feature} {value}")
    home.cli("database put acme-features 550 1")


def at_telephone(home: AsteriskHome, feature: str) -> str:
    return home.cli(f"database get acme-features/550 {feature}").partition("Value: ")[2].strip()


def test_what_the_telephone_set_stays_while_the_plan_says_the_same(features: Features) -> None:
    features.settle(forwarded("551"))
    set_at_telephone(features.home, "forward_always", "099")
    features.settle(forwarded("551"))
    assert at_telephone(features.home, "forward_always") == "099"


def test_a_change_in_the_plan_goes_before_what_the_telephone_set(features: Features) -> None:
    features.settle(forwarded("551"))
    set_at_telephone(features.home, "forward_always", "099")
    set_at_telephone(features.home, "do_not_disturb", "yes")
    features.settle(forwarded("552"))
    assert at_telephone(features.home, "forward_always") == ""
    assert at_telephone(features.home, "do_not_disturb") == "yes"
    features.settle(small_plan(extensions=(extension("550", do_not_disturb=True),)))
    assert "0 results" in features.home.cli("database show acme-features")


def test_an_extension_that_goes_takes_its_features_with_it(features: Features) -> None:
    features.settle(forwarded(None))
    set_at_telephone(features.home, "forward_busy", "099")
    features.settle(small_plan(extensions=(extension("551"),)))
    assert "0 results" in features.home.cli("database show acme-features")


def agents_plan(*queues: str, agents: tuple[str, ...] = ("12",)) -> TenantPlan:
    serves = tuple(QueueMembership(queue=queue, penalty=3) for queue in queues)
    return small_plan(
        queues=(Queue(name="sales", title="Sales"), Queue(name="help", title="Help")),
        agents=tuple(
            Agent(number=number, name=f"Agent {number}", extension="550", queues=serves)
            for number in agents
        ),
    )


def members(home: AsteriskHome, queue: str) -> set[str]:
    return {name for name, _ in dynamic_members(home.cli(f"queue show acme-{queue}"))}


def test_an_agent_follows_the_plan_from_queue_to_queue(features: Features) -> None:
    home = features.home
    home.cli("database put acme-agents phone-12 Local/12@x")
    home.cli("database put acme-agents agent-550 12")
    features.settle(agents_plan("sales"))
    assert (members(home, "sales"), members(home, "help")) == ({"12"}, set())
    assert "penalty 3" in home.cli("queue show acme-sales")
    features.settle(agents_plan("help"))
    assert (members(home, "sales"), members(home, "help")) == (set(), {"12"})
    features.settle(agents_plan("help", agents=()))
    assert members(home, "help") == set()
    assert "0 results" in home.cli("database show acme-agents")


def test_an_agent_who_has_not_signed_in_serves_nothing(features: Features) -> None:
    features.settle(agents_plan("sales", "help"))
    assert members(features.home, "sales") == set()
