"""A phone's one-time password, and links for softphones."""

import argparse
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope

HELP = "set up a phone: ./conmuta phone TENANT MAC, or ./conmuta phone TENANT --extension 550"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant, and the phone or the extension."""
    parser.add_argument("tenant", help="the tenant's slug")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("mac", nargs="?", help="a desk phone of the tenant: its one-time password")
    which.add_argument("--extension", metavar="NUMBER", help="a link for this one's softphone")


def run(args: argparse.Namespace) -> int:
    """0, or 1 where there is no such tenant, phone or extension."""
    _tenants.ready()
    from conmuta.platform.errors import Problem

    try:
        with _tenants.tenant_scope(args.tenant, "phone") as scope:
            print(
                "\n".join(
                    _link(scope, args.extension) if args.extension else _desk(scope, args.mac)
                )
            )
    except Problem as problem:
        return _tenants.refused(args.tenant, str(problem))
    return 0


def _desk(scope: "Scope", mac: str) -> list[str]:
    from django.utils import timezone

    from conmuta.apps.phones import api as phones

    once = phones.make_one_time(scope, mac, timezone.now())
    vendor = phones.VENDORS[phones.phones(scope)[once.user].vendor]
    return [
        f"address   {once.url}",
        f"user      {once.user}",
        f"password  {once.password}   (once, until {once.until:%Y-%m-%d %H:%M} UTC)",
        f"{vendor.title}: {vendor.guide}",
    ]


def _link(scope: "Scope", extension: str) -> list[str]:
    from django.utils import timezone

    from conmuta.apps.phones import api as phones

    link = phones.make_link(scope, extension, timezone.now())
    return [link.url, f"until {link.until:%Y-%m-%d %H:%M} UTC; give it to one person"]
