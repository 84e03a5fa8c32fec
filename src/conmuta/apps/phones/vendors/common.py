"""What the makers' modules share. Texts come from people: nothing of them may end a line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conmuta.apps.phones.contracts import Settings
from conmuta_plan.outside import Transport
from conmuta_plan.people import Srtp

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Vendor:
    """`file_name` gives the name that a phone of `mac` asks for; `guide` tells the technician
    where the address, the user and the one-time password go."""

    name: str
    title: str
    content_type: str
    file_name: Callable[[str], str]
    render: Callable[[Settings], str]
    guide: str


def one_line(value: object) -> str:
    """`value` as one line of text."""
    return _CONTROL.sub(" ", str(value))


def lines(pairs: Mapping[str, object], sign: str = " = ") -> str:
    """`name = value` lines."""
    return "".join(f"{name}{sign}{one_line(value)}\n" for name, value in pairs.items())


def xml(root: str, pairs: Mapping[str, object], attributes: Mapping[str, str] | None = None) -> str:
    """An element with one child for each pair."""
    top = Element(root, dict(attributes or {}))
    for name, value in pairs.items():
        SubElement(top, name).text = one_line(value)
    return document(top)


def document(top: Element) -> str:
    """An XML document of `top`."""
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def transport_number(transport: Transport) -> int:
    """UDP, TCP, TLS as most makers count them."""
    return [Transport.UDP, Transport.TCP, Transport.TLS].index(transport)


def srtp_number(srtp: Srtp, transport: Transport) -> int:
    """0 off, 1 optional, 2 demanded. Keys in plain signalling would be read by all: off there."""
    if transport is not Transport.TLS and srtp is Srtp.OPTIONAL:
        return 0
    return [Srtp.OFF, Srtp.OPTIONAL, Srtp.REQUIRED].index(srtp)
