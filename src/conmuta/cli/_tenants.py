"""What the commands on tenants share: their files, their plans, and how they say no."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.documents.api import Applied
    from conmuta.documents.form import Document
    from conmuta.platform.scope import Scope
    from conmuta_plan import TenantPlan

REFUSED = 1
UNREADABLE = 2
STANDARD_INPUT = "-"


def add_language(parser: argparse.ArgumentParser) -> None:
    """`--language`, the tenant's own unless given."""
    help_text = "of what is printed; the tenant's own unless given"
    parser.add_argument("--language", choices=("es", "en"), help=help_text)


def add_file(parser: argparse.ArgumentParser) -> None:
    """The file, and what to do with what it does not have."""
    parser.add_argument(
        "file", help="a tenant's or an operator's file (YAML); - reads the standard input"
    )
    parser.add_argument(
        "--remove", action="store_true", help="also remove the objects that the file does not have"
    )
    add_language(parser)


def ready() -> None:
    """Django, set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import django

    django.setup()


def read(name: str) -> "tuple[Document, Path | None]":
    """The document of a file, a tenant's or an operator's, and the folder where what belongs to it
    is looked for."""
    if name == STANDARD_INPUT:
        return _document(sys.stdin.read()), None
    path = Path(name)
    return _document(path.read_text("utf-8")), path.absolute().parent


def _document(text: str) -> "Document":
    from conmuta.documents import api as documents
    from conmuta.documents.operators import api as operators

    return operators.read(text) if operators.is_operators(text) else documents.read(text)


def door_of(document: "Document") -> "ModuleType":
    """The door by which such a document is applied."""
    from conmuta.documents import api as documents
    from conmuta.documents.operators import api as operators

    return operators if isinstance(document, operators.OperatorDocument) else documents


def on_file(
    args: argparse.Namespace,
    command: str,
    work: "Callable[[Scope, Document, Path | None], tuple[Applied, Iterator[str]]]",
) -> int:
    """Reads the file, works in the system's scope, and prints; or says why not."""
    ready()
    from django.utils import translation

    from conmuta.documents.api import BadDocument
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    language = args.language or "en"
    try:
        document, folder = read(args.file)
        language = args.language or document.language
        with Scope.system(f"command:{command}").active() as scope:
            _, lines = work(scope, document, folder)
    except BadDocument as bad:
        return refused(args.file, *map(str, bad.faults))
    except UnicodeDecodeError:
        return refused(args.file, "is not a text in UTF-8.")
    except OSError as error:
        return refused(args.file, error.strerror or str(error))
    except Problem as problem:
        with translation.override(language):
            return refused(args.file, str(problem))
    print("\n".join(lines))
    return 0


def refused(subject: str, *sentences: str) -> int:
    """Says why not; the exit code."""
    for sentence in sentences:
        print(f"{subject}: {sentence}", file=sys.stderr)
    return REFUSED


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
