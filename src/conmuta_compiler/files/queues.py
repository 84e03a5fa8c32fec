"""queues.conf: a tenant's queues and the agents who are always signed in to them."""

from collections.abc import Iterator

from conmuta_compiler import names
from conmuta_compiler.text import Section, display_name, file, setting, settings, tenants_include
from conmuta_plan import TenantPlan
from conmuta_plan.queues import Queue

ABSENT = "paused,penalty,invalid,unavailable,unknown"
"""Members who do not count where a caller should not wait for nobody."""


def tenant(plan: TenantPlan) -> str:
    sections = [_queue(plan, each) for each in plan.queues]
    return file(f"Queues of {plan.title} ({plan.tenant})", sections)


def _queue(plan: TenantPlan, queue: Queue) -> Section:
    return Section(
        name=names.queue(plan.tenant, queue.name),
        note=f"Queue {queue.name}: {queue.title}",
        lines=(*_who(plan, queue), *_announcements(plan, queue), *_members(plan, queue)),
    )


def _who(plan: TenantPlan, queue: Queue) -> tuple[str, ...]:
    return settings(
        strategy=queue.strategy,
        musicclass=names.music(plan, queue.music),
        context=names.context(plan.tenant, "queue-keys", queue.name),
        timeout=queue.ring_seconds,
        retry=queue.retry_seconds,
        wrapuptime=queue.wrap_up_seconds,
        maxlen=queue.max_callers,
        weight=queue.weight,
        servicelevel=queue.service_level_seconds,
        joinempty=True if queue.enter_without_agents else ABSENT,
        leavewhenempty=ABSENT if queue.leave_without_agents else False,
        autopause=queue.auto_pause,
        ringinuse=False,
        timeoutpriority="conf",
        setinterfacevar=True,
    )


def _announcements(plan: TenantPlan, queue: Queue) -> Iterator[str]:
    spoken = queue.announce_position or queue.announce_wait
    periodic = prompt(plan, queue.periodic_prompt)
    lines = {
        "announce-frequency": queue.announce_seconds if spoken else 0,
        "min-announce-frequency": min(15, queue.announce_seconds) if spoken else None,
        "announce-position": "yes" if queue.announce_position else "no",
        "announce-holdtime": "yes" if queue.announce_wait else "no",
        "periodic-announce": periodic,
        "periodic-announce-frequency": queue.periodic_seconds if periodic else 0,
    }
    for key, value in lines.items():
        if value is not None:
            yield setting(key, value)


def prompt(plan: TenantPlan, name: str | None) -> str | None:
    """A prompt's file by its name, where the plan has it."""
    digests = (each.digest for each in plan.prompts if each.name == name)
    return next(map(names.media, digests), None)


def _members(plan: TenantPlan, queue: Queue) -> Iterator[str]:
    phones = {each.number: names.endpoint(plan, each) for each in plan.extensions}
    for agent in plan.agents:
        for membership in agent.queues:
            if agent.always_signed_in and membership.queue == queue.name:
                yield f"; Agent {agent.number}: {display_name(agent.name)}"
                interface = f"PJSIP/{phones[agent.extension]}"
                yield f"member => {interface},{membership.penalty},{agent.number},{interface}"


def node() -> str:
    general = settings(
        persistentmembers=True,
        autofill=True,
        shared_lastcall=True,
        log_membername_as_agent=True,
    )
    return file("Queues", [Section(name="general", lines=general), tenants_include("queues.conf")])
