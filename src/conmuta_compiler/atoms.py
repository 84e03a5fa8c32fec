"""The letters of which a plan's names and numbers may be made, checked before anything else.

What stands unquoted in Asterisk's files (numbers, names, hosts, patterns, PINs) is checked here;
what does not match is refused with its place, so that no other module need escape it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.steps.common.words import words
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorLink
from conmuta_plan.outside import CallClass, Gateway, InboundNumber
from conmuta_plan.people import ConferenceRoom, Extension, Forwards, Mailbox, Parking
from conmuta_plan.queues import Agent, Queue

RESERVED = frozenset({"c", "o", "default", "general", "globals", "zonemessages"})
"""What Asterisk, or the contexts that tenants share, are called."""
SLUG = re.compile(r"(?=.{1,32}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
UNIT = re.compile(r"o-(?=.{1,32}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
NUMBER = re.compile(r"[0-9*#+]{1,32}")
DIGITS = re.compile(r"[0-9]{1,20}")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
INBOUND = re.compile(r"\+?[A-Za-z0-9*#.-]{1,40}")
PATTERN = re.compile(r"(?=.*[0-9XZN\]])(\+?[0-9XZN*#-]|\[[0-9-]+\])+[.!]?|\+\.")
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
_ASTERISKS = ("{name} is a name of Asterisk's own.", "{name} es un nombre propio de Asterisk.")
_HELD = ("what it holds", "lo que contiene")
_LETTERS = (
    "{shown} has characters that do not belong there.",
    "{shown} tiene caracteres que no van ahí.",
)
_NO_ADDRESS = (
    "{address} is no address and no network.",
    "{address} no es una dirección ni una red.",
)


@dataclass(frozen=True, slots=True)
class Atom:
    """One value that must match; `secret` values are not repeated in the complaint."""

    where: str
    value: str
    kind: re.Pattern[str]
    secret: bool = False


def check_atoms(plan: TenantPlan) -> None:
    """Raises `InvalidPlan` at the first value that has letters it must not have."""
    check_letters(_atoms(plan))
    if plan.tenant in RESERVED or plan.tenant.startswith(("c-", "o-")):
        raise InvalidPlan("tenant", words(*_ASTERISKS, name=repr(plan.tenant)))
    for gateway in plan.gateways:
        check_addresses(gateway)


def check_letters(atoms: Iterable[Atom]) -> None:
    """Raises `InvalidPlan` at the first that has letters it must not have."""
    for atom in atoms:
        if not atom.kind.fullmatch(atom.value):
            shown = words(*_HELD) if atom.secret else repr(atom.value)
            raise InvalidPlan(atom.where, words(*_LETTERS, shown=shown))


def check_addresses(gateway: Gateway) -> None:
    """Raises `InvalidPlan` where an address is none."""
    for address in gateway.addresses:
        try:
            ip_network(address, strict=False)
        except ValueError as error:
            where = f"gateway {gateway.name}, address"
            raise InvalidPlan(where, words(*_NO_ADDRESS, address=repr(address))) from error


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
    yield from optional("tenant, mail from", plan.mail_from, EMAIL)


def _extension(extension: Extension) -> Iterator[Atom]:
    where = f"extension {extension.number}"
    yield Atom(where, extension.number, NUMBER)
    yield Atom(f"{where}, account", extension.account, ACCOUNT)
    yield Atom(f"{where}, secret", extension.secret, SECRET, secret=True)
    yield from optional(f"{where}, language", extension.language, LANGUAGE)
    yield from optional(f"{where}, external caller id", extension.external_caller_id, CALLER)
    yield from each(f"{where}, class", extension.classes, NAME)
    yield from each(f"{where}, pickup group", extension.pickup_groups, NAME)
    yield from each(f"{where}, codec", extension.codecs, CODEC)
    yield from _forwards(f"{where}, forward", extension.forwards)
    if extension.mailbox:
        yield from _mailbox(extension.mailbox)


def _forwards(where: str, forwards: Forwards) -> Iterator[Atom]:
    for number in (forwards.always, forwards.busy, forwards.no_answer):
        yield from optional(where, number, NUMBER)


def _mailbox(box: Mailbox) -> Iterator[Atom]:
    where = f"mailbox {box.number}"
    yield Atom(where, box.number, NUMBER)
    yield Atom(f"{where}, PIN", box.pin, DIGITS, secret=True)
    yield from each(f"{where}, e-mail", box.emails, EMAIL)
    yield from optional(f"{where}, language", box.language, LANGUAGE)
    yield from optional(f"{where}, greeting", box.greeting, NAME)


def _queue(queue: Queue) -> Iterator[Atom]:
    where = f"queue {queue.name}"
    yield Atom(where, queue.name, NAME)
    yield from optional(f"{where}, number", queue.number, NUMBER)
    yield from optional(f"{where}, music", queue.music, NAME)
    for prompt in (queue.entry_prompt, queue.periodic_prompt, queue.agent_prompt):
        yield from optional(f"{where}, prompt", prompt, NAME)


def _agent(agent: Agent) -> Iterator[Atom]:
    where = f"agent {agent.number}"
    yield Atom(where, agent.number, NUMBER)
    yield Atom(f"{where}, extension", agent.extension, NUMBER)
    yield from optional(f"{where}, PIN", agent.pin, DIGITS)
    yield from each(f"{where}, queue", [each.queue for each in agent.queues], NAME)


def _outside(plan: TenantPlan) -> Iterator[Atom]:
    for gateway in plan.gateways:
        yield from gateway_atoms(gateway)
    for number in plan.numbers:
        yield from _number(number)
    for item in plan.classes:
        yield from _class(item)
    yield from each("flows' call classes", plan.flow_classes, NAME)
    if plan.operator:
        yield from _operator(plan.operator)


def gateway_atoms(gateway: Gateway) -> Iterator[Atom]:
    where = f"gateway {gateway.name}"
    yield Atom(where, gateway.name, NAME)
    yield Atom(f"{where}, host", gateway.host, HOST)
    yield from optional(f"{where}, user name", gateway.username, SIP_USER)
    if gateway.secret is not None:
        yield Atom(f"{where}, secret", gateway.secret, SECRET, secret=True)
    yield from optional(f"{where}, outbound proxy", gateway.outbound_proxy, PROXY)
    yield from optional(f"{where}, from user", gateway.from_user, SIP_USER)
    yield from optional(f"{where}, from domain", gateway.from_domain, HOST)
    yield from optional(f"{where}, caller id", gateway.caller_id, CALLER)
    yield from optional(f"{where}, prepend", gateway.prepend or None, NUMBER)
    yield from each(f"{where}, codec", gateway.codecs, CODEC)


def _number(number: InboundNumber) -> Iterator[Atom]:
    where = f"number {number.number}"
    yield Atom(where, number.number, INBOUND)
    yield Atom(f"{where}, target", number.target.name, NAME)
    yield from each(f"{where}, gateway", number.gateways, NAME)
    yield from optional(f"{where}, language", number.language, LANGUAGE)


def _class(item: CallClass) -> Iterator[Atom]:
    where = f"call class {item.name}"
    yield Atom(where, item.name, NAME)
    yield from each(f"{where}, pattern", item.patterns, PATTERN)
    yield from each(f"{where}, gateway", item.gateways, NAME)
    yield from each(f"{where}, PIN", item.pins, DIGITS)
    yield from optional(f"{where}, prepend", item.prepend or None, NUMBER)
    yield from optional(f"{where}, caller id", item.caller_id, CALLER)
    for pattern, strip, prepend in item.to_e164:
        yield Atom(f"{where}, to E.164", pattern, PATTERN)
        yield Atom(f"{where}, to E.164", str(strip), DIGITS)
        yield from optional(f"{where}, to E.164", prepend or None, NUMBER)


def _operator(link: OperatorLink) -> Iterator[Atom]:
    yield Atom("operator", link.unit, UNIT)
    yield Atom("operator, routes", link.routes, NAME)
    yield from optional("operator, prices", link.prices, NAME)
    numbers = (*link.caller_ids, *link.foreign_caller_ids)
    yield from each("operator, caller id", numbers, DIGITS)


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
        yield from optional("reception", getattr(plan.reception, name), NAME)


def _room(room: ConferenceRoom) -> Iterator[Atom]:
    yield Atom("conference room", room.number, NUMBER)
    for pin in (room.pin, room.admin_pin):
        yield from optional(f"conference room {room.number}, PIN", pin, DIGITS)


def _parking(parking: Parking) -> Iterator[Atom]:
    yield Atom("parking", parking.number, DIGITS)


def optional(where: str, value: str | None, kind: re.Pattern[str]) -> Iterator[Atom]:
    if value is not None:
        yield Atom(where, value, kind, secret=where.endswith("PIN"))


def each(where: str, values: Iterable[str], kind: re.Pattern[str]) -> Iterator[Atom]:
    for value in values:
        yield Atom(where, value, kind, secret=where.endswith("PIN"))
