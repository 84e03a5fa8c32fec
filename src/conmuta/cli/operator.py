"""Operators: made, changed, dressed; their people invited."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope

HELP = "operators: ./conmuta operator create SLUG TITLE --domain D, list, change, brand, invite …"
FACTS = ("title", "domain", "host", "country", "time-zone", "language")
BRAND = ("name", "colour", "ink", "support", "sender")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and to which operator."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="every operator")
    for verb in ("create", "change"):
        each = verbs.add_parser(verb)
        each.add_argument("slug")
        for name in FACTS:
            each.add_argument(f"--{name}", required=verb == "create" and name == "title")
    dressed = verbs.add_parser("brand", help="how its customers see it")
    dressed.add_argument("slug")
    for name in BRAND:
        dressed.add_argument(f"--{name}")
    dressed.add_argument("--logo", type=Path, metavar="FILE", help="PNG, JPEG or WebP")
    invited = verbs.add_parser("invite", help="a person, who gets a link by mail")
    for name in ("slug", "username", "email", "name"):
        invited.add_argument(name)
    invited.add_argument("--role", choices=("administrator", "support", "sales"))
    for verb in ("people", "remove"):
        verbs.add_parser(verb).add_argument("slug")


def run(args: argparse.Namespace) -> int:
    """0, or 1 with the reason."""
    _tenants.ready()
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    try:
        with Scope.system("command:operator").active() as system:
            lines = _VERBS[args.verb](system, args)
    except (Problem, OSError) as problem:
        return _tenants.refused(getattr(args, "slug", "operator"), str(problem))
    print("\n".join(lines))
    return 0


def own_scope(system: "Scope", slug: str) -> "AbstractContextManager[Scope]":
    """An operator's scope, to be entered. Raises `NoSuchOperator`."""
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    found = tenancy.operator_by_slug(system, slug)
    return Scope.for_operator(found.id, system.actor).active()


def _list(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    del args
    found = tenancy.operators(system)
    return [f"{o.slug}  {o.shown}  {o.facts.domain}  {o.facts.host}" for o in found] or [
        "no operators"
    ]


def _create(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    made = tenancy.create_operator(system, args.slug, tenancy.OperatorFacts(**_given(args, FACTS)))
    return [f"{made.slug}: created"]


def _change(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    before = tenancy.operator_by_slug(system, args.slug).facts
    changed = tenancy.change_operator(system, args.slug, replace(before, **_given(args, FACTS)))
    return [f"{args.slug}: {'changed' if changed else 'as it was'}"]


def _brand(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    before = tenancy.operator_by_slug(system, args.slug).brand
    tenancy.set_brand(system, args.slug, replace(before, **_given(args, BRAND)))
    if args.logo:
        tenancy.set_logo(system, args.slug, args.logo.read_bytes())
    after = tenancy.operator_by_slug(system, args.slug)
    shown = [f"{item.name}: {getattr(after.brand, item.name)}" for item in fields(after.brand)]
    return [*shown, f"logo: {after.logo_type}"]


def _invite(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.identity import api as identity

    person = identity.OperatorPerson(
        username=args.username,
        email=args.email,
        name=args.name,
        permissions=identity.ROLES[args.role or "administrator"],
    )
    with own_scope(system, args.slug) as own:
        if not identity.put_operator_person(own, person):
            identity.invite_operator_person(own, args.username)
    return [f"{args.username}: a mail with a link goes to {args.email}"]


def _people(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.identity import api as identity

    with own_scope(system, args.slug) as own:
        found = identity.operator_people(own)
    return [f"{p.username}  {p.email}  {' '.join(sorted(p.permissions))}" for p in found] or [
        "nobody"
    ]


def _remove(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.remove_operator(system, args.slug)
    return [f"{args.slug}: removed"]


def _given(args: argparse.Namespace, names: tuple[str, ...]) -> dict[str, str]:
    keys = [name.replace("-", "_") for name in names]
    return {key: getattr(args, key) for key in keys if getattr(args, key) is not None}


_VERBS: "dict[str, Callable[[Scope, argparse.Namespace], list[str]]]" = {
    "list": _list,
    "create": _create,
    "change": _change,
    "brand": _brand,
    "invite": _invite,
    "people": _people,
    "remove": _remove,
}
