"""The commands on tenants, as a person at the terminal meets them."""

import argparse
import io
from pathlib import Path

import pytest
from tests.unit.documents.conftest import EXAMPLES

from conmuta.cli import apply, check, export, plan, rehearse
from conmuta.platform.scope import Scope

BOOTCAMP = str(EXAMPLES / "bootcamp.yaml")


def run(module: object, *words: str) -> int:
    """The exit code of a subcommand with these words."""
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    code: int = module.run(parser.parse_args(words))  # type: ignore[attr-defined]
    return code


@pytest.fixture
def applied(db: None, capsys: pytest.CaptureFixture[str]) -> str:
    """The boot camp company, applied; what was printed."""
    assert run(apply, BOOTCAMP) == 0
    return capsys.readouterr().out


def test_apply_counts_and_shows_the_first_passwords(applied: str) -> None:
    assert applied.startswith("bootcamp: 74 creados, 0 cambiados, 0 quitados.")
    assert "    adiaz: " in applied


def test_plan_says_that_nothing_changes(applied: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(plan, BOOTCAMP, "--language", "en") == 0
    assert capsys.readouterr().out == "bootcamp is as the file says: nothing to change.\n"


def test_a_night_call_is_rehearsed_in_words(
    applied: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(rehearse, "bootcamp", "24002000", "--at", "2026-12-24 18:30") == 0
    told = capsys.readouterr().out
    assert "La agenda «Atención al cliente» dice «nocturno»" in told
    assert "Se oye «msjDejeMsj»." in told
    assert told.strip().endswith("Se deja un mensaje en el buzón 500.")


def test_a_holiday_is_told_by_its_name(applied: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("bootcamp", "24002000", "--at", "2027-12-25 10:00", "--language", "en")
    assert run(rehearse, *words) == 0
    assert "because of the event “Navidad”" in capsys.readouterr().out


def test_a_busy_extension_takes_a_message(applied: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--at", "2026-11-23 10:00", "--keys", "551,1", "--extension", "551=busy")
    assert run(rehearse, "bootcamp", "24002000", *words) == 0
    told = capsys.readouterr().out
    assert "Se oye «msjInternoOcupado»." in told
    assert "Se deja un mensaje en el buzón 551." in told


def test_the_boot_camp_company_has_nothing_against_it(
    applied: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(check, "bootcamp") == 0
    assert capsys.readouterr().out == "ACME S.A.: nada que objetar.\n"


def test_what_export_writes_can_be_applied(
    applied: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bootcamp.yaml"
    assert run(export, "bootcamp", "--output", str(file), "--with-secrets") == 0
    assert file.stat().st_mode & 0o077 == 0
    assert run(apply, str(file)) == 0
    assert "nada que cambiar" in capsys.readouterr().out


def test_a_wrong_time_is_told(applied: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(rehearse, "bootcamp", "24002000", "--at", "tomorrow") == 2
    assert 'write it as "2026-12-24 18:30"' in capsys.readouterr().err


@pytest.mark.parametrize("module", [check, export])
def test_a_tenant_that_is_not_there_is_told(
    system: Scope, module: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(module, "nobody") == 1
    assert "There is no tenant nobody." in capsys.readouterr().err


def test_a_bad_file_is_told_line_by_line(
    system: Scope, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(Path(BOOTCAMP).read_text().replace("strategy: ringall", "strategy: any"))
    assert run(plan, str(file), "--language", "en") == 1
    told = capsys.readouterr().err
    assert "queues.administracion.strategy: `any` is not one of the choices" in told


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_cannot_be_read_is_told(
    system: Scope, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tenant.yaml"
    if content is not None:
        file.write_bytes(content)
    assert run(apply, str(file)) == 1
    assert capsys.readouterr().err.startswith(str(file))


def test_a_file_comes_from_the_standard_input(
    system: Scope, second: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(second))
    assert run(apply, "-") == 0
    assert capsys.readouterr().out.startswith("second: ")
