"""What there is, by MAC."""

from collections.abc import Iterator

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Telephony
from conmuta.apps.phones import models
from conmuta.apps.phones.contracts import Phone, PhoneState
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, declare
from conmuta.platform.scope import Scope


def _lines(spec: Phone) -> Iterator[Named]:
    for index, number in enumerate(spec.lines):
        yield ("lines", str(index)), number


PHONES = declare(
    Noun(
        "phones.phone",
        models.Phone,
        Phone,
        key="mac",
        mentions=(Mention("extensions.extension", _lines),),
    )
)


def phones(scope: Scope) -> dict[str, Phone]:
    return nouns.load(scope, PHONES)


def states(scope: Scope) -> dict[str, PhoneState]:
    """How each phone that ever had a password came to its settings."""
    rows = models.PhoneKey.objects.within(scope).select_related("phone")
    return {row.phone.mac: _state(row) for row in rows}


def _state(row: models.PhoneKey) -> PhoneState:
    return PhoneState(
        mac=row.phone.mac,
        fetched_at=row.fetched_at,
        address=row.address,
        agent=row.agent,
        is_its_own=bool(row.current),
    )


def voicemail_code(scope: Scope) -> str:
    """What a telephone of the company dials to hear its messages."""
    return extensions.telephony(scope).get("telephony", Telephony()).features.voicemail
