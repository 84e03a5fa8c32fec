"""`./conmuta numbers` and `prices` tell what is wrong in a file in Spanish and in English."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.sellers import Sellers

from conmuta.apps.numbering import api as numbering
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import Tariff
from conmuta.apps.tenancy import api as tenancy
from conmuta.cli import numbers, prices
from conmuta.platform.scope import Scope

Write = Callable[[str], Path]
Said = pytest.CaptureFixture[str]

NUMBERS = "number,tenant\n59824001000,\n59824001000,\n12,\n59824001001,nobody\n59824009000,\n"
PRICES = "prefix,per_minute\n5982,0.1\n5982,0.2\n5989,dear\n"


@pytest.fixture(autouse=True)
def no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of no language, but what a test says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def terminal(no_language: None, monkeypatch: pytest.MonkeyPatch, request: Any) -> None:
    """One that speaks `request.param`."""
    monkeypatch.setenv("LANG", request.param)


@pytest.fixture
def spanish(sellers: Sellers, file: Write) -> None:
    """North, whose people read Spanish, has a price table; South has a number."""
    with Scope.system("test:platform").active() as system:
        facts = tenancy.OperatorFacts(title="North", country="UY", language="es")
        tenancy.change_operator(system, "north", facts)
    with sellers.north.active() as north:
        rating.save_tables(north, [Tariff(name="retail", currency="UYU")])
    with sellers.south.active() as south:
        numbering.import_numbers(south, file("number\n59824009000\n"))


def run(module: object, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    code: int = module.run(parser.parse_args(words))  # type: ignore[attr-defined]
    return code


def test_an_operator_hears_of_its_numbers_in_its_own_language(
    spanish: None, file: Write, capsys: Said
) -> None:
    assert run(numbers, "north", str(file(NUMBERS))) == 1
    told = capsys.readouterr()
    assert "filas: 5; números agregados: 1, cambiados: 0, como estaban: 0." in told.out
    twice, short, stranger, elsewhere = told.err.splitlines()
    assert twice.startswith("prices.csv: línea 3: `59824001000` está dos veces, primero en la lín")
    assert short.startswith("prices.csv: línea 4: `12` no es un número en uso, ni uno de UY. Escr")
    assert stranger.startswith(
        "prices.csv: línea 5: `nobody` no es el nombre corto de una de sus e"
    )
    assert elsewhere.startswith("prices.csv: línea 6: `59824009000` es de otro operador: un número")


def test_an_operator_hears_of_its_prices_in_its_own_language(
    spanish: None, file: Write, capsys: Said
) -> None:
    assert run(prices, "north", "retail", str(file(PRICES))) == 1
    told = capsys.readouterr()
    assert "filas: 3; precios agregados: 1, cambiados: 0, terminados: 0." in told.out
    assert [line.partition("` ")[0] for line in told.err.splitlines()] == [
        "prices.csv: línea 3: `5982",
        "prices.csv: línea 4: `dear",
    ]
    assert "está dos veces, primero en la línea 2" in told.err
    assert run(prices, "north", "--rate-anew", "2026-11-01") == 0
    assert "llamadas revisadas: 0; cuestan otra cosa ahora: 0." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("terminal", "asked", "word"),
    [
        ("en_US.UTF-8", "", "line 3"),
        ("C.UTF-8", "", "línea 3"),
        ("es_UY.UTF-8", "--language=en", "line 3"),
    ],
    indirect=["terminal"],
)
def test_the_terminals_language_goes_first_and_a_word_before_that(
    spanish: None, terminal: None, file: Write, capsys: Said, asked: str, word: str
) -> None:
    assert run(numbers, *filter(None, ["north", str(file(NUMBERS)), asked])) == 1
    assert word in capsys.readouterr().err
    assert run(prices, *filter(None, ["north", "retail", str(file(PRICES)), asked])) == 1
    assert word in capsys.readouterr().err


def test_what_is_not_there_is_told_in_the_same_language(
    spanish: None, tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = str(tmp_path / "lost.csv")
    assert run(numbers, "north", lost) == 1
    assert run(prices, "north", "retail", lost) == 1
    assert run(prices, "north") == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{lost}: no está.",
        f"{lost}: no está.",
        "north: dé TABLE y FILE, o --rate-anew DAY.",
    ]
    monkeypatch.setenv("LANG", "es_UY.UTF-8")
    assert run(numbers, "nobody", lost) == 1
    assert "No hay un operador nobody." in capsys.readouterr().err


def test_of_many_bad_rows_the_first_are_told_and_the_others_counted(
    spanish: None, file: Write, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conmuta.platform.sheets.MOST_BAD_KEPT", 1)
    assert run(prices, "north", "retail", str(file(PRICES))) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "prices.csv: más filas malas: 1."
