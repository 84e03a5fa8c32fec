"""Companies for the compiler's tests."""

from dataclasses import replace
from typing import Any

from tests.golden.plans import everything

from conmuta_plan import TenantPlan
from conmuta_plan.people import Extension


def company(**changes: Any) -> TenantPlan:
    """A company that uses all that there is; `changes` replace whole fields."""
    return replace(everything(), **changes)


def with_extension(number: str, **changes: Any) -> TenantPlan:
    """The same with one extension changed."""
    plan = everything()
    changed = (replace(e, **changes) if e.number == number else e for e in plan.extensions)
    return replace(plan, extensions=tuple(changed))


def extension(number: str, **more: Any) -> Extension:
    standard: dict[str, Any] = {"account": number, "secret": "clave", "name": number}
    return Extension(number=number, **(standard | more))
