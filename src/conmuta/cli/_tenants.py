"""What the commands on tenants share: their files, their plans, and how they say no."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.documents.api import Table
    from conmuta.documents.form import Document
    from conmuta.platform.scope import Scope
    from conmuta.platform.sheets import BadRow
    from conmuta_plan import TenantPlan

REFUSED = 1
UNREADABLE = 2
STANDARD_INPUT = "-"
LANGUAGES = ("es", "en")


def add_language(parser: argparse.ArgumentParser) -> None:
    """`--language`, the tenant's own unless given."""
    help_text = "of what is printed; the tenant's own unless given"
    parser.add_argument("--language", choices=LANGUAGES, help=help_text)


def add_file(parser: argparse.ArgumentParser) -> None:
    """The file, and what to do with what it does not have."""
    parser.add_argument(
        "file", help="a tenant's or an operator's file (YAML); - reads the standard input"
    )
    parser.add_argument(
        "--remove", action="store_true", help="also remove the objects that the file does not have"
    )
    _add_terminals_language(parser, "the file's own")


def add_operator(parser: argparse.ArgumentParser) -> None:
    """The operator, and the language in which its files are spoken of."""
    parser.add_argument("operator", help="the operator's slug")
    _add_terminals_language(parser, "the operator's own")


def _add_terminals_language(parser: argparse.ArgumentParser, other: str) -> None:
    help_text = f"of what is printed; the terminal's unless given, else {other}"
    parser.add_argument("--language", choices=LANGUAGES, help=help_text)


def ready() -> None:
    """Django, set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import django

    django.setup()


def terminal_language() -> str:
    """What the terminal speaks (`LC_ALL`, `LC_MESSAGES`, `LANG`), "" where it is none of ours."""
    told = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    begins = re.split("[_.@]", told)[0]
    return begins if begins in LANGUAGES else ""


def read(name: str) -> "tuple[Table, Path | None]":
    """The fields of a file, a tenant's or an operator's, and the folder where what belongs to it
    is looked for."""
    from conmuta.documents import api as documents

    if name == STANDARD_INPUT:
        return documents.top_of(documents.parse(sys.stdin.read())), None
    path = Path(name)
    top = documents.top_of(documents.parse(path.read_text("utf-8")))
    return top, path.absolute().parent


def _document(top: "Table") -> "Document":
    from conmuta.documents import api as documents
    from conmuta.documents.operators import api as operators

    return operators.read_top(top) if operators.is_operators(top) else documents.read_top(top)


def door_of(document: "Document") -> "ModuleType":
    """The door by which such a document is applied."""
    from conmuta.documents import api as documents
    from conmuta.documents.operators import api as operators

    return operators if isinstance(document, operators.OperatorDocument) else documents


def on_file(
    args: argparse.Namespace,
    command: str,
    work: "Callable[[Scope, Document, Path | None, str], Iterator[str]]",
) -> int:
    """Reads the file, works in the system's scope, and prints; or says why not.

    It speaks the language asked for, else the terminal's, else the file's own.
    """
    ready()
    from django.utils import translation

    from conmuta.documents.api import BadDocument, language_of
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    spoken = args.language or terminal_language()
    language = spoken or "en"
    try:
        with translation.override(language):
            top, folder = read(args.file)
        language = spoken or language_of(top) or "en"
        with (
            translation.override(language),
            Scope.system(f"command:{command}").active() as scope,
        ):
            lines = list(work(scope, _document(top), folder, language))
    except (BadDocument, Problem, OSError, UnicodeDecodeError) as problem:
        with translation.override(language):
            return refused(args.file, *_why(problem))
    print("\n".join(lines))
    return 0


def _why(problem: Exception) -> "list[str]":
    """A sentence for each fault, in the language that is active."""
    from conmuta.documents.api import BadDocument
    from conmuta.platform.sentences import said

    if isinstance(problem, BadDocument):
        return [*map(str, problem.faults)]
    if isinstance(problem, UnicodeDecodeError):
        return [said("is not a text in UTF-8.")]
    if isinstance(problem, FileNotFoundError):
        return [said("is not there.")]
    if isinstance(problem, OSError):
        return [problem.strerror or str(problem)]
    return [str(problem)]


def refused(subject: str, *sentences: str) -> int:
    """Says why not; the exit code."""
    for sentence in sentences:
        print(f"{subject}: {sentence}", file=sys.stderr)
    return REFUSED


def imported(path: Path, counts: str, rows: "Sequence[BadRow]", count: int) -> int:
    """Says what a file brought, and the first of its bad rows, where any are; the exit code."""
    from conmuta.platform.sentences import said

    print(f"{path.name}: {counts}")
    if not count:
        return 0
    more = count - len(rows)
    rest = [said("and {more} more bad rows.", more=more)] if more else []
    return refused(path.name, *map(str, rows), *rest)


def on_operator(args: argparse.Namespace, command: str, work: "Callable[[Scope], int]") -> int:
    """Works in the scope of the operator that the arguments name; or says why not.

    It speaks the language asked for, else the terminal's, else the operator's own.
    """
    ready()
    from django.utils import translation

    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.errors import Problem

    language = args.language or terminal_language()
    try:
        with operator_scope(args.operator, command) as scope:
            language = language or tenancy.operator_of(scope).facts.language
            with translation.override(language):
                return work(scope)
    except (Problem, OSError) as problem:
        subject = args.operator if isinstance(problem, Problem) else str(args.file)
        with translation.override(language or "en"):
            return refused(subject, *_why(problem))


@contextmanager
def operator_scope(slug: str, command: str) -> "Iterator[Scope]":
    """An operator's scope, in force. Raises `NoSuchOperator`."""
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    with Scope.system(f"command:{command}").active() as system:
        operator = tenancy.operator_by_slug(system, slug)
    with Scope.for_operator(operator.id, f"command:{command}").active() as scope:
        yield scope


@contextmanager
def tenant_scope(slug: str, command: str) -> "Iterator[Scope]":
    """A tenant's scope, in force. Raises `NoSuchTenant`."""
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    with Scope.system(f"command:{command}").active() as system:
        tenant = tenancy.tenant_by_slug(system, slug)
    with Scope.for_tenant(tenant.id, f"command:{command}").active() as scope:
        yield scope


def on_plan(args: argparse.Namespace, command: str, work: "Callable[[TenantPlan], int]") -> int:
    """Works on the plan of the tenant that the arguments name, as it stands now."""
    ready()
    from conmuta.platform.errors import Problem
    from conmuta.wiring.plans import render

    try:
        with tenant_scope(args.tenant, command) as scope:
            plan = render(scope)
    except Problem as problem:
        return refused(args.tenant, str(problem))
    return work(plan)
