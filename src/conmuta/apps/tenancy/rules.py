"""What a tenant's facts must look like."""

import re

from conmuta.apps.tenancy.contracts import TenantFacts
from conmuta.platform.forms import time_zones
from conmuta_compiler.atoms import RESERVED

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGES = ("es", "en")
SLUG_LENGTH = 32
SHARED = ("c-", "o-")
"""How the contexts that all tenants share begin, and those of operators."""


def wrong_slug(slug: str) -> str | None:
    """Why `slug` cannot name a tenant; None where it can."""
    if len(slug) > SLUG_LENGTH or not SLUG.fullmatch(slug):
        return "letters a–z, digits and single hyphens, beginning with a letter, 32 at most"
    if slug in RESERVED | {"o"} or slug.startswith(SHARED):
        return f"another name: {slug}, or how it begins, may be Asterisk's own"
    return None


def meets(slug: str, other: str) -> bool:
    """Whether a name within one tenant (`acme-north`) could be one of the other's (`acme`)."""
    return slug.startswith(f"{other}-") or other.startswith(f"{slug}-")


def wrong_domain(domain: str) -> str | None:
    if len(domain) > 253 or not DOMAIN.fullmatch(domain):  # noqa: PLR2004 — RFC 1035's limit
        return "a domain name such as company.example.test"
    return None


def wrong_time_zone(name: str) -> str | None:
    if name not in time_zones():
        return "a zone of the IANA list such as America/Montevideo"
    return None


def wrong_language(language: str) -> str | None:
    return None if language in LANGUAGES else "one of es, en"


def wrong_country(country: str) -> str | None:
    return None if COUNTRY.fullmatch(country) else "two capital letters such as UY"


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
