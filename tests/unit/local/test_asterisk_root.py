"""Asterisk's root folder: what is asked of mmdebstrap, and what its refusals mean."""

import re
from pathlib import Path

import pytest

from conmuta.local import asterisk_root
from conmuta.local.asterisk_root import IGNORE_EXPIRY, Refusal, why
from conmuta.local.errors import MachineError

EXPIRED = (
    "E: Release file for http://archive.example.test/debian/dists/forky/InRelease is expired "
    "(invalid since 5d 2h 11min 3s). Updates for this repository will not be applied.\n"
    "E: apt-get update failed\n"
)


@pytest.mark.parametrize(
    ("output", "refusal"),
    [
        (EXPIRED, Refusal.EXPIRED),
        ("the following signatures couldn't be verified: NO_PUBKEY 1234", Refusal.UNKNOWN_KEY),
        ("Err:1 Temporary failure resolving 'archive.example.test'", Refusal.UNREACHABLE),
        ("cp: error writing: No space left on device", Refusal.NO_SPACE),
        ("E: unshare failed: Operation not permitted", Refusal.NOT_ALLOWED),
        ("E: something new", Refusal.OTHER),
    ],
)
def test_each_refusal_is_known_by_its_words(output: str, refusal: Refusal) -> None:
    assert why(output) is refusal
    assert refusal in asterisk_root.WAYS_OUT


def test_no_server_is_named_and_the_date_is_checked_at_first() -> None:
    words = asterisk_root.command(Path("/x"))
    assert not any("://" in word for word in words)
    assert IGNORE_EXPIRY not in words
    assert words[-2:] == ["forky", "/x"]


def fake_mmdebstrap(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "bin" / "mmdebstrap"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nfor made; do :; done\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.delenv("CONMUTA_ASTERISK_ROOT", raising=False)


MAKE = 'mkdir -p "$made/usr/sbin"; touch "$made/usr/sbin/asterisk"\n'


def test_an_expired_archive_is_used_only_after_it_was_refused_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_mmdebstrap(
        tmp_path,
        monkeypatch,
        '[ -e "$made" ] && exit 9\n'
        f'case "$*" in *Check-Valid-Until*) {MAKE} exit 0;; esac\n'
        f"mkdir -p \"$made/etc\"; echo '{EXPIRED}'; exit 25\n",
    )
    told: list[str] = []
    root = asterisk_root.ensure_root(tmp_path / "cache", told.append)
    assert asterisk_root.is_whole(root)
    assert any("has expired" in line for line in told)


def test_a_root_that_could_not_be_finished_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_mmdebstrap(tmp_path, monkeypatch, f"{MAKE} echo 'No space left on device'; exit 1\n")
    with pytest.raises(MachineError, match="The disk is full"):
        asterisk_root.ensure_root(tmp_path / "cache", lambda _: None)
    assert list((tmp_path / "cache").glob("*root*/")) == []


def test_a_second_start_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_mmdebstrap(tmp_path, monkeypatch, MAKE)
    told: list[str] = []
    first = asterisk_root.ensure_root(tmp_path / "cache", told.append)
    told.clear()
    assert asterisk_root.ensure_root(tmp_path / "cache", told.append) == first
    assert told == []


def test_another_list_of_packages_is_another_root(monkeypatch: pytest.MonkeyPatch) -> None:
    before = asterisk_root.recipe()
    monkeypatch.setattr(asterisk_root, "PACKAGES", (*asterisk_root.PACKAGES, "sngrep"))
    assert asterisk_root.recipe() != before
    assert re.fullmatch(r"[0-9a-f]{12}", before)


def test_a_named_root_without_asterisk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONMUTA_ASTERISK_ROOT", str(tmp_path))
    with pytest.raises(MachineError, match="no Asterisk in it"):
        asterisk_root.ensure_root(tmp_path / "cache", lambda _: None)
