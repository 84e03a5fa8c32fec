"""What a gateway, a class or a number must look like. Pure."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from conmuta.apps.trunks import addresses
from conmuta.apps.trunks.contracts import (
    CallerIdRule,
    CarrierGateway,
    ClassKind,
    Gateway,
    InboundNumber,
    NumberRule,
    OutgoingClass,
    RecordingPolicy,
    Transport,
)
from conmuta.platform.forms import (
    DIALLED,
    PIN,
    codec_faults,
    language_faults,
    named,
    range_faults,
    text_faults,
)
from conmuta.platform.nouns import KEPT, Fault
from conmuta.platform.sentences import said
from conmuta_compiler.atoms import HOST as COMPILED_HOST
from conmuta_compiler.atoms import PROXY, SECRET, SIP_USER

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45}")
PATTERN = re.compile(r"[0-9*#+XZN.!\[\]-]{1,40}")
NUMBER_PATTERN = re.compile(
    r"(?=.{1,40}\Z)(?=.*[0-9XZN\]])(\+?[0-9XZN*#]|\[[0-9]([0-9]|-[0-9])*\])+[.!]?"
)
"""Stricter than what a class may have, since what is matched is rewritten."""
_SIP_FORMS = {
    "username": (SIP_USER, _("letters, digits and + . _ ~ * # -, 64 at most")),
    "from_user": (SIP_USER, _("letters, digits and + . _ ~ * # -, 64 at most")),
    "from_domain": (COMPILED_HOST, _("a host name")),
    "outbound_proxy": (PROXY, _("a host name, or sip: and a host name")),
    "secret": (SECRET, _("printable characters of ASCII, 128 at most")),
}
"""What the compiler takes; an operator's plan is refused whole where one value is wrong."""
MAX_PORT = 65535
MAX_CALLS = 100_000
SIP_CALLER = re.compile(r"\+?[0-9*#]{1,20}")


def gateway_faults(gateway: Gateway) -> Iterator[Fault]:
    """What is wrong in a gateway."""
    yield from named("name", gateway.name)
    if not HOST.fullmatch(gateway.host):
        yield Fault(
            ("host",), said("`{host}` is neither an address nor a host name.", host=gateway.host)
        )
    yield from range_faults(gateway, {"port": (1, MAX_PORT), "strip": (0, 30)})
    yield from range_faults(gateway, {"max_calls": (0, MAX_CALLS), "watch_seconds": (0, 86400)})
    for index, address in enumerate(gateway.addresses):
        yield from _address_faults(index, address)
    if gateway.register and not gateway.username:
        yield Fault(("register",), said("a gateway that registers needs a username."))
    yield from _gateway_texts(gateway)
    yield from codec_faults(gateway.codecs)
    yield from _digits("prepend", gateway.prepend)


def _gateway_texts(gateway: Gateway) -> Iterator[Fault]:
    for name in ("username", "secret", "outbound_proxy", "from_user", "from_domain"):
        yield from text_faults(name, getattr(gateway, name), 128)
    yield from text_faults("caller_id", gateway.caller_id, 32)


def _address_faults(index: int, address: str) -> Iterator[Fault]:
    place, network = ("addresses", str(index)), addresses.network(address)
    if network is None:
        sentence = said(
            "`{address}` is neither an IP address nor a network such as 192.0.2.0/24.",
            address=address,
        )
        yield Fault(place, sentence)
    elif addresses.is_too_wide(network):
        sentence = said(
            "`{address}` is too wide: calls from all of it would be this "
            "company's. Name the carrier's own addresses, /24 (IPv6: /64) at most "
            "each.",
            address=address,
        )
        yield Fault(place, sentence)


def _digits(field: str, digits: str) -> Iterator[Fault]:
    if digits and not DIALLED.fullmatch(digits):
        yield Fault((field,), said("`{digits}` has more than digits, *, # and +.", digits=digits))


def operator_gateway_faults(gateway: CarrierGateway) -> Iterator[Fault]:
    """What is wrong in an operator's gateway."""
    yield from gateway_faults(gateway)
    for name in ("inbound", "outbound", "caller_id_outbound"):
        yield from number_rule_faults((name,), getattr(gateway, name))
    yield from range_faults(gateway, {"max_calls_per_second": (0, 1000)})
    yield from text_faults("note", gateway.note, 400)
    for name, (form, wanted) in _SIP_FORMS.items():
        given = getattr(gateway, name)
        if given not in {None, KEPT} and not form.fullmatch(given):
            shown = said("what it holds") if name == "secret" else f"`{given}`"
            yield Fault(
                (name,), said("{shown} cannot stand in SIP: {wanted}.", shown=shown, wanted=wanted)
            )
    yield from _identity_faults(gateway)
    yield from _security_faults(gateway)


def _identity_faults(gateway: CarrierGateway) -> Iterator[Fault]:
    if gateway.caller_id is not None and not SIP_CALLER.fullmatch(gateway.caller_id):
        yield Fault(
            ("caller_id",),
            said(
                "`{caller_id}` is no number: digits, and a leading +.", caller_id=gateway.caller_id
            ),
        )
    if gateway.caller_id_rule is CallerIdRule.FORCE and not gateway.caller_id:
        yield Fault(("caller_id_rule",), said("to force a number, say which in `caller_id`."))


def _security_faults(gateway: CarrierGateway) -> Iterator[Fault]:
    if gateway.challenge and not (gateway.username and gateway.secret):
        yield Fault(("challenge",), said("to challenge its calls, give `username` and `secret`."))
    if gateway.media_encryption != "off" and gateway.transport is not Transport.TLS:
        sentence = said(
            "media keys travel in the signalling: encrypt that too, with `transport: tls`."
        )
        yield Fault(("media_encryption",), sentence)


def number_rule_faults(
    path: tuple[str, ...], rules: Sequence[NumberRule], *, to_e164: bool = False
) -> Iterator[Fault]:
    """What is wrong in rules on numbers; two with one pattern, of which the second is idle."""
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        place = (*path, str(index))
        if not NUMBER_PATTERN.fullmatch(rule.pattern):
            yield Fault((*place, "pattern"), pattern_words(rule.pattern))
        if rule.pattern in seen:
            yield Fault(
                (*place, "pattern"),
                said("`{pattern}` stands above already: take one out.", pattern=rule.pattern),
            )
        seen.add(rule.pattern)
        for fault in _digits("prepend", rule.prepend):
            yield Fault((*place, *fault.path), fault.sentence)
        if to_e164 and rule.prepend and not rule.prepend.isdigit():
            yield Fault((*place, "prepend"), said("E.164 has digits alone."))
        for fault in range_faults(rule, {"strip": (0, 30)}):
            yield Fault((*place, *fault.path), fault.sentence)


def pattern_words(pattern: str) -> str:
    """Why this is none, and what one is."""
    return said(
        "`{pattern}` is no pattern: digits, X (0–9), Z (1–9), N (2–9), [1-5], and a last `.` for "
        "one or more of anything; without the leading underscore.",
        pattern=pattern,
    )


def class_faults(item: OutgoingClass) -> Iterator[Fault]:
    """What is wrong in a call class."""
    yield from named("name", item.name)
    for index, pattern in enumerate(item.patterns):
        if not PATTERN.fullmatch(pattern):
            yield Fault(("patterns", str(index)), pattern_words(pattern))
    if item.kind is not ClassKind.INTERNAL:
        yield from _outside_faults(item)
    for index, pin in enumerate(item.pins):
        if pin != KEPT and not PIN.fullmatch(pin):
            yield Fault(("pins", str(index)), said("a PIN has 4 to 12 digits."))
    yield from _digits("prepend", item.prepend)
    yield from range_faults(item, {"strip": (0, 30), "ring_seconds": (5, 600)})


def _outside_faults(item: OutgoingClass) -> Iterator[Fault]:
    if not item.patterns and not item.operator:
        yield Fault(("patterns",), said("give at least one pattern of what people dial."))
    if not item.gateways and not item.operator:
        sentence = said("name at least one gateway for these calls, or `operator: true`.")
        yield Fault(("gateways",), sentence)
    if item.kind is ClassKind.EMERGENCY and item.pins:
        yield Fault(("pins",), said("emergency calls never ask for a PIN; leave `pins` out."))


def number_faults(number: InboundNumber) -> Iterator[Fault]:
    """What is wrong in an inbound number."""
    if not DIALLED.fullmatch(number.number):
        yield Fault(
            ("number",), said("`{number}` has more than digits, *, # and +.", number=number.number)
        )
    yield from language_faults(number.language)


def recording_faults(policy: RecordingPolicy) -> Iterator[Fault]:
    """What is wrong in the recording rules: a rule after one that matches all is never read."""
    for index, rule in enumerate(policy.rules[:-1]):
        if not (rule.direction or rule.call_class or rule.queue or rule.extension):
            sentence = said(
                "matches every call, so the rules after it are never read. Put it last."
            )
            yield Fault((str(index),), sentence)
