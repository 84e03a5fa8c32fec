"""API tokens: made, listed, revoked."""

import argparse
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope

HELP = "API tokens: ./conmuta token create TENANT NAME calls:read, list, revoke"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and whose the tokens are."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("create", "list", "revoke"):
        each = verbs.add_parser(verb)
        each.add_argument("owner", help="a tenant's slug, `operator:SLUG`, or `platform`")
        if verb != "list":
            each.add_argument("name", help="what people call the token")
        if verb == "create":
            each.add_argument("scopes", nargs="+", help="such as calls:read, extensions:write, *")
            each.add_argument("--days", type=int, help="for how long; for ever unless given")


def run(args: argparse.Namespace) -> int:
    """0, or 1 with the reason."""
    _tenants.ready()
    from conmuta.platform.errors import Problem

    try:
        with _owner(args.owner) as scope:
            lines = {"create": _create, "list": _list, "revoke": _revoke}[args.verb](scope, args)
    except Problem as problem:
        return _tenants.refused(args.owner, str(problem))
    print("\n".join(lines))
    return 0


def _owner(name: str) -> "AbstractContextManager[Scope]":
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    if name == "platform":
        return Scope.system("command:token").active()
    if name.startswith("operator:"):
        with Scope.system("command:token").active() as system:
            found = tenancy.operator_by_slug(system, name.partition(":")[2])
        return Scope.for_operator(found.id, "command:token").active()
    return _tenants.tenant_scope(name, "token")


def _create(scope: "Scope", args: argparse.Namespace) -> list[str]:
    from datetime import timedelta

    from django.utils import timezone

    from conmuta.apps.identity import api as identity

    until = timezone.now() + timedelta(days=args.days) if args.days else None
    return [identity.create_token(scope, args.name, args.scopes, until)]


def _list(scope: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.identity import api as identity

    del args
    found = identity.tokens(scope)
    return [f"{t.prefix}…  {t.name}  {' '.join(t.scopes)}  used {t.used_at}" for t in found] or [
        "no tokens"
    ]


def _revoke(scope: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.identity import api as identity

    identity.revoke_token(scope, args.name)
    return [f"{args.name}: revoked"]
