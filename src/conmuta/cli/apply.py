"""Makes a tenant or an operator as its file says."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.documents.form import Document
    from conmuta.platform.scope import Scope

HELP = "make a tenant or an operator as its file says: ./conmuta apply FILE [--remove]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    _tenants.add_file(parser)


def run(args: argparse.Namespace) -> int:
    """0 once all is as the file says; 1 where it cannot be, and nothing has changed."""

    def work(
        scope: "Scope", document: "Document", folder: Path | None, language: str
    ) -> "Iterator[str]":
        from conmuta.documents import telling

        door = _tenants.door_of(document)
        applied = door.apply(scope, document, folder, remove=args.remove)
        return telling.done(applied, language)

    return _tenants.on_file(args, "apply", work)
