"""Every screen text and every error stands in both languages, with the same blanks to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from tests.support.messages import sentences

from conmuta.apps.tenancy.errors import NoSuchTenant

[FOLDER] = settings.LOCALE_PATHS


def catalogue(language: str) -> Catalog:
    with (Path(FOLDER) / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


def blanks(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}|%\(\w+\)[sd]", text))


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_sentence_is_in_the_catalogue(language: str) -> None:
    known = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalogue(language)
        if message.id
    }
    assert sentences() - known == set()


def test_every_sentence_is_translated_with_its_blanks() -> None:
    for message in catalogue("es"):
        if not message.id:
            continue
        english = message.id[0] if isinstance(message.id, tuple) else message.id
        for text in texts(message):
            assert text, f"not translated: {english}"
            assert set(blanks(text)) <= set(blanks(english)), english


def test_an_error_speaks_spanish() -> None:
    with translation.override("es"):
        assert str(NoSuchTenant(slug="alfa")) == "No hay ninguna empresa alfa."
