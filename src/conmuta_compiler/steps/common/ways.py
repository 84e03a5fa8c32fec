"""Where exits lead in the dialplan."""

from collections.abc import Iterable

from conmuta_compiler import names
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.kind import F, Placed
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow

HANG_UP = "Hangup()"


def flow_context(tenant: str, flow: str) -> str:
    return names.context(tenant, "flow", flow)


def local_context(plan: TenantPlan) -> str:
    """What can be dialled inside."""
    return names.context(plan.tenant, "local")


def ring_context(plan: TenantPlan) -> str:
    return names.context(plan.tenant, "ring")


def receiving_context(tenant: str, flow: str, step: str) -> str:
    """What is told when a call that received a fax ends."""
    return names.context(tenant, "faxed", f"{flow}.{step}")


def menu_context(tenant: str, flow: str, step: str) -> str:
    """Where a step that listens has its keys."""
    return names.context(tenant, "menu", f"{flow}.{step}")


def entry(flow: Flow, step: str) -> str:
    """The Asterisk extension of a step. The first one is `start`, which spares a jump.

    The prefix keeps a step from being one of Asterisk's own (`h`, `t`, `i`, …); and Asterisk
    ignores `-` in extensions.
    """
    return "start" if step == flow.start else f"step_{step.replace('-', '.')}"


def target(here: Placed[F], exit_name: str) -> str | None:
    """`context,extension,priority` behind an exit, or None."""
    step = here.step.exits.get(exit_name)
    if step is None:
        return None
    context = flow_context(here.plan.tenant, here.flow.name)
    return f"{context},{entry(here.flow, step)},1"


def leave(here: Placed[F], block: Block, exit_name: str, label: str = "") -> None:
    """Leaves by an exit; hangs up where it leads nowhere."""
    place = target(here, exit_name)
    if place is None:
        block.app(HANG_UP, label)
        return
    if exit_name != "next":
        block.app(here.event("took", exit_name), label)
        label = ""
    block.app(f"Goto({place})", label)


def branch(here: Placed[F], block: Block, tests: Iterable[tuple[str, str]], otherwise: str) -> None:
    """Jumps by the first test (an expression, its exit) that holds; else leaves by `otherwise`."""
    taken = [(test, name) for test, name in tests if here.leads(name)]
    for index, (test, _) in enumerate(taken):
        block.app(f"GotoIf({test}?x{index})")
    leave(here, block, otherwise)
    for index, (_, name) in enumerate(taken):
        leave(here, block, name, f"x{index}")


def by_result(here: Placed[F], block: Block, results: Iterable[tuple[str, str]]) -> None:
    """Leaves by the exit that goes with the value of RESULT; hangs up where none does."""
    tests = [(f'$["${{RESULT}}"="{result}"]', name) for result, name in results]
    branch(here, block, tests, "")
