"""The fraud guard's settings: a tenant's own, else its operator's for all.

What the guard does with them is the node's ledger's; what it has blocked is not told here.
"""

from collections.abc import Sequence

from django.db import transaction

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import faults
from conmuta.apps.rating.contracts import Ceilings, Guard, GuardPolicy
from conmuta.apps.rating.queries import GUARD_DEFAULTS, GUARDS
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import nouns
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope

NAME = "guard"
USUAL = GuardPolicy(
    guard=Guard(
        tenant=Ceilings(calls_per_minute=300, new_countries_per_day=10),
        each_extension=Ceilings(minutes_per_day=720, calls_per_minute=30, new_countries_per_day=3),
    )
)
"""Where an operator says nothing: what no office reaches, and a thief soon does. Countries and
premium are closed; money has no ceiling that fits every currency, so operators set their own."""


def guard(scope: Scope) -> Guard:
    """What holds for `scope`'s tenant."""
    own = nouns.load(scope, GUARDS).get(NAME)
    if own is not None:
        return own.guard
    with Scope.for_operator(tenancy.operator_of(scope).id, scope.actor).active() as operator:
        return guard_defaults(operator).guard


def guards(scope: Scope) -> dict[str, GuardPolicy]:
    """The policy of a tenant's own, if it has one."""
    return nouns.load(scope, GUARDS)


def guard_defaults(scope: Scope) -> GuardPolicy:
    """What holds for an operator's tenants that have no policy of their own."""
    return nouns.load(scope, GUARD_DEFAULTS).get(NAME, USUAL)


@transaction.atomic
def save_guard(scope: Scope, policies: Sequence[GuardPolicy]) -> list[Change[GuardPolicy]]:
    """Gives a tenant a policy of its own."""
    nouns.refuse(GUARDS, policies, faults.guard_faults)
    return fleet.touched(scope, nouns.put(scope, GUARDS, policies))


@transaction.atomic
def remove_guard(scope: Scope, names: Sequence[str] = (NAME,)) -> list[Change[GuardPolicy]]:
    """From now on the operator's policy for all holds for this tenant too."""
    return fleet.touched(scope, nouns.remove(scope, GUARDS, names))


@transaction.atomic
def save_guard_defaults(scope: Scope, policies: Sequence[GuardPolicy]) -> list[Change[GuardPolicy]]:
    """Sets the policy for all of an operator's tenants that have none of their own."""
    nouns.refuse(GUARD_DEFAULTS, policies, faults.guard_faults)
    changes = nouns.put(scope, GUARD_DEFAULTS, policies)
    if changes:
        touch_tenants(scope)
    return changes


def touch_tenants(scope: Scope) -> None:
    """The plans of all of an operator's tenants are stale."""
    for tenant in tenancy.slugs(scope).values():
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            fleet.touch(own)
