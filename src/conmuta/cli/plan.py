"""What a tenant's or an operator's file would change."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.documents.form import Document
    from conmuta.platform.scope import Scope

HELP = "show what a tenant's or an operator's file would change: ./conmuta plan FILE [--remove]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    _tenants.add_file(parser)


def run(args: argparse.Namespace) -> int:
    """0, whatever would change; 1 where the file cannot be applied."""

    def work(
        scope: "Scope", document: "Document", folder: Path | None, language: str
    ) -> "Iterator[str]":
        from conmuta.documents import telling

        door = _tenants.door_of(document)
        shown = door.preview(scope, document, folder, remove=args.remove)
        return telling.preview(shown, language)

    return _tenants.on_file(args, "plan", work)
