"""What a tenant's facts must look like."""

import re
from collections.abc import Mapping
from dataclasses import asdict

from conmuta.apps.tenancy.contracts import Brand, Limits, OperatorFacts, TenantFacts
from conmuta.platform.forms import EMAIL, PLAIN, time_zones
from conmuta.platform.sentences import said
from conmuta_compiler.atoms import RESERVED

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGES = ("es", "en")
COLOUR = re.compile(r"#[0-9a-f]{6}")
SLUG_LENGTH = 32
OPERATOR_SLUG_LENGTH = 30  # `o-` and the slug is as long as a tenant's at most
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, of text."""
LONGEST_NAME = 80
LOGO_BYTES = 256 * 1024
MOST = 2**53 - 1
"""JSON's largest safe number."""
SHARED = ("c-", "o-")
"""How the contexts that all tenants share begin, and those of operators."""


def wrong_slug(slug: str) -> str | None:
    """Why `slug` cannot name a tenant; None where it can."""
    if len(slug) > SLUG_LENGTH or not SLUG.fullmatch(slug):
        return said("letters a–z, digits and single hyphens, beginning with a letter, 32 at most")
    if slug in RESERVED | {"o"} or slug.startswith(SHARED):
        return said("another name: {slug}, or how it begins, may be Asterisk's own", slug=slug)
    return None


def meets(slug: str, other: str) -> bool:
    """Whether a name within one tenant (`acme-north`) could be one of the other's (`acme`)."""
    return slug.startswith(f"{other}-") or other.startswith(f"{slug}-")


def wrong_domain(domain: str) -> str | None:
    if len(domain) > 253 or not DOMAIN.fullmatch(domain):  # noqa: PLR2004 — RFC 1035's limit
        return said("a domain name such as company.example.test")
    return None


def wrong_time_zone(name: str) -> str | None:
    if name not in time_zones():
        return said("a zone of the IANA list such as America/Montevideo")
    return None


def wrong_language(language: str) -> str | None:
    return None if language in LANGUAGES else said("one of es, en")


def wrong_country(country: str) -> str | None:
    return None if COUNTRY.fullmatch(country) else said("two capital letters such as UY")


def wrong_facts(slug: str, facts: TenantFacts) -> dict[str, str]:
    """Each field that is wrong, with what it must be."""
    checked = {
        "slug": wrong_slug(slug),
        "domain": wrong_domain(facts.domain),
        "time_zone": wrong_time_zone(facts.time_zone),
        "language": wrong_language(facts.language),
        "country": wrong_country(facts.country),
    }
    return {field: wanted for field, wanted in checked.items() if wanted}


def wrong_operator(slug: str, facts: OperatorFacts) -> dict[str, str]:
    """Each field of an operator that is wrong, with what it must be."""
    checked = {
        "slug": wrong_operator_slug(slug),
        "title": None if facts.title.strip() else said("the operator's name"),
        "domain": facts.domain and wrong_domain(facts.domain),
        "host": facts.host and wrong_domain(facts.host),
        "time_zone": wrong_time_zone(facts.time_zone),
        "language": wrong_language(facts.language),
        "country": facts.country and wrong_country(facts.country),
    }
    return {field: wanted for field, wanted in checked.items() if wanted}


def wrong_operator_slug(slug: str) -> str | None:
    if len(slug) > OPERATOR_SLUG_LENGTH or not SLUG.fullmatch(slug):
        return said("letters a–z, digits and single hyphens, beginning with a letter, 30 at most")
    return None


def wrong_brand(brand: Brand) -> dict[str, str]:
    """Each field of a brand that is wrong, with what it must be."""
    checked = {
        "name": None if _is_plain(brand.name) else said("plain text"),
        "support": None if _is_email(brand.support) else said("an e-mail address"),
        "sender": None if _is_email(brand.sender) else said("an e-mail address"),
        "colour": _wrong_colours(brand),
    }
    return {field: wanted for field, wanted in checked.items() if wanted}


def _is_plain(name: str) -> bool:
    return len(name) <= LONGEST_NAME and PLAIN.fullmatch(name) is not None


def _is_email(address: str) -> bool:
    return not address or EMAIL.fullmatch(address) is not None


def _wrong_colours(brand: Brand) -> str | None:
    if not brand.colour and not brand.ink:
        return None
    if not (COLOUR.fullmatch(brand.colour) and COLOUR.fullmatch(brand.ink)):
        return said("two colours such as #1f4b99 and, for what is written on it, #ffffff")
    ratio = contrast(brand.colour, brand.ink)
    if ratio < LEAST_CONTRAST:
        return said(
            "told apart from its ink: their contrast is {ratio} and must be 4.5 or more",
            ratio=f"{ratio:.1f}",
        )
    return None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def picture_type(content: bytes) -> str | None:
    """The media type of a picture that we show, by its first bytes; None: of no such kind."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def wrong_limits(limits: Limits) -> dict[str, str]:
    """Each limit that is below nothing."""
    given: Mapping[str, int | None] = asdict(limits)
    return {
        name: said("a number from 0 on, or none")
        for name, value in given.items()
        if value is not None and not 0 <= value <= MOST
    }


def nested(domain: str, other: str) -> bool:
    """Whether one domain is the other or lies within it."""
    return domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}")
