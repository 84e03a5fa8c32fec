"""The letters of which a plan's names and numbers may be made, checked before anything else.

What stands unquoted in Asterisk's files (numbers, names, hosts, patterns, PINs) is checked here;
what does not match is refused with its place, so that no other module need escape it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from conmuta_compiler.errors import InvalidPlan
from conmuta_plan import TenantPlan
from conmuta_plan.outside import CallClass, Gateway, InboundNumber
from conmuta_plan.people import ConferenceRoom, Extension, Forwards, Mailbox, Parking
from conmuta_plan.queues import Agent, Queue

RESERVED = frozenset({"c", "default", "general", "globals", "zonemessages"})
"""What Asterisk, or the contexts that tenants share, are called."""
SLUG = re.compile(r"(?=.{1,32}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
NUMBER = re.compile(r"[0-9*#+]{1,32}")
DIGITS = re.compile(r"[0-9]{1,20}")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
INBOUND = re.compile(r"\+?[A-Za-z0-9*#.-]{1,40}")
PATTERN = re.compile(r"(?=.*[0-9XZN\]])(\+?[0-9XZN*#-]|\[[0-9-]+\])+[.!]?")
HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9._:-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
CALLER = re.compile(r"\+?[0-9*#]{1,20}")
SIP_USER = re.compile(r"[A-Za-z0-9+._~*#-]{1,64}")
PROXY = re.compile(r"(sips?:)?[A-Za-z0-9._:@-]{1,200}(;(lr|transport=(udp|tcp|tls)))*")
DIGEST = re.compile(r"[0-9a-f]{64}")
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,190}")
ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}")
LANGUAGE = re.compile(r"es|en")
COUNTRY = re.compile(r"[A-Za-z]{2}|")
SECRET = re.compile(r"[!-~]([ -~]{0,126}[!-~])?")
CODEC = re.compile(r"opus|g722|alaw|ulaw|g729|gsm|ilbc|g726|speex|speex16|amr|amrwb|slin16")


@dataclass(frozen=True, slots=True)
class Atom:
    """One value that must match; `secret` values are not repeated in the complaint."""

    where: str
    value: str
    kind: re.Pattern[str]
    secret: bool = False


def check_atoms(plan: TenantPlan) -> None:
    """Raises `InvalidPlan` at the first value that has letters it must not have."""
    for atom in _atoms(plan):
        if not atom.kind.fullmatch(atom.value):
            shown = "what it holds" if atom.secret else repr(atom.value)
            raise InvalidPlan(atom.where, f"{shown} has characters that do not belong there.")
    if plan.tenant in RESERVED or plan.tenant.startswith("c-"):
        raise InvalidPlan("tenant", f"{plan.tenant!r} is a name of Asterisk's own.")
    for gateway in plan.gateways:
        _check_addresses(gateway)


def _check_addresses(gateway: Gateway) -> None:
    for address in gateway.addresses:
        try:
            ip_network(address, strict=False)
        except ValueError as error:
            where = f"gateway {gateway.name}, address"
            raise InvalidPlan(where, f"{address!r} is no address and no network.") from error


def _atoms(plan: TenantPlan) -> Iterator[Atom]:
    yield from _own(plan)
    for extension in plan.extensions:
        yield from _extension(extension)
    for box in plan.mailboxes:
        yield from _mailbox(box)
    for queue in plan.queues:
        yield from _queue(queue)
    for agent in plan.agents:
        yield from _agent(agent)
    yield from _outside(plan)
    yield from _inside(plan)


def _own(plan: TenantPlan) -> Iterator[Atom]:
    yield Atom("tenant", plan.tenant, SLUG)
    yield Atom("tenant, domain", plan.domain, HOST)
    yield Atom("tenant, time zone", plan.time_zone, ZONE)
    yield Atom("tenant, language", plan.language, LANGUAGE)
    yield Atom("tenant, country", plan.country, COUNTRY)
    yield from _optional("tenant, mail from", plan.mail_from, EMAIL)


def _extension(extension: Extension) -> Iterator[Atom]:
    where = f"extension {extension.number}"
    yield Atom(where, extension.number, NUMBER)
    yield Atom(f"{where}, account", extension.account, ACCOUNT)
    yield Atom(f"{where}, secret", extension.secret, SECRET, secret=True)
    yield from _optional(f"{where}, language", extension.language, LANGUAGE)
    yield from _optional(f"{where}, external caller id", extension.external_caller_id, CALLER)
    yield from _each(f"{where}, class", extension.classes, NAME)
    yield from _each(f"{where}, pickup group", extension.pickup_groups, NAME)
    yield from _each(f"{where}, codec", extension.codecs, CODEC)
    yield from _forwards(f"{where}, forward", extension.forwards)
    if extension.mailbox:
        yield from _mailbox(extension.mailbox)


def _forwards(where: str, forwards: Forwards) -> Iterator[Atom]:
    for number in (forwards.always, forwards.busy, forwards.no_answer):
        yield from _optional(where, number, NUMBER)


def _mailbox(box: Mailbox) -> Iterator[Atom]:
    where = f"mailbox {box.number}"
    yield Atom(where, box.number, NUMBER)
    yield Atom(f"{where}, PIN", box.pin, DIGITS, secret=True)
    yield from _each(f"{where}, e-mail", box.emails, EMAIL)
    yield from _optional(f"{where}, language", box.language, LANGUAGE)
    yield from _optional(f"{where}, greeting", box.greeting, NAME)


def _queue(queue: Queue) -> Iterator[Atom]:
    where = f"queue {queue.name}"
    yield Atom(where, queue.name, NAME)
    yield from _optional(f"{where}, number", queue.number, NUMBER)
    yield from _optional(f"{where}, music", queue.music, NAME)
    for prompt in (queue.entry_prompt, queue.periodic_prompt, queue.agent_prompt):
        yield from _optional(f"{where}, prompt", prompt, NAME)


def _agent(agent: Agent) -> Iterator[Atom]:
    where = f"agent {agent.number}"
    yield Atom(where, agent.number, NUMBER)
    yield Atom(f"{where}, extension", agent.extension, NUMBER)
    yield from _optional(f"{where}, PIN", agent.pin, DIGITS)
    yield from _each(f"{where}, queue", [each.queue for each in agent.queues], NAME)


def _outside(plan: TenantPlan) -> Iterator[Atom]:
    for gateway in plan.gateways:
        yield from _gateway(gateway)
    for number in plan.numbers:
        yield from _number(number)
    for each in plan.classes:
        yield from _class(each)
    yield from _each("flows' call classes", plan.flow_classes, NAME)


def _gateway(gateway: Gateway) -> Iterator[Atom]:
    where = f"gateway {gateway.name}"
    yield Atom(where, gateway.name, NAME)
    yield Atom(f"{where}, host", gateway.host, HOST)
    yield from _optional(f"{where}, user name", gateway.username, SIP_USER)
    if gateway.secret is not None:
        yield Atom(f"{where}, secret", gateway.secret, SECRET, secret=True)
    yield from _optional(f"{where}, outbound proxy", gateway.outbound_proxy, PROXY)
    yield from _optional(f"{where}, from user", gateway.from_user, SIP_USER)
    yield from _optional(f"{where}, from domain", gateway.from_domain, HOST)
    yield from _optional(f"{where}, caller id", gateway.caller_id, CALLER)
    yield from _optional(f"{where}, prepend", gateway.prepend or None, NUMBER)
    yield from _each(f"{where}, codec", gateway.codecs, CODEC)


def _number(number: InboundNumber) -> Iterator[Atom]:
    where = f"number {number.number}"
    yield Atom(where, number.number, INBOUND)
    yield Atom(f"{where}, target", number.target.name, NAME)
    yield from _each(f"{where}, gateway", number.gateways, NAME)
    yield from _optional(f"{where}, language", number.language, LANGUAGE)


def _class(each: CallClass) -> Iterator[Atom]:
    where = f"call class {each.name}"
    yield Atom(where, each.name, NAME)
    yield from _each(f"{where}, pattern", each.patterns, PATTERN)
    yield from _each(f"{where}, gateway", each.gateways, NAME)
    yield from _each(f"{where}, PIN", each.pins, DIGITS)
    yield from _optional(f"{where}, prepend", each.prepend or None, NUMBER)


def _inside(plan: TenantPlan) -> Iterator[Atom]:
    for prompt in plan.prompts:
        yield Atom("prompt", prompt.name, NAME)
        yield Atom(f"prompt {prompt.name}, digest", prompt.digest, DIGEST)
    for music in plan.music:
        yield Atom("music", music.name, NAME)
    for room in plan.conferences:
        yield from _room(room)
    if plan.parking:
        yield from _parking(plan.parking)
    for speed_dial in plan.speed_dials:
        yield Atom("speed dial", speed_dial.code, NUMBER)
        yield Atom(f"speed dial {speed_dial.code}", speed_dial.number, NUMBER)
    for name in plan.features.__dataclass_fields__:
        yield Atom(f"feature code {name}", getattr(plan.features, name), NUMBER)
    for name in plan.reception.__dataclass_fields__:
        yield from _optional("reception", getattr(plan.reception, name), NAME)


def _room(room: ConferenceRoom) -> Iterator[Atom]:
    yield Atom("conference room", room.number, NUMBER)
    for pin in (room.pin, room.admin_pin):
        yield from _optional(f"conference room {room.number}, PIN", pin, DIGITS)


def _parking(parking: Parking) -> Iterator[Atom]:
    yield Atom("parking", parking.number, DIGITS)


def _optional(where: str, value: str | None, kind: re.Pattern[str]) -> Iterator[Atom]:
    if value is not None:
        yield Atom(where, value, kind, secret=where.endswith("PIN"))


def _each(where: str, values: Iterable[str], kind: re.Pattern[str]) -> Iterator[Atom]:
    for value in values:
        yield Atom(where, value, kind, secret=where.endswith("PIN"))
