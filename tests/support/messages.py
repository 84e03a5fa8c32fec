"""Every sentence of the product that a person may read, found in its source.

`python -m tests.support.messages` puts new ones into the catalogues and takes old ones out;
what it leaves empty in Spanish is for a person to translate.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import conmuta
from conmuta.platform.errors import Problem

SOURCE = Path(next(iter(conmuta.__path__)))
_FUNCTIONS = {
    "_": None,
    "said": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def sentences() -> set[str]:
    """Message ids in English; of a plural, its singular."""
    _load_all()
    found = {sentence for file in _files() for sentence in _of_file(file)}
    return found | {problem.sentence() for problem in _problems(Problem)}


def _files() -> Iterator[Path]:
    for pattern in ("**/*.py", "**/templates/**/*.html", "**/templates/**/*.txt"):
        yield from SOURCE.glob(pattern)


def _of_file(file: Path) -> Iterator[str]:
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        text = templatize(text)
    for _, message, _, _ in extract("python", BytesIO(text.encode()), _FUNCTIONS):
        yield message[0] if isinstance(message, tuple) else message


def _problems(kind: type[Problem]) -> Iterator[type[Problem]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("conmuta."):
            yield child
            yield from _problems(child)
    if kind is Problem:
        yield kind


def _load_all() -> None:
    """Imports what may define an error."""
    for package in ("apps", "adapters", "platform", "wiring", "documents", "rest"):
        folder = importlib.import_module(f"conmuta.{package}")
        for module in pkgutil.walk_packages(folder.__path__, f"conmuta.{package}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)


def update(folder: Path, language: str) -> None:
    """Makes the catalogue hold exactly the product's sentences."""
    file = folder / language / "LC_MESSAGES" / "django.po"
    catalogue = Catalog(locale=language, project="Conmuta", version="0.1", fuzzy=False)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    if file.exists():
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language)
    wanted = sentences()
    catalogue.header_comment = "# Conmuta's texts. Kept by `python -m tests.support.messages`."
    for message in list(catalogue):
        if message.id and _first(message.id) not in wanted:
            catalogue.delete(message.id)
    known = {_first(message.id) for message in catalogue}
    for sentence in sorted(wanted - known):
        catalogue.add(sentence, sentence if language == "en" else "")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalogue, sort_output=True, width=0)


def _first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import django
    from django.conf import settings

    django.setup()
    for one in ("en", "es"):
        update(Path(settings.LOCALE_PATHS[0]), one)
