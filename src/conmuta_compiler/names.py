"""Every name that the compiler gives in Asterisk. A tenant's names begin with its slug."""

import hashlib
from collections.abc import Iterable

from conmuta_plan import TenantPlan
from conmuta_plan.outside import ClassKind
from conmuta_plan.people import Extension

LONGEST_CONTEXT = 77  # AST_MAX_CONTEXT, less an end and room for "-r"
NOWHERE = "c-nowhere"
"""Where a caller from outside may transfer to: a context without extensions."""


def context(tenant: str, *parts: str) -> str:
    """`T-part-part`; a name too long for Asterisk ends in a digest instead."""
    name = "-".join((tenant, *parts))
    if len(name) <= LONGEST_CONTEXT:
        return name
    return f"{name[: LONGEST_CONTEXT - 13]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def endpoint(plan: TenantPlan, extension: Extension) -> str:
    return f"{extension.account}@{plan.domain}"


def gateway(tenant: str, name: str) -> str:
    return f"{tenant}-gw-{name}"


def permissions(plan: TenantPlan, classes: Iterable[str]) -> tuple[str, ...]:
    """The classes of a permission set in the plan's order, so that equal sets share a name.

    Every telephone may call for help.
    """
    wanted = set(classes)
    wanted |= {each.name for each in plan.classes if each.kind is ClassKind.EMERGENCY}
    return tuple(each.name for each in plan.classes if each.name in wanted)


def phones(plan: TenantPlan, classes: Iterable[str]) -> str:
    """The context of telephones that may dial `classes`."""
    return context(plan.tenant, "phones", *permissions(plan, classes))


def transfers(plan: TenantPlan, classes: Iterable[str]) -> str:
    """The same for where they transfer to: unknown numbers are not found, the call stays."""
    return context(plan.tenant, "transfer", *permissions(plan, classes))


def outside(plan: TenantPlan, classes: Iterable[str]) -> str:
    """The context that knows which outside numbers such telephones may dial."""
    return context(plan.tenant, "out", *permissions(plan, classes))


def shape(number: str) -> str:
    """The pattern of the numbers with its first digit and length, "" where it is not of digits."""
    return f"_{number[0]}{'X' * (len(number) - 1)}" if number.isdecimal() else ""


def queue(tenant: str, name: str) -> str:
    return f"{tenant}-{name}"


def mailbox(tenant: str, number: str) -> str:
    return f"{number}@{tenant}"


def music(plan: TenantPlan, name: str | None) -> str:
    """A music class: the one named, else the tenant's own default, else the node's."""
    ours = {each.name for each in plan.music}
    wanted = name or "default"
    return f"{plan.tenant}-{wanted}" if wanted in ours else "default"


def media(digest: str) -> str:
    """A prompt as the dialplan says it."""
    return f"/state/media/{digest}"
