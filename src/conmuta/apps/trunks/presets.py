"""Gateways as the field has them, ready to be filled in: values, and guidance beside fields. Pure.

A preset sets what such gateways have in common; what is particular to one (its address, its
account) is asked for in `fields`, in that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conmuta.apps.trunks.contracts import (
    CarrierGateway,
    GatewayKind,
    NumberRule,
    Privacy,
    Transport,
)
from conmuta.platform.countries import NumberFormat, formats
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan.people import Srtp


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPreset:
    """`values` are fields of `CarrierGateway`; `guidance` stands beside the field of that name.

    `number_format` is one of `formats(country)`. `checklist` is what to agree with whoever runs
    the other end, beyond what we can set.
    """

    name: str
    title: Words
    fields: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    number_format: str = "e164"
    guidance: Mapping[str, Words] = field(default_factory=dict)
    checklist: tuple[Words, ...] = ()


HOST = words(
    "The name or address that the carrier gave. A name without a port is looked up by SRV.",
    "El nombre o dirección que dio la operadora. Un nombre sin puerto se busca por SRV.",
)
ADDRESSES = words(
    "From where its calls come, if not from that address alone: its signalling networks, /24 at "
    "most each.",
    "Desde dónde llegan sus llamadas, si no es solo esa dirección: sus redes de señalización, "
    "/24 como máximo cada una.",
)
ACCOUNT = words(
    "The account's user name, which is often the number itself.",
    "El usuario de la cuenta, que suele ser el propio número.",
)
CALLS = words(
    "How many calls at once the contract allows: beyond them the next gateway is tried.",
    "Cuántas llamadas simultáneas permite el contrato: las demás van a la pasarela siguiente.",
)
CALLER = words(
    "Shown where a company has no number of its own. Some carriers refuse any other.",
    "Se muestra cuando una empresa no tiene número propio. Algunas operadoras rechazan otro.",
)
PROXY = words(
    "Where all requests are sent, if the carrier names a proxy beside its domain.",
    "A dónde se envía todo, si la operadora indica un proxy además de su dominio.",
)
_COMMON = {"host": HOST, "addresses": ADDRESSES, "caller_id": CALLER, "max_calls": CALLS}

REGISTERED = GatewayPreset(
    name="carrier-registered",
    title=words("SIP carrier that we register with", "Operadora SIP con registro"),
    fields=("host", "username", "secret", "outbound_proxy", "caller_id", "max_calls"),
    values={"kind": GatewayKind.CARRIER, "register": True},
    number_format="national",
    guidance={**_COMMON, "username": ACCOUNT, "outbound_proxy": PROXY},
)
BY_ADDRESS = GatewayPreset(
    name="carrier-address",
    title=words("SIP carrier known by its address", "Operadora SIP por dirección IP"),
    fields=("host", "addresses", "caller_id", "max_calls", "max_calls_per_second"),
    values={"kind": GatewayKind.CARRIER, "privacy": Privacy.ASSERTED},
    guidance=_COMMON,
    checklist=(
        words(
            "Give the carrier this machine's public address: it will take calls from there alone.",
            "Indique a la operadora la dirección pública de esta máquina: solo aceptará de allí.",
        ),
    ),
)
DIGEST = GatewayPreset(
    name="carrier-digest",
    title=words("SIP carrier, passwords both ways", "Operadora SIP con clave en ambos sentidos"),
    fields=("host", "addresses", "username", "secret", "caller_id", "max_calls"),
    values={"kind": GatewayKind.CARRIER, "challenge": True},
    guidance={**_COMMON, "username": ACCOUNT},
)
TLS = GatewayPreset(
    name="carrier-tls",
    title=words("SIP carrier over TLS with encrypted voice", "Operadora SIP por TLS y voz cifrada"),
    fields=("host", "username", "secret", "caller_id", "max_calls"),
    values={
        "kind": GatewayKind.CARRIER,
        "transport": Transport.TLS,
        "port": 5061,
        "media_encryption": Srtp.REQUIRED,
        "verify_certificate": True,
    },
    guidance={
        **_COMMON,
        "username": ACCOUNT,
        "host": words(
            "The name that stands in its certificate: with an address there is nothing to compare.",
            "El nombre que figura en su certificado: con una dirección no hay con qué comparar.",
        ),
    },
)
SBC = GatewayPreset(
    name="sbc",
    title=words("Session border controller", "Controlador de borde (SBC)"),
    fields=("host", "addresses", "outbound_proxy", "max_calls", "max_calls_per_second"),
    values={"kind": GatewayKind.SBC, "privacy": Privacy.ASSERTED, "watch_seconds": 30},
    guidance={**_COMMON, "outbound_proxy": PROXY},
    checklist=(
        words(
            "It answers OPTIONS from here, so that its state can be watched.",
            "Debe responder a OPTIONS desde aquí, para poder vigilar su estado.",
        ),
        words(
            "It leaves P-Asserted-Identity as we send it, and believes it from this address alone.",
            "Debe conservar el P-Asserted-Identity que enviamos, y creerlo solo desde aquí.",
        ),
    ),
)
E1 = GatewayPreset(
    name="e1",
    title=words("E1/PRI gateway", "Pasarela E1/PRI"),
    fields=("host", "max_calls", "caller_id"),
    values={
        "kind": GatewayKind.E1,
        "max_calls": 30,
        "codecs": ("alaw",),
        "watch_seconds": 30,
    },
    number_format="national",
    guidance={
        "host": words(
            "The gateway's own address in the local network.",
            "La dirección de la pasarela en la red local.",
        ),
        "max_calls": words("30 voice channels for each E1.", "30 canales de voz por cada E1."),
        "codecs": words(
            "alaw: an E1 carries nothing else, and what is converted sounds worse.",
            "alaw: un E1 no transporta otra cosa, y lo convertido suena peor.",
        ),
        "caller_id": CALLER,
    },
    checklist=(
        words("Signalling: EuroISDN (PRI).", "Señalización: EuroISDN (PRI)."),
        words("Framing: CCS; line code HDB3.", "Tramado: CCS; código de línea HDB3."),
        words(
            "Without error checking: no CRC4 at either end.",
            "Sin control de errores: sin CRC4 en ninguna punta.",
        ),
        words(
            "The clock comes from the far end: this side is the slave.",
            "El reloj lo da el extremo remoto: este lado es esclavo.",
        ),
        words(
            "Between two equipments without a carrier's line: an E1 crossover cable (UTP Cat 5, "
            "pins 1-2 to 4-5).",
            "Entre dos equipos sin línea de la operadora: cable E1 cruzado (UTP Cat 5, pines 1-2 "
            "con 4-5).",
        ),
    ),
)
GSM = GatewayPreset(
    name="gsm",
    title=words("GSM gateway", "Pasarela GSM"),
    fields=("host", "username", "secret", "max_calls"),
    values={"kind": GatewayKind.GSM, "max_calls": 1, "codecs": ("alaw", "ulaw")},
    number_format="national",
    guidance={
        "host": words(
            "The gateway's own address in the local network.",
            "La dirección de la pasarela en la red local.",
        ),
        "username": ACCOUNT,
        "max_calls": words("One call for each SIM.", "Una llamada por cada SIM."),
        "caller_id": words(
            "The mobile network shows the SIM's number, whatever is sent.",
            "La red móvil muestra el número de la SIM, se envíe lo que se envíe.",
        ),
    },
    checklist=(
        words(
            "Numbers are dialled as a mobile of the country dials them.",
            "Los números se marcan como desde un móvil del país.",
        ),
        words(
            "Give it a route for mobiles alone, and a price: SIMs have their own limits.",
            "Déle una ruta solo para móviles, y un precio: las SIM tienen sus propios límites.",
        ),
    ),
)

PRESETS: Mapping[str, GatewayPreset] = {
    each.name: each for each in (REGISTERED, BY_ADDRESS, DIGEST, TLS, SBC, E1, GSM)
}


def gateway(preset: str, country: str, **given: Any) -> CarrierGateway:
    """A gateway by a preset, with the number format of its country; `given` goes before it.

    Raises `KeyError` for no such preset or country.
    """
    found = PRESETS[preset]
    made = CarrierGateway(**{**found.values, **given})
    unwritten = not (given.keys() & {"inbound", "outbound", "caller_id_outbound"})
    return with_format(made, formats(country)[found.number_format]) if unwritten else made


def with_format(made: CarrierGateway, numbers: NumberFormat) -> CarrierGateway:
    """The gateway with a country's rules on numbers."""
    return replace(
        made,
        inbound=_rules(numbers.inbound),
        outbound=_rules(numbers.outbound),
        caller_id_outbound=_rules(numbers.caller),
    )


def _rules(given: tuple[tuple[str, int, str], ...]) -> tuple[NumberRule, ...]:
    return tuple(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in given)
