"""Tenants of an operator: opened, suspended, served again, ended; what they may have."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants
from conmuta.cli.operator import own_scope

if TYPE_CHECKING:
    from conmuta.apps.tenancy.api import Limits, Service, TenantView
    from conmuta.platform.scope import Scope

HELP = "companies: ./conmuta tenant open OPERATOR SUBDOMAIN TITLE …, suspend, end, limits, services"
LIMITS = (
    "extensions",
    "agents",
    "max-calls-in",
    "max-calls-out",
    "storage-megabytes",
    "minutes-per-day",
    "money-per-day",
)
NONE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and to which tenant."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="every tenant").add_argument("--operator")
    _opening(verbs.add_parser("open", help="make it, and invite its first administrator by mail"))
    for verb in ("suspend", "reactivate", "call-back", "show"):
        verbs.add_parser(verb).add_argument("slug")
    ended = verbs.add_parser("end", help="export it, and remove it after the grace")
    ended.add_argument("slug")
    ended.add_argument("--days", type=int, default=30, help="the grace; 30 unless given")
    offered = verbs.add_parser("services", help="which are on; the others are off")
    offered.add_argument("slug")
    offered.add_argument("services", nargs="*", help="none: no service at all")
    limited = verbs.add_parser("limits", help="how much it may have")
    limited.add_argument("slug")
    _limits(limited)
    kept = verbs.add_parser("exports", help="files of tenants that end or have ended")
    kept.add_argument("operator")
    kept.add_argument("--id", type=int, help="with --output: write this one")
    kept.add_argument("--output", type=Path, metavar="FILE")


def _opening(parser: argparse.ArgumentParser) -> None:
    for name in ("operator", "subdomain", "title"):
        parser.add_argument(name)
    for name in ("name", "email"):
        parser.add_argument(f"--{name}", required=True, help="of the first administrator")
    for name in ("telephone", "slug", "country", "time-zone", "language"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--without", nargs="*", default=[], metavar="SERVICE")
    _limits(parser)


def _limits(parser: argparse.ArgumentParser) -> None:
    for name in LIMITS:
        parser.add_argument(f"--{name}", metavar="N", help=f"a number, or `{NONE}`")


def run(args: argparse.Namespace) -> int:
    """0, or 1 with the reason."""
    _tenants.ready()
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    subject = getattr(args, "slug", "") or getattr(args, "subdomain", "") or "tenant"
    try:
        with Scope.system("command:tenant").active() as system:
            lines = _VERBS[args.verb](system, args)
    except (Problem, OSError, ValueError) as problem:
        return _tenants.refused(subject, str(problem))
    print("\n".join(lines))
    return 0


def _list(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    found = [t for t in tenancy.tenants(system) if args.operator in {None, t.operator}]
    return [_line(tenant) for tenant in found] or ["no tenants"]


def _line(tenant: "TenantView") -> str:
    ends = f"  ends {tenant.ends_at:%Y-%m-%d %H:%M} UTC" if tenant.ends_at else ""
    return f"{tenant.operator}  {tenant.slug}  {tenant.facts.domain}  {tenant.state}{ends}"


def _open(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.identity import api as identity
    from conmuta.apps.tenancy import api as tenancy

    order = identity.NewTenant(
        title=args.title,
        subdomain=args.subdomain,
        slug=args.slug,
        country=args.country,
        time_zone=args.time_zone,
        language=args.language,
        services=tenancy.EVERY_SERVICE - _services(args.without),
        limits=_limited(tenancy.Limits(), args),
        administrator=identity.Administrator(
            name=args.name, email=args.email, telephone=args.telephone
        ),
    )
    with own_scope(system, args.operator) as own:
        made = identity.open_tenant(own, order)
    return [_line(made), f"{args.name}: a mail with a link goes to {args.email}"]


def _suspend(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.suspend_tenant(system, args.slug)
    return _show(system, args)


def _reactivate(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.reactivate_tenant(system, args.slug)
    return _show(system, args)


def _call_back(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.call_back_tenant(system, args.slug)
    return _show(system, args)


def _end(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.end_tenant(system, args.slug, args.days)
    return _show(system, args)


def _set_services(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenancy.set_services(system, args.slug, _services(args.services))
    return _show(system, args)


def _set_limits(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    before = tenancy.tenant_by_slug(system, args.slug).limits
    tenancy.set_limits(system, args.slug, _limited(before, args))
    return _show(system, args)


def _show(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    tenant = tenancy.tenant_by_slug(system, args.slug)
    limits = [f"{n} {v}" for n in LIMITS if (v := getattr(tenant.limits, _key(n))) is not None]
    return [
        _line(tenant),
        f"services: {' '.join(sorted(tenant.services)) or NONE}",
        f"limits: {', '.join(limits) or NONE}",
    ]


def _exports(system: "Scope", args: argparse.Namespace) -> list[str]:
    from conmuta.apps.tenancy import api as tenancy

    with own_scope(system, args.operator) as own:
        if args.id and args.output:
            args.output.touch(mode=0o600)
            args.output.write_bytes(tenancy.read_export(own, args.id))
            return [f"{args.output}: written"]
        found = tenancy.exports(own)
    return [f"{e.id}  {e.tenant}  {e.made_at:%Y-%m-%d %H:%M} UTC  {e.bytes} B" for e in found] or [
        "no exports"
    ]


def _services(names: list[str]) -> "frozenset[Service]":
    from conmuta.apps.tenancy.api import Service

    return frozenset(Service(name) for name in names)


def _limited(before: "Limits", args: argparse.Namespace) -> "Limits":
    given = {_key(name): getattr(args, _key(name)) for name in LIMITS}
    found = {k: None if v == NONE else int(v) for k, v in given.items() if v is not None}
    return replace(before, **found)


def _key(name: str) -> str:
    return name.replace("-", "_")


_VERBS: "dict[str, Callable[[Scope, argparse.Namespace], list[str]]]" = {
    "list": _list,
    "open": _open,
    "suspend": _suspend,
    "reactivate": _reactivate,
    "call-back": _call_back,
    "end": _end,
    "services": _set_services,
    "limits": _set_limits,
    "show": _show,
    "exports": _exports,
}
