"""The calculator for recordings."""

import pytest

from conmuta.local.doctor import recordings, report
from conmuta.local.doctor.recordings import Disk, Minutes


def test_500_gib_hold_three_million_minutes_in_our_format() -> None:
    disk = Disk(500, "GiB")
    assert recordings.minutes(disk.size, recordings.OURS.bits) == 2_982_616
    assert recordings.rate(disk.size, 3_000_000) == pytest.approx(23_860.9, abs=0.1)


def test_a_disk_sold_as_500_gb_holds_somewhat_less() -> None:
    assert recordings.minutes(Disk(500, "GB").size, recordings.OURS.bits) == 2_777_777


def test_minutes_and_bytes_are_each_others_inverse() -> None:
    for each in recordings.FORMATS:
        assert recordings.minutes(recordings.size(1_000, each.bits), each.bits) == 1_000


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("500GB", Disk(500, "GB")),
        ("500 GiB", Disk(500, "GiB")),
        ("1.5TB", Disk(1.5, "TB")),
        ("500", Disk(500, "GB")),
        ("3000000min", Minutes(3_000_000)),
        ("3,000,000 minutes", Minutes(3_000_000)),
    ],
)
def test_a_disk_or_minutes_can_be_asked(text: str, asked: Disk | Minutes) -> None:
    assert recordings.ask(text) == asked


@pytest.mark.parametrize("text", ["", "much", "500 PB", "-3GB"])
def test_what_is_not_understood_says_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match="500GB"):
        recordings.ask(text)


def test_the_answer_says_how_it_was_computed() -> None:
    text = report.recordings_text(Disk(500, "GiB"))
    assert "2,982,616  Ogg Opus" in text
    assert "536,870,912,000 × 8 ÷ 24,000 ÷ 60" in text
    assert report.recordings_json(Minutes(60))["formats"][0]["bytes"] == 60 * 60 * 24_000 // 8
