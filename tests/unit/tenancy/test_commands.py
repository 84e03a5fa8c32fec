"""An operator and its companies, from the terminal."""

import argparse
import zipfile
from pathlib import Path

import pytest

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.identity.models import User
from conmuta.cli import operator, tenant
from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope

Output = pytest.CaptureFixture[str]

OPEN = (
    "open",
    "north",
    "panaderia",
    "Panadería Sur",
    "--name",
    "Ana Díaz",
    "--email",
    "ana@panaderia.example.test",
    "--without",
    "fax",
    "--extensions",
    "10",
)


def run(module: object, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    code: int = module.run(parser.parse_args(words))  # type: ignore[attr-defined]
    return code


@pytest.fixture
def north(db: None, store: MemoryStorage) -> None:
    facts = ("--title", "North", "--domain", "north.example.test", "--country", "UY")
    assert run(operator, "create", "north", *facts) == 0


def told(output: Output) -> str:
    return output.readouterr().out


def test_an_operator_is_made_dressed_and_listed(
    north: None, capsys: Output, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(10))
    dressed = ("brand", "north", "--name", "Norte", "--colour", "#1f4b99", "--ink", "#ffffff")
    assert run(operator, *dressed, "--logo", str(logo)) == 0
    assert "logo: image/png" in told(capsys)
    assert run(operator, "change", "north", "--language", "es") == 0
    assert run(operator, "list") == 0
    assert "north  Norte  north.example.test" in told(capsys)


def test_a_colour_that_cannot_be_read_is_refused_with_the_reason(
    north: None, capsys: Output
) -> None:
    assert run(operator, "brand", "north", "--colour", "#ffffff", "--ink", "#eeeeee") == 1
    assert "contrast" in capsys.readouterr().err


def test_a_person_is_invited_and_again(north: None, capsys: Output) -> None:
    words = ("invite", "north", "rosa", "rosa@north.example.test", "Rosa", "--role", "support")
    assert run(operator, *words) == 0
    assert run(operator, *words) == 0
    assert run(operator, "people", "north") == 0
    assert "rosa  rosa@north.example.test  tenants_support" in told(capsys)
    with Scope.system("test").active() as system:
        events = OutboxEvent.objects.within(system).filter(kind="identity.PersonInvited")
        assert events.count() == 2


def test_a_company_is_opened_and_its_life_goes_on(
    north: None, capsys: Output, tmp_path: Path
) -> None:
    assert run(tenant, *OPEN) == 0
    assert run(tenant, *OPEN) == 0
    assert User.objects.count() == 1
    assert "panaderia.north.example.test  active" in told(capsys)
    assert run(tenant, "show", "panaderia") == 0
    shown = told(capsys)
    assert "limits: extensions 10" in shown
    assert "fax" not in shown
    assert run(tenant, "limits", "panaderia", "--extensions", "none", "--agents", "3") == 0
    assert "limits: agents 3" in told(capsys)
    assert run(tenant, "services", "panaderia", "fax", "queues") == 0
    assert "services: fax queues" in told(capsys)
    for verb, state in (("suspend", "suspended"), ("reactivate", "active")):
        assert run(tenant, verb, "panaderia") == 0
        assert f"  {state}" in told(capsys)
    assert run(tenant, "end", "panaderia", "--days", "5") == 0
    assert "ending  ends 20" in told(capsys)
    assert run(tenant, "exports", "north") == 0
    number = told(capsys).split()[0]
    file = tmp_path / "kept.zip"
    assert run(tenant, "exports", "north", "--id", number, "--output", str(file)) == 0
    assert zipfile.ZipFile(file).namelist() == ["panaderia.yaml"]
    assert run(tenant, "call-back", "panaderia") == 0
    assert run(tenant, "list", "--operator", "north") == 0
    assert "panaderia" in told(capsys)


@pytest.mark.parametrize(
    "words",
    [
        ("suspend", "nobody"),
        ("end", "nobody"),
        ("services", "nobody", "teleport"),
        ("exports", "nobody"),
        ("limits", "nobody", "--agents", "many"),
    ],
)
def test_what_cannot_be_done_is_said(north: None, capsys: Output, words: tuple[str, ...]) -> None:
    assert run(tenant, *words) == 1
    assert capsys.readouterr().err.strip()


def test_an_operator_with_companies_is_not_removed(north: None, capsys: Output) -> None:
    assert run(tenant, *OPEN) == 0
    assert run(operator, "remove", "north") == 1
    assert "panaderia" in capsys.readouterr().err
