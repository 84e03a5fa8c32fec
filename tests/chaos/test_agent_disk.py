"""A full disk is told, loses nothing that was written, and is over when there is room."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support_node.agents import NodeUnderTest, node_under_test
from tests.support_node.plans import extension, small_plan
from tests.support_node.small_disk import as_seen_inside, fill, inner_pid, put_on_small_disk
from tests.support_node.waiting import eventually
from tests.support_node.wav import write_tone


@contextmanager
def on_small_disk(node: NodeUnderTest, folder: Path, size: int) -> Iterator[Path]:
    """The agent runs with `folder` on a small disk; that folder, as it sees it."""
    put_on_small_disk(node, folder, size)
    revision = node.server.want(small_plan())
    node.start()
    assert node.process is not None
    pid = inner_pid(node.process)
    eventually(lambda: node.server.in_force("acme", revision))
    try:
        yield as_seen_inside(pid, folder)
        assert node.process.poll() is None, node.log()
    finally:
        os.kill(pid, signal.SIGTERM)
        node.process.wait(60)


def test_no_room_for_recordings_is_told_and_calls_records_go_on(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        folder = node.state / "recordings"
        with on_small_disk(node, folder, 1 << 20) as recordings:
            write_tone(recordings / "acme__1.0__1.1-out.wav", 440, seconds=20)
            filler = fill(recordings)
            eventually(lambda: any("Recordings" in p for p in node.server.reports[-1].problems))
            with (node.state / "log/cel-custom/cel.csv").open("a") as cel:
                cel.write('"a call"\n')
            eventually(lambda: node.server.lines("cel") == ['"a call"'])
            assert not node.server.lines("recording")
            filler.unlink()
            eventually(lambda: len(node.server.lines("recording")) == 1)
            eventually(lambda: not node.server.reports[-1].problems)


def test_records_written_before_the_disk_was_full_are_sent_while_it_is(tmp_path: Path) -> None:
    with (
        node_under_test(tmp_path / "node") as node,
        on_small_disk(node, node.state, 48 << 20) as state,
    ):
        cel = state / "log/cel-custom/cel.csv"
        node.server.stop()
        cel.write_text("".join(f'"{number}"\n' for number in range(3000)))
        filler = fill(state)
        node.server.start()
        eventually(lambda: len(node.server.lines("cel")) >= 3000)
        assert node.server.lines("cel") == [f'"{number}"' for number in range(3000)]
        wanted = node.server.want(small_plan(extensions=(extension("555"),)))
        eventually(lambda: any("full" in p for p in node.server.reports[-1].problems))
        filler.unlink()
        eventually(lambda: node.server.in_force("acme", wanted))


def test_recording_stops_on_a_full_disk_and_begins_again_with_room(tmp_path: Path) -> None:
    with node_under_test(tmp_path / "node") as node:
        folder = node.state / "recordings"
        with on_small_disk(node, folder, 8 << 20) as recordings:
            filler = fill(recordings)
            eventually(lambda: any("not recorded" in p for p in node.server.reports[-1].problems))
            eventually(lambda: "no_recording=disk" in node.home.cli("dialplan show globals"))
            with filler.open("r+b") as file:
                file.truncate((8 << 20) - (600 << 10))  # past the edge, not past the gap
            told = len(node.server.reports)
            eventually(lambda: len(node.server.reports) > told)
            assert "no_recording=disk" in node.home.cli("dialplan show globals")
            filler.unlink()
            eventually(lambda: not node.server.reports[-1].problems)
            eventually(lambda: "no_recording=disk" not in node.home.cli("dialplan show globals"))
