"""Recordings: by rule, each side in its own file, and whole through a transfer."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from tests.support.company import company
from tests.support.hearing import read_wav, share_of_tone
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone

from conmuta_plan.outside import Direction, RecordingRule

PLAN = company(
    recording=(
        RecordingRule(record=False, call_class="emergency"),
        RecordingRule(record=True, direction=Direction.OUT, call_class="mobile"),
        RecordingRule(record=True, direction=Direction.INTERNAL, extension="551"),
    )
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN)


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


def recordings(lab: AsteriskLab) -> set[Path]:
    return set((lab.home.state / "recordings").glob("*.wav"))


def hears(path: Path, hertz: float) -> float:
    """The most of that tone in any half second of the file."""
    samples = read_wav(path)
    pieces = [samples[at : at + 4000] for at in range(0, max(len(samples) - 3999, 1), 4000)]
    return float(np.max([share_of_tone(piece, hertz) for piece in pieces]))


async def new_recordings(lab: AsteriskLab, before: set[Path]) -> tuple[Path, Path]:
    """Our side and theirs of the one recording made since."""
    await lab.no_calls()
    new = sorted(recordings(lab) - before)
    assert [path.stem.rsplit("-", 1)[1] for path in new] == ["in", "out"], new
    assert all(path.name.startswith("acme__") for path in new)
    return new[1], new[0]


async def test_a_call_to_a_mobile_is_recorded_with_its_sides_apart(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    talk = await (await phone(lab, "550")).dial("099123456")
    call = await (await main.gets_call()).answer()
    await talk.is_answered()
    talk.say_tone(600)
    call.say_tone(900)
    await call.hears_tone(600)
    await talk.hears_tone(900)
    await asyncio.sleep(2)
    await talk.hang_up()
    ours, theirs = await new_recordings(lab, before)
    assert hears(ours, 600) > 0.8
    assert hears(ours, 900) < 0.02
    assert hears(theirs, 900) > 0.8
    assert hears(theirs, 600) < 0.02
    assert lab.events("recording")


async def test_a_local_call_and_an_emergency_are_not_recorded(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    main.answers = True
    ana = await phone(lab, "550")
    for number in ("24001234", "911"):
        talk = await (await ana.dial(number)).is_answered()
        await asyncio.sleep(0.5)
        await talk.hang_up()
    await lab.no_calls()
    assert recordings(lab) == before


async def test_a_recorded_call_stays_recorded_after_a_transfer(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    before = recordings(lab)
    main = await carriers(PLAN, "main")
    ana, lorena = await phone(lab, "550"), await phone(lab, "552")
    talk = await ana.dial("099123456")
    call = await (await main.gets_call()).answer()
    await talk.is_answered()
    talk.say_tone(600)
    call.say_tone(900)
    await call.hears_tone(600)
    transfer = asyncio.create_task(talk.transfer("552"))
    taken = await lorena.picks_up()
    await transfer
    taken.say_tone(1300)
    await call.hears_tone(1300)
    await taken.hears_tone(900)
    await asyncio.sleep(2)
    await taken.hang_up()
    await lab.no_calls()
    new = recordings(lab) - before
    assert {path.name.split("__")[0] for path in new} == {"acme"}
    ours = [path for path in new if path.stem.endswith("-out")]
    theirs = [path for path in new if path.stem.endswith("-in")]
    assert max(hears(path, 600) for path in ours) > 0.8
    assert max(hears(path, 1300) for path in ours) > 0.8
    assert max(hears(path, 900) for path in theirs) > 0.8
    assert max(hears(path, 600) for path in theirs) < 0.02


async def test_a_rule_by_extension_records_internal_calls(lab: AsteriskLab) -> None:
    before = recordings(lab)
    ana, diego = await phone(lab, "550"), await phone(lab, "551")
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    out.say_tone(600)
    came.say_tone(900)
    await asyncio.sleep(2)
    await out.hang_up()
    one, other = await new_recordings(lab, before)
    assert {hears(one, 600) > 0.8, hears(other, 600) > 0.8} == {True, False}
    assert {hears(one, 900) > 0.8, hears(other, 900) > 0.8} == {True, False}
