"""Two companies with the same numbers, queues, rooms and mailboxes on one Asterisk."""

from tests.support.company import company, flow, gateway, inbound, step
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone, Talk

from conmuta_plan.people import ConferenceRoom, Mailbox
from conmuta_plan.queues import Agent, Queue, QueueMembership, Strategy

QUEUE = Queue(name="ventas", title="Ventas", number="560", strategy=Strategy.RINGALL)
AGENT = Agent(
    number="551", name="Diego", extension="551", queues=(QueueMembership(queue="ventas"),)
)
COMMON = {
    "queues": (QUEUE,),
    "agents": (AGENT,),
    "conferences": (ConferenceRoom(number="800", name="Sala"),),
    "mailboxes": (Mailbox(number="500", name="General", pin="5555"),),
    "flows": (flow("main", step("ring", "extension", number="550")),),
}
ACME = company(
    "acme",
    gateways=(gateway("main", "127.0.0.80"), gateway("spare", "127.0.0.81")),
    numbers=(inbound("24000000", "main"),),
    **COMMON,
)
RIVAL = company(
    "rival",
    gateways=(gateway("main", "127.0.0.82"), gateway("spare", "127.0.0.83")),
    numbers=(inbound("25000000", "main"),),
    **COMMON,
)


def both(labs: Labs) -> AsteriskLab:
    """An Asterisk with both of them."""
    made = labs(ACME, RIVAL)
    # What an intruder tries is worth a line in the log
    made.expect("AOR .* not found", "Dropping .* bytes", "external_replaces", "No subscription")
    made.expect("target does not exist")
    return made


async def phone(lab: AsteriskLab, number: str, tenant: str) -> Phone:
    return await lab.phone(f"{number}@{tenant}.example.test")


async def talking(caller: Phone, called: Phone) -> tuple[Talk, Talk]:
    out = await caller.dial(called.number)
    came = await called.picks_up()
    return await out.is_answered(), came
