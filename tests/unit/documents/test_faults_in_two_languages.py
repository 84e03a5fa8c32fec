"""A file's faults are told in the language of whoever reads them."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from tests.unit.documents.conftest import EXAMPLES
from tests.unit.documents.test_commands import run

from conmuta.apps.identity import api as identity
from conmuta.cli import _tenants, apply, plan
from conmuta.documents import api as documents
from conmuta.documents.api import BadDocument
from conmuta.documents.operators import api as operators
from conmuta.documents.trying import NotServable
from conmuta.platform.scope import Scope

SECOND = (EXAMPLES / "second.yaml").read_text("utf-8")
OPERATOR = (EXAMPLES / "operator.yaml").read_text("utf-8")
Said = pytest.CaptureFixture[str]

FAULTS = [
    ("strategy: ringall", "strategy: any", "línea ", "`any` no es una de las opciones; una de "),
    ("title: Second", "titel: Second", "tenant.titel", "no es un campo aquí; hay "),
    ("title: Second Company", "tittle: x", "tenant.title", "falta. Es un texto."),
    ("country: GB", "country: gb", "tenant.country", "debe ser dos letras mayúsculas como UY."),
    ("max_calls: 20", "max_calls: many", "tenant.max_calls", "`many` no es un número entero."),
    ("{flow: main}", "{flow: other}", "numbers.", "`other` no está en flows; hay main."),
    ("kind: voicemail", "kind: voicemails", "steps.message.kind", "voicemails"),
    ("port: 5080", "port: 99999", "gateways.carrier.port", "está fuera de rango; de 1 a 65535."),
    ("conmuta: 1", "conmuta: [", "línea ", "no es YAML: "),
    ("conmuta: 1", "conmuta: 2", "conmuta: ", "debe ser 1, la versión del formato."),
    ('  "800":', '  "550":', "conferences.550", "`550` ya suena: el interno 550."),
    ("\ntenant:", "\nqueue: {}\ntenant:", "queue", "no es una sección; hay tenant, "),
]
OPERATORS_FAULTS = [
    ("cost_limit: 20", "cost_limit: much", "cost_limit", "`much` no es un importe; "),
    ("currency: UYU", "currency: PESOS", "currency", "`PESOS` no es una moneda; "),
    ("domain: example.test", "domain: 'no'", "operator.domain", "debe ser un nombre de dominio"),
]


def told(read: Callable[[str], object], text: str) -> str:
    with translation.override("es"), pytest.raises(BadDocument) as bad:
        read(text)
    with translation.override("es"):
        return "\n".join(map(str, bad.value.faults))


def whole(system: Scope, text: str) -> None:
    documents.apply(system, documents.read(text))


@pytest.mark.parametrize(("old", "new", "where", "sentence"), FAULTS)
def test_a_companys_file(system: Scope, old: str, new: str, where: str, sentence: str) -> None:
    text = SECOND.replace(old, new, 1)
    assert text != SECOND
    said = told(lambda text: whole(system, text), text)
    assert where in said
    assert sentence in said


@pytest.mark.parametrize(("old", "new", "where", "sentence"), OPERATORS_FAULTS)
def test_an_operators_file(old: str, new: str, where: str, sentence: str) -> None:
    text = OPERATOR.replace(old, new, 1)
    assert text != OPERATOR
    said = told(operators.read, text)
    assert where in said
    assert sentence in said


def test_what_asterisk_would_not_take_is_told_in_spanish_too(system: Scope) -> None:
    text = SECOND.replace('  "800":', '  "999":')
    with translation.override("es"), pytest.raises(NotServable) as refused:
        whole(system, text)
    with translation.override("es"):
        assert str(refused.value) == (
            "La central no puede atender esto: number 999: taparía un número de emergencia."
        )


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """An English company's file with a fault."""
    file = tmp_path / "second.yaml"
    file.write_text(SECOND.replace("strategy: ringall", "strategy: any"))
    return file


@pytest.mark.parametrize(
    ("spoken", "language", "sentence"),
    [
        ("LANG=es_UY.UTF-8", "", "línea 62: queues.office.strategy: `any` no es una de las"),
        ("LC_ALL=es_ES", "", "no es una de las opciones"),
        ("LANG=en_US.UTF-8", "", "is not one of the choices"),
        ("LANG=C.UTF-8", "", "is not one of the choices"),
        ("LANG=en_US.UTF-8", "es", "no es una de las opciones"),
        ("LANG=es_UY.UTF-8", "en", "is not one of the choices"),
    ],
)
@pytest.mark.django_db
def test_a_command_speaks_as_it_is_asked_to_or_as_the_terminal_does(
    wrong: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Said,
    spoken: str,
    language: str,
    sentence: str,
) -> None:
    monkeypatch.setenv(*spoken.split("="))
    asked = ("--language", language) if language else ()
    for command in (plan, apply):
        assert run(command, str(wrong), *asked) == 1
        assert sentence in capsys.readouterr().err


def test_a_terminal_of_no_language_hears_the_files_own(
    system: Scope, wrong: Path, capsys: Said
) -> None:
    wrong.write_text(wrong.read_text().replace("language: en", "language: es"))
    assert run(plan, str(wrong)) == 1
    assert "no es una de las opciones" in capsys.readouterr().err


def test_a_file_that_cannot_be_parsed_is_told_in_the_terminals_language(
    system: Scope, wrong: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    wrong.write_text("conmuta: 1\ntenant: {slug: [\n")
    monkeypatch.setenv("LANG", "es_UY.UTF-8")
    assert run(apply, str(wrong)) == 1
    assert "no es YAML: " in capsys.readouterr().err
    assert run(apply, str(wrong.parent / "nothing.yaml")) == 1
    assert "no está." in capsys.readouterr().err


def test_the_api_tells_a_file_and_a_field_in_the_callers_language(
    two_tenants: tuple[Scope, Scope], client: Client
) -> None:
    with two_tenants[0].active() as scope:
        token = identity.create_token(scope, "all", ["*"])
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "es-UY"}
    file = SECOND.replace("slug: second", "slug: alpha").replace("ringall", "any")
    answer = client.post(
        "/api/v1/tenants/alpha/document", file, "application/yaml", headers=headers
    )
    assert answer.status_code == 422
    assert "`any` no es una de las opciones" in answer.json()["errors"][0]["detail"]
    body = {"title": 5, "nothing": 1, "weight": 5000, "strategy": "any"}
    answer = client.put(
        "/api/v1/tenants/alpha/queues/office", json.dumps(body), "application/json", headers=headers
    )
    said = {each["pointer"]: each["detail"] for each in answer.json()["errors"]}
    assert said["/title"] == "debe ser un texto."
    assert said["/nothing"] == "no es un campo aquí. Quítelo."
    assert said["/strategy"].startswith("debe ser uno de `ringall`, ")
    body = {"title": "Office", "weight": 5000}
    answer = client.put(
        "/api/v1/tenants/alpha/queues/office", json.dumps(body), "application/json", headers=headers
    )
    [fault] = answer.json()["errors"]
    assert fault == {"pointer": "/weight", "detail": "5000 está fuera de rango; de 0 a 1000."}


def test_a_terminal_says_its_language_as_posix_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB")
    monkeypatch.setenv("LC_MESSAGES", "es_AR.UTF-8@latin")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert _tenants.terminal_language() == "es"
    monkeypatch.setenv("LC_ALL", "C")
    assert _tenants.terminal_language() == ""
    parser = argparse.ArgumentParser()
    _tenants.add_file(parser)
    assert parser.parse_args(["x"]).language is None
