"""What a phone must look like, and which password it may come with. Pure; time is passed in."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from conmuta.apps.phones.contracts import Phone
from conmuta.apps.phones.vendors import VENDORS
from conmuta.platform.forms import language_faults, text_faults, title_faults
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said

MAC = re.compile(r"[0-9a-f]{12}")
SEPARATORS = re.compile(r"[:.\-\s]")
MOST_LINES = 16
ONE_TIME = timedelta(hours=24)
LINK = timedelta(hours=24)
ROTATION = timedelta(days=30)  # a password that leaks does not serve for ever


def plain_mac(text: str) -> str:
    """`00:15:65:AA:BB:CC` as `001565aabbcc`."""
    return SEPARATORS.sub("", text).lower()


def phone_faults(phone: Phone) -> Iterator[Fault]:
    """What is wrong in a phone."""
    if not MAC.fullmatch(phone.mac):
        sentence = said(
            "`{mac}` is no MAC: 12 hexadecimal digits, as on the phone's label.", mac=phone.mac
        )
        yield Fault(("mac",), sentence)
    if phone.vendor not in VENDORS:
        known = ", ".join(VENDORS)
        yield Fault(
            ("vendor",),
            said(
                "`{vendor}` is not a maker that we know; one of {known}.",
                vendor=phone.vendor,
                known=known,
            ),
        )
    if len(phone.lines) > MOST_LINES:
        yield Fault(("lines",), said("a phone has {most} lines at most.", most=MOST_LINES))
    if len(set(phone.lines)) < len(phone.lines):
        yield Fault(("lines",), said("an extension is there twice."))
    yield from title_faults("label", phone.label)
    yield from text_faults("model", phone.model, 40)
    yield from language_faults(phone.language)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(given: str, kept: str | None) -> bool:
    """Compared in constant time; nothing kept is nobody's."""
    return bool(kept) and hmac.compare_digest(given.encode(), (kept or "").encode())


def is_one_time(given: str, sha256: str, until: datetime | None, now: datetime) -> bool:
    """Whether this is the one-time password, and its time is not over."""
    return until is not None and now < until and is_same(digest(given), sha256)


def is_old(changed_at: datetime | None, now: datetime) -> bool:
    """Whether the phone's own password has served long enough."""
    return changed_at is None or now - changed_at > ROTATION
