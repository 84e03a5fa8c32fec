"""A company's prompts and their versions."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conmuta.platform.scope import Scope

HELP = "list a company's prompts and their versions: ./conmuta prompts TENANT"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The company."""
    parser.add_argument("tenant", help="the company's slug")


def run(args: argparse.Namespace) -> int:
    """Print the list; 1 where there is no such company."""
    from conmuta.cli._tenants import ready, refused, tenant_scope

    ready()
    from conmuta.platform.errors import Problem

    try:
        with tenant_scope(args.tenant, "prompts") as scope:
            print("\n".join(told(scope)) or "No prompts.")
    except Problem as problem:
        return refused(args.tenant, str(problem))
    return 0


def told(scope: "Scope") -> "Iterator[str]":
    """A line for each prompt, and one for each version that it has had."""
    from conmuta.apps.callflow import api as callflow

    for name, prompt in sorted(callflow.prompts(scope).items()):
        yield f"{name}: {prompt.text or 'recorded'}"
        for version in callflow.prompt_versions(scope, name):
            said = version.text or "recorded"
            made = f"{version.made_at[:19]}Z, {version.digest[:12]}"
            yield f"  version {version.number}, {made}: {said}"
