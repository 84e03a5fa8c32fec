"""Records reach the server once each, whatever dies."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.plans import extension, small_plan
from tests.support_node.waiting import eventually

WRITER = """
import sys, time
from pathlib import Path
path, count, pause = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for number in range(count):
    with path.open("a") as file:
        file.write(f'"{number}","{"x" * 200}"\\n')
    time.sleep(pause)
"""
"""As Asterisk does it: open, append one line, close."""


def begin_writing(path: Path, count: int, pause: float) -> "subprocess.Popen[bytes]":
    path.parent.mkdir(parents=True, exist_ok=True)
    line = [sys.executable, "-c", WRITER, str(path), str(count), str(pause)]
    return subprocess.Popen(line)


def numbers(node: NodeUnderTest, stream: str) -> list[int]:
    """The writer's lines, as they came to the server; Asterisk's own have no quotes."""
    lines = node.server.lines(stream)
    return [int(line.split('"')[1]) for line in lines if line.startswith('"')]


def test_every_record_arrives_once_and_in_order_though_the_agent_is_killed_at_random(
    tmp_path: Path,
) -> None:
    chance = random.Random(2)
    with node_under_test(tmp_path / "node") as node:
        node.options = ("--rotate-bytes", "60000")
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        cel = node.state / "log/cel-custom/cel.csv"
        queue = node.state / "log/queue_log"
        writers = [begin_writing(path, 4000, 0.005) for path in (cel, queue)]
        deaths = 0
        while any(writer.poll() is None for writer in writers):
            time.sleep(chance.uniform(0.05, 1.5))
            more = tuple(extension(str(560 + n)) for n in range(deaths % 5))
            revision = node.server.want(small_plan(extensions=(extension("550"), *more)))
            node.server.fail_after_taking = chance.randrange(2)
            time.sleep(chance.uniform(0.0, 0.3))
            node.kill()
            deaths += 1
            node.start()
        assert [writer.wait() for writer in writers] == [0, 0]
        for stream in ("cel", "queue"):
            eventually(lambda name=stream: len(numbers(node, name)) >= 4000)
        eventually(lambda: node.server.in_force("acme", revision))
        assert numbers(node, "cel") == list(range(4000))
        assert numbers(node, "queue") == list(range(4000))
        assert deaths > 10
        assert node.home.process() is not None
        # What was sent goes from the disk once the agent lives long enough to put it away
        eventually(lambda: not cel.with_name("cel.csv.1").exists())
        eventually(lambda: not cel.exists() or cel.stat().st_size < 4000 * 200)


def test_what_an_older_agent_left_goes_before_asterisk_starts_and_holds_up_nothing(
    tmp_path: Path,
) -> None:
    """Asterisk's own call detail records, of which there are none any more (ADR 0099)."""
    with node_under_test(tmp_path / "node") as node:
        left = node.state / "log/cdr-custom"
        left.mkdir(parents=True)
        (left / "cdr.csv").write_text('"a leg"\n')
        revision = node.server.want(small_plan())
        node.start()
        eventually(lambda: node.server.in_force("acme", revision))
        assert not left.exists()
        assert "disabled" in node.home.cli("cdr show status").lower()
        assert begin_writing(node.state / "log/cel-custom/cel.csv", 5, 0.0).wait() == 0
        eventually(lambda: numbers(node, "cel") == list(range(5)))
        assert "cdr" not in node.server.batches


def test_a_batch_whose_answer_was_lost_is_sent_again_under_its_number(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        node.server.fail_after_taking = 3
        writer = begin_writing(node.state / "log/cel-custom/cel.csv", 50, 0.01)
        assert writer.wait() == 0
        eventually(lambda: len(node.server.lines("cel")) >= 50 and node.server.repeated >= 1)
        assert numbers(node, "cel") == list(range(50))


def test_records_of_a_time_without_server_arrive_when_it_is_back(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        eventually(lambda: node.server.reports)
        node.server.stop()
        writer = begin_writing(node.state / "log/cel-custom/cel.csv", 5000, 0.0)
        assert writer.wait() == 0
        node.kill()
        node.start()
        node.server.start()
        eventually(lambda: len(node.server.lines("cel")) >= 5000)
        assert numbers(node, "cel") == list(range(5000))
        assert max(len(batch.splitlines()) for batch in node.server.batches["cel"]) <= 2000


def test_a_node_set_up_anew_goes_on_after_the_numbers_that_the_server_has(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.server.batches["cel"] = [b"old 1\n", b"old 2\n"]
        node.start()
        writer = begin_writing(node.state / "log/cel-custom/cel.csv", 10, 0.0)
        assert writer.wait() == 0
        eventually(lambda: len(node.server.lines("cel")) >= 12)
        assert node.server.lines("cel")[:2] == ["old 1", "old 2"]


@pytest.mark.parametrize(
    "garbage", [b"\x00\xff\xfe no record\n", b'"unclosed,\n', b"\n\n", b"x" * 3_000_000 + b"\n"]
)
def test_what_is_no_record_is_sent_as_it_is_and_holds_up_nothing(
    tmp_path: Path, garbage: bytes
) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        cel = node.state / "log/cel-custom/cel.csv"
        eventually(cel.parent.exists)
        cel.write_bytes(b"first\n" + garbage + b"last\n")
        whole = cel.read_bytes()
        eventually(lambda: b"".join(node.server.batches["cel"]) == whole)


def test_a_line_cut_by_a_crash_does_not_swallow_the_next(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.start()
        cel = node.state / "log/cel-custom/cel.csv"
        eventually(cel.parent.exists)
        cel.write_bytes(b'"whole"\n"half of a li')
        eventually(lambda: node.server.lines("cel") == ['"whole"', '"half of a li'])
        with cel.open("ab") as file:
            file.write(b'"next"\n')
        eventually(lambda: node.server.lines("cel")[-1] == '"next"')
        assert node.server.lines("cel") == ['"whole"', '"half of a li', '"next"']


def test_a_clock_that_jumps_changes_no_order(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        node.options = ("--rotate-bytes", "500")
        node.start()
        cel = node.state / "log/cel-custom/cel.csv"
        eventually(cel.parent.exists)
        for number, second in enumerate((2_000_000_000, 1, 4_000_000_000, 1_000)):
            with cel.open("a") as file:
                file.writelines(f'"{number * 50 + n}","{second - n}"\n' for n in range(50))
            os.utime(cel, (second, second))
            eventually(lambda n=number: len(node.server.lines("cel")) >= (n + 1) * 50)
        assert numbers(node, "cel") == list(range(200))
