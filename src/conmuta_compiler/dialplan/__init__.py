"""extensions.conf of a tenant: its numbers, each in the contexts where it may be dialled."""

from conmuta_compiler.dialplan import inbound, inside, outside, people, services
from conmuta_compiler.flows import render_flows
from conmuta_compiler.shared import ledger
from conmuta_compiler.text import Section, file
from conmuta_plan import TenantPlan


def tenant(plan: TenantPlan) -> str:
    parts: list[object] = [*inside.contexts(plan), *people.contexts(plan), *services.contexts(plan)]
    parts += [*outside.contexts(plan), *inbound.contexts(plan)]
    if plan.operator:
        parts.append(Section(name=f"{plan.tenant}-home", lines=(ledger.home(plan.country),)))
    flows = render_flows(plan)
    if flows:
        parts.append(flows)
    return file(f"Numbers of {plan.title} ({plan.tenant})", parts)
