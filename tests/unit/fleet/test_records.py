"""What nodes send comes in once, whole, and within bounds."""

import gzip
import hashlib
import json
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.unit.fleet.test_plans import manifest

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports, rest
from conmuta.platform.scope import Scope
from conmuta_plan import encode
from conmuta_plan.node import Command, Manifest, NodeReport, Outcome, Stream, TenantOutcome


@pytest.fixture
def taken() -> Iterator[list[fleet.Batch]]:
    """The batches that reached the handler of call records; the body `bad` is refused."""
    batches: list[fleet.Batch] = []

    def take(scope: Scope, batch: fleet.Batch) -> None:
        assert scope.is_system
        if batch.body == b"bad":
            raise ValueError("unreadable")
        batches.append(batch)

    before = ports.batch_handlers.bind(dict.fromkeys(Stream, take))
    yield batches
    ports.batch_handlers.bind(before)


def post_batch(agent: Client, number: int, body: bytes, stream: str = "cel") -> int:
    data = gzip.compress(body)
    return _post(agent, f"batches/{stream}/{number}", data)


def _post(agent: Client, path: str, data: bytes) -> int:
    answer = agent.post(f"/node/v1/{path}", data, content_type="application/gzip")
    return answer.status_code


def test_a_batch_sent_twice_is_taken_once(agent: Client, taken: list[fleet.Batch]) -> None:
    assert [post_batch(agent, 1, b"one"), post_batch(agent, 1, b"one")] == [200, 200]
    assert post_batch(agent, 2, b"two") == 200
    assert [(batch.number, batch.body) for batch in taken] == [(1, b"one"), (2, b"two")]


def test_a_batch_ahead_is_told_which_is_next(agent: Client, taken: list[fleet.Batch]) -> None:
    post_batch(agent, 1, b"one")
    answer = agent.post(
        "/node/v1/batches/cel/5", gzip.compress(b"five"), content_type="application/gzip"
    )
    assert (answer.status_code, answer.json()["expected"]) == (409, 2)
    assert len(taken) == 1


def test_each_stream_has_its_own_numbers(agent: Client, taken: list[fleet.Batch]) -> None:
    assert post_batch(agent, 1, b"a", "queue") == 200
    assert post_batch(agent, 1, b"b", "cel") == 200
    assert [batch.stream for batch in taken] == [Stream.QUEUE, Stream.CEL]


def test_a_batch_that_its_handler_refuses_comes_again(
    agent: Client, taken: list[fleet.Batch]
) -> None:
    agent.raise_request_exception = False
    assert post_batch(agent, 1, b"bad") == 500
    assert post_batch(agent, 1, b"good") == 200
    assert [batch.body for batch in taken] == [b"good"]


def test_a_bomb_is_refused_before_it_unfolds(
    agent: Client, taken: list[fleet.Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "BATCH_PLAIN_BYTES", 1_000_000)
    assert post_batch(agent, 1, b"0" * 1_000_001) == 413
    assert post_batch(agent, 1, b"0" * 1_000_000) == 200


@pytest.mark.parametrize(
    "data",
    [b"", b"not gzip", gzip.compress(b"cut", mtime=0)[:-3]],
    ids=["nothing", "not gzip", "cut short"],
)
def test_a_damaged_batch_is_refused(agent: Client, taken: list[fleet.Batch], data: bytes) -> None:
    assert _post(agent, "batches/cel/1", data) == 422
    assert taken == []


def test_an_unknown_stream_is_refused(agent: Client) -> None:
    assert post_batch(agent, 1, b"x", "gossip") == 404


def test_what_an_older_agent_sends_of_what_is_no_longer_kept_does_not_hold_it_up(
    agent: Client, taken: list[fleet.Batch]
) -> None:
    """It asks for its number first, as any agent does, then sends the batches one by one."""
    asked = agent.post(
        f"/node/v1/batches/cdr/{1 << 62}", gzip.compress(b""), content_type="application/gzip"
    )
    assert (asked.status_code, asked.json()["expected"]) == (409, 1)
    for number in (1, 1, 2):
        assert post_batch(agent, number, b"a leg", "cdr") == 200
    assert post_batch(agent, 4, b"too early", "cdr") == 409
    assert post_batch(agent, 1, b"an event", "cel") == 200
    assert [batch.stream for batch in taken] == [Stream.CEL]


def test_a_file_is_kept_under_its_digest(agent: Client, store: MemoryStorage) -> None:
    digest = hashlib.sha256(b"RIFF").hexdigest()
    for _ in range(2):
        assert agent.put(f"/node/v1/files/{digest}", b"RIFF").status_code == 200
    with store.open(digest) as kept:
        assert kept.read() == b"RIFF"
    assert agent.get(f"/node/v1/media/{digest}").content == b"RIFF"


def test_a_file_that_is_not_what_its_name_says_is_refused(
    agent: Client, store: MemoryStorage
) -> None:
    digest = hashlib.sha256(b"RIFF").hexdigest()
    assert agent.put(f"/node/v1/files/{digest}", b"other").status_code == 422
    assert not store.exists(digest)
    assert agent.get(f"/node/v1/media/{digest}").status_code == 404


def report(revision: int, *outcomes: TenantOutcome) -> bytes:
    return encode(
        NodeReport(
            revision=revision,
            asterisk_up=True,
            asterisk_version="22.10.0",
            calls_up=3,
            registered=2,
            outcomes=outcomes,
            problems=("The disk for recordings is nearly full.",),
        )
    )


def test_a_refused_plan_is_shown_with_its_reason(agent: Client, two_tenants: object) -> None:
    told = manifest(agent)
    alpha, beta = told.changed
    body = report(
        told.revision,
        TenantOutcome(tenant="alpha", revision=alpha.revision, outcome=Outcome.IN_FORCE),
        TenantOutcome(
            tenant="beta",
            revision=beta.revision,
            outcome=Outcome.REFUSED,
            reason="Flow main has no start.",
        ),
        TenantOutcome(tenant="gone", revision=1, outcome=Outcome.IN_FORCE),
    )
    assert _post(agent, "report", body) == 200
    with Scope.system("test").active() as scope:
        [node] = fleet.nodes(scope)
    assert node.report is not None
    assert node.report.calls_up == 3
    assert [tenant.is_live for tenant in node.tenants] == [True, False]
    assert (node.tenants[1].is_refused, node.tenants[1].reason) == (True, "Flow main has no start.")


def test_a_report_that_is_no_report_is_refused(agent: Client) -> None:
    assert _post(agent, "report", json.dumps({"revision": "x"}).encode()) == 422


def test_a_command_is_given_until_the_agent_keeps_it(agent: Client) -> None:
    with Scope.system("test").active() as scope:
        [order] = fleet.command(scope, "send_fax", "alpha", "{}")
    expected = (Command(id=order, kind="send_fax", tenant="alpha", body="{}"),)
    assert manifest(agent, commands=0).commands == expected
    assert manifest(agent, commands=0).commands == expected
    assert manifest(agent, commands=order).commands == ()


def test_an_agent_that_does_not_count_commands_gets_each_once(agent: Client) -> None:
    with Scope.system("test").active() as scope:
        fleet.command(scope, "send_fax", "alpha", "{}")
    told: list[Manifest] = [manifest(agent), manifest(agent)]
    assert [len(one.commands) for one in told] == [1, 0]
