"""A disk that is nearly full: calls go on unrecorded, which is told; then all is as before."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.calls.test_recordings import PLAN, hears, phone, recordings
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs

from conmuta.apps.calls.parsing import Malformed, read_events
from conmuta.apps.calls.timeline import tell
from conmuta_node import room as room_module
from conmuta_node.ami import AmiClient
from conmuta_node.problems import Problems
from conmuta_node.room import RecordingRoom

MUCH = 1 << 62


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN)


@pytest_asyncio.fixture(loop_scope="session")
async def room(lab: AsteriskLab, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RecordingRoom]:
    """The agent's watch, to be told how much room is little."""
    monkeypatch.setattr(room_module, "STOP_SHARE", 2.0)  # more than any disk has
    async with AmiClient("127.0.0.1", lab.settings.ami_port, "conmuta", "lab") as ami:
        await ami.wait_connected()
        watch = RecordingRoom(lab.home.state, ami, Problems(), stop_bytes=0)
        yield watch
        watch.stop_bytes = 0
        await watch.look()


async def test_calls_go_on_unrecorded_and_are_recorded_again_when_there_is_room(
    lab: AsteriskLab, carriers: CarrierMaker, room: RecordingRoom
) -> None:
    main = await carriers(PLAN, "main")
    ana = await phone(lab, "550")
    running = await ana.dial("099123456")
    far = await (await main.gets_call()).answer()
    await running.is_answered()
    running.say_tone(600)
    far.say_tone(900)
    await far.hears_tone(600)
    room.stop_bytes = MUCH
    await room.look()
    (sentence,) = room.problems.sentences()
    assert sentence.startswith("Calls are not recorded: the node's disk has only")
    running.say_tone(1300)
    await far.hears_tone(1300)
    await asyncio.sleep(1)
    await running.hang_up()
    await lab.no_calls()
    recorded = recordings(lab)
    assert max(hears(path, 600) for path in recorded) > 0.8
    assert max(hears(path, 1300) for path in recorded) < 0.02

    unrecorded = await ana.dial("099123457")
    far = await (await main.gets_call()).answer()
    await unrecorded.is_answered()
    unrecorded.say_tone(600)
    await far.hears_tone(600)
    await unrecorded.hang_up()
    await lab.no_calls()
    assert recordings(lab) == recorded
    assert lab.events("not_recorded") == [("disk",), ("disk",)]
    assert "no se graba desde aquí: el disco del nodo está casi lleno" in last_story(lab)

    room.stop_bytes = 0
    await room.look()
    assert room.problems.sentences() == ()
    again = await ana.dial("099123458")
    await (await main.gets_call()).answer()
    await again.is_answered()
    await asyncio.sleep(1)
    await again.hang_up()
    await lab.no_calls()
    assert len(recordings(lab)) == len(recorded) + 2


def last_story(lab: AsteriskLab) -> list[str]:
    """What is told of the call that ended last."""
    body = (lab.home.state / "log/cel-custom/cel.csv").read_bytes()
    rows = [read.row for read in read_events(1, 1, body) if not isinstance(read, Malformed)]
    last = rows[-1].linkedid
    said = tell([row for row in rows if row.linkedid == last], [])
    return [line.words.text("es") for line in said]
