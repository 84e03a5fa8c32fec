"""Queue: waits for an agent, and tells how the wait ended."""

import re
from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.ways import HANG_UP, by_result
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.queues import Queue

RESULTS = ("answered", "full", "timeout", "empty")
ENDS = {
    "answered": words("an agent answers", "atiende un agente"),
    "full": words("the queue is full", "la cola está llena"),
    "timeout": words("nobody answers in time", "nadie atiende a tiempo"),
    "empty": words("no agent is there", "no hay agentes"),
}


class EnterQueue(Fields, frozen=True, kw_only=True):
    """`queue` by its name."""

    queue: str


class QueueKind(StepKind[EnterQueue]):
    name = "queue"
    title = words("Queue", "Cola")
    fields = EnterQueue
    free_exits = re.compile(r"key:[0-9*#]")
    waits = True
    at_once = frozenset({"full", "empty"})

    def exits(self, fields: EnterQueue, plan: TenantPlan) -> tuple[Exit, ...]:
        queue = queue_of(plan, fields.queue)
        required = _possible(queue) if queue else set()
        return tuple(Exit(result, result in required) for result in RESULTS)

    def compile(self, here: Placed[EnterQueue]) -> Block:
        block = Block()
        name = here.fields.queue
        if queue_of(here.plan, name) is None:
            block.app(HANG_UP)
            return block
        place = f"{here.flow.name},{here.step.name}"
        block.app(f"Gosub({here.plan.tenant}-queue,{name},1({place}))")
        results = (*RESULTS, *keys_of(here))
        by_result(here, block, ((result, result) for result in results))
        return block

    def simulate(self, here: Placed[EnterQueue], call: Call) -> Outcome:
        name = here.fields.queue
        told = call.world.queues.get(name)
        if told is None and call.keys and f"key:{call.keys[0]}" in keys_of(here):
            told = f"key:{call.pressed()}"
        call.result = told or "answered"
        end = ENDS.get(call.result) or words(
            "the caller presses {key}", "se oprime {key}", key=call.result.removeprefix("key:")
        )
        text = words("In the queue “{q}”, {end}.", "En la cola «{q}», {end}.", q=name, end=end)
        return Outcome(call.result, text)

    def explain(self, here: Placed[EnterQueue]) -> Words:
        return words(
            "Waits in the queue “{queue}”.",
            "Espera en la cola «{queue}».",
            queue=here.fields.queue,
        )

    def check(self, here: Placed[EnterQueue]) -> Iterable[Finding]:
        if queue_of(here.plan, here.fields.queue) is None:
            text = words(
                "The queue “{queue}” does not exist. Create it, or choose another.",
                "No existe la cola «{queue}». Créela o elija otra.",
                queue=here.fields.queue,
            )
            yield here.finding("queue.missing", Severity.ERROR, text)


def keys_of(here: Placed[EnterQueue]) -> tuple[str, ...]:
    """The exits by keys that this step has."""
    return tuple(name for name in here.step.exits if name.startswith("key:"))


def queue_of(plan: TenantPlan, name: str) -> Queue | None:
    return next((queue for queue in plan.queues if queue.name == name), None)


def _possible(queue: Queue) -> set[str]:
    """How a wait in this queue can end but by an agent."""
    ends = {
        "full": queue.max_callers > 0,
        "timeout": queue.max_wait_seconds > 0,
        "empty": not queue.enter_without_agents or queue.leave_without_agents,
    }
    return {name for name, possible in ends.items() if possible}


KIND = QueueKind()
