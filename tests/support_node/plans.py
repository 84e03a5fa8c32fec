"""Small plans for the agent's tests."""

from dataclasses import replace

from conmuta_plan import TenantPlan
from conmuta_plan.people import Extension


def small_plan(tenant: str = "acme", **changes: object) -> TenantPlan:
    """Two extensions, 550 and 551."""
    plan = TenantPlan(
        tenant=tenant,
        domain=f"{tenant}.example.test",
        title=tenant.title(),
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        extensions=(extension("550"), extension("551")),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]


def extension(number: str, **changes: object) -> Extension:
    """An extension whose account is its number."""
    one = Extension(number=number, account=number, secret=f"s3cret-{number}", name=f"Ext {number}")
    return replace(one, **changes)  # type: ignore[arg-type]
