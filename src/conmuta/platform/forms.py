"""Forms that names, numbers and texts have in every app. Pure.

Nothing that passes here can end a line or begin a comment in Asterisk's files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from conmuta.platform.nouns import KEPT, Fault
from conmuta.platform.sentences import said

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*")
NAME_LENGTH = 40
NAME_WORDS = _(
    "letters a–z, digits, single - or _ between them, beginning with a letter, 40 at most"
)
DIALLED = re.compile(r"[0-9*#+]{1,32}")
PIN = re.compile(r"[0-9]{4,12}")
PLAIN = re.compile(r"[^\x00-\x1f\x7f\x85\u2028\u2029;\"\\]*")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
CODECS = ("opus", "g722", "alaw", "ulaw", "g729", "gsm", "g726", "ilbc", "speex")
LANGUAGES = ("es", "en")


@cache
def time_zones() -> frozenset[str]:
    """The zones of the IANA list; reading them takes long."""
    return frozenset(available_timezones())


def named(field: str, name: str) -> Iterator[Fault]:
    """The fault of an object's own name, if any."""
    if len(name) > NAME_LENGTH or not NAME.fullmatch(name):
        yield Fault((field,), said("`{name}` is no name: {rule}.", name=name, rule=NAME_WORDS))


def dialled(field: str, number: str | None) -> Iterator[Fault]:
    """The fault of what a telephone would dial, if any."""
    if number is not None and not DIALLED.fullmatch(number):
        yield Fault(
            (field,),
            said("`{number}` cannot be dialled: digits, *, # and +, 32 at most.", number=number),
        )


def pin_faults(field: str, pin: str | None) -> Iterator[Fault]:
    """The fault of a PIN, if any; blank and kept ones are made by us."""
    if pin and pin != KEPT and not PIN.fullmatch(pin):
        yield Fault((field,), said("a PIN has 4 to 12 digits."))


def text_faults(field: str, text: str | None, longest: int) -> Iterator[Fault]:
    """Why `text` cannot stand in a telephone's display or a configuration line."""
    if text is None:
        return
    if len(text) > longest:
        yield Fault((field,), said("is longer than {longest} characters.", longest=longest))
    if not PLAIN.fullmatch(text):
        yield Fault(
            (field,), said('may not have line ends, quotes ("), semicolons or backslashes.')
        )


def title_faults(field: str, text: str, longest: int = 80) -> Iterator[Fault]:
    """The same for a text that must be there."""
    if not text.strip():
        yield Fault((field,), said("is empty; say what people call it."))
    yield from text_faults(field, text, longest)


def email_faults(field: str, emails: Iterable[str]) -> Iterator[Fault]:
    for index, email in enumerate(emails):
        if not EMAIL.fullmatch(email):
            yield Fault((field, str(index)), said("`{email}` is no e-mail address.", email=email))


def language_faults(language: str | None) -> Iterator[Fault]:
    if language is not None and language not in LANGUAGES:
        yield Fault(
            ("language",),
            said("`{language}` is not a language here; one of es, en.", language=language),
        )


def codec_faults(codecs: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong in a list of codecs."""
    if not codecs:
        yield Fault(("codecs",), said("name at least one codec, such as alaw."))
    for index, codec in enumerate(codecs):
        if codec not in CODECS:
            sentence = said(
                "`{codec}` is not a codec that we know; one of {names}.",
                codec=codec,
                names=", ".join(CODECS),
            )
            yield Fault(("codecs", str(index)), sentence)


def range_faults(value: object, ranges: Mapping[str, tuple[int, int]]) -> Iterator[Fault]:
    """Each of these fields of `value` that is below or above its range."""
    for name, (least, most) in ranges.items():
        given = getattr(value, name)
        if not least <= given <= most:
            yield Fault(
                (name,),
                said(
                    "{given} is out of range; {least} to {most}.",
                    given=given,
                    least=least,
                    most=most,
                ),
            )
