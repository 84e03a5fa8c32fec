"""The command's own words, and the launcher's promises."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from conmuta.cli import main, names
from conmuta.local.places import CHECKOUT

PIN = re.compile(r"^([a-z0-9._-]+)(?:\[.*])?==(\S+)", re.MULTILINE)


def test_help_lists_the_everyday_commands_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert text.index(" up ") < text.index(" doctor ") < text.index(" worker ")
    assert names()[:3] == ["up", "status", "doctor"]


def test_a_command_that_does_not_exist_is_answered_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["upp"]) == 2
    assert "there is no command 'upp'" in capsys.readouterr().err


def test_the_calculator_answers_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--recordings", "500GiB"]) == 0
    assert "2,982,616" in capsys.readouterr().out
    assert main(["doctor", "--recordings", "plenty"]) == 2


def test_the_launcher_is_plain_shell() -> None:
    assert os.access(CHECKOUT / "conmuta", os.X_OK)
    outcome = subprocess.run(["sh", "-n", str(CHECKOUT / "conmuta")], check=False)
    assert outcome.returncode == 0


def test_what_serves_is_pinned_alike_for_tests() -> None:
    server = dict(PIN.findall((CHECKOUT / "requirements/server.txt").read_text()))
    dev = dict(PIN.findall((CHECKOUT / "requirements/dev.txt").read_text()))
    assert server
    assert {name: dev.get(name) for name in server} == server


@pytest.mark.parametrize("name", ["system-server.txt", "system-test.txt"])
def test_each_system_package_names_the_file_that_proves_it(name: str) -> None:
    lines = (CHECKOUT / "requirements" / name).read_text().splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    assert rows
    assert all(len(row) == 2 and row[1].startswith("/") for row in rows)


def test_no_file_of_the_launcher_names_a_registry() -> None:
    texts = [CHECKOUT / "conmuta", *Path(CHECKOUT / "requirements").iterdir()]
    for path in texts:
        assert not re.search(r"https?://", path.read_text()), path
