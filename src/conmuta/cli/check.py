"""What is wrong with a tenant's calls before a caller finds out."""

import argparse
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta_plan import TenantPlan

HELP = "find dead ends, loops, gaps and missing prompts: ./conmuta check TENANT"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant."""
    parser.add_argument("tenant", help="the tenant's slug")
    _tenants.add_language(parser)


def run(args: argparse.Namespace) -> int:
    """0 without errors (warnings and hints may be printed), 1 with errors or no such tenant."""

    def work(plan: "TenantPlan") -> int:
        from conmuta_compiler.check import Severity, check
        from conmuta_compiler.steps.common.words import words

        language = args.language or plan.language
        names = {
            Severity.ERROR: words("error", "error"),
            Severity.WARNING: words("warning", "aviso"),
            Severity.HINT: words("hint", "sugerencia"),
        }
        found = check(plan)
        for finding in found:
            name = names[finding.severity].text(language)
            print(f"{name}: {finding.where}: {finding.text(language)}")
        if not found:
            fine = words("{title}: nothing found.", "{title}: nada que objetar.", title=plan.title)
            print(fine.text(language))
        return int(any(finding.severity is Severity.ERROR for finding in found))

    return _tenants.on_plan(args, "check", work)
