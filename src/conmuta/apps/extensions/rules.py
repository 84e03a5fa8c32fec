"""What an extension and its like must look like. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

from conmuta.apps.extensions.contracts import (
    ConferenceRoom,
    Department,
    Extension,
    FeatureCodes,
    Mailbox,
    Parking,
    SpeedDial,
    Telephony,
)
from conmuta.platform.forms import (
    codec_faults,
    dialled,
    email_faults,
    language_faults,
    named,
    pin_faults,
    range_faults,
    text_faults,
    title_faults,
)
from conmuta.platform.nouns import KEPT, Fault, called
from conmuta.platform.sentences import said

ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
GROUP = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
SHORTEST_SECRET = 12
FEWEST_DIFFERENT = 6
MOST_COMMON = 6
"""So many characters must stand beside what guessers try first."""
COMMON = re.compile(
    "passw[o0]rd|contrase(n|ñ)a|clave|secreto?|asterisk|qwerty|asdfgh|admin|welcome|bienvenido"
    "|telefono|telephone|phone|extension|interno|anexo|abc|conmuta"
)
_RUNS = re.compile("0?1?2?3456?7?8?9?0?|9?8?7?6?5432?1?0?|1234?5?|0123|(.)\\1{2,}")
LONGEST_LOT = 200


def department_faults(department: Department) -> Iterator[Fault]:
    yield from named("name", department.name)
    yield from title_faults("title", department.title)
    yield from text_faults("description", department.description, 200)


def whole(extension: Extension) -> Extension:
    """`extension` with what is blank as its number and name have it."""
    mailbox = extension.mailbox
    if mailbox is not None:
        name = mailbox.name or extension.name
        mailbox = replace(mailbox, number=extension.number, name=name, general=False)
    account = extension.account or extension.number
    return replace(extension, account=account, mailbox=mailbox)


def extension_faults(extension: Extension) -> Iterator[Fault]:
    """What is wrong in an extension."""
    yield from dialled("number", extension.number)
    yield from title_faults("name", extension.name)
    if extension.account and not ACCOUNT.fullmatch(extension.account):
        sentence = said("an account has letters, digits, `.`, `_` and `-`, 64 at most.")
        yield Fault(("account",), sentence)
    yield from secret_faults(extension.secret)
    yield from language_faults(extension.language)
    yield from dialled("external_caller_id", extension.external_caller_id)
    for index, group in enumerate(extension.pickup_groups):
        if not GROUP.fullmatch(group):
            sentence = said(
                "`{group}` is no group: small letters, digits, `-` and `_`.", group=group
            )
            yield Fault(("pickup_groups", str(index)), sentence)
    yield from range_faults(extension, {"ring_seconds": (5, 600), "max_phones": (1, 10)})
    yield from codec_faults(extension.codecs)
    for field in fields(extension.forwards):
        for fault in dialled(field.name, getattr(extension.forwards, field.name)):
            yield Fault(("forwards", *fault.path), fault.sentence)
    if extension.mailbox is not None:
        yield from _within("mailbox", mailbox_faults(whole(extension).mailbox or Mailbox()))


FORWARDS = {
    "forward_always": "always",
    "forward_busy": "busy",
    "forward_no_answer": "no_answer",
}


def with_feature(extension: Extension, feature: str, value: str) -> Extension:
    """`extension` with a feature as its telephone set it; `value` "" is off.

    What no telephone sets leaves it as it is.
    """
    if feature in FORWARDS:
        forwards = replace(extension.forwards, **{FORWARDS[feature]: value or None})
        return replace(extension, forwards=forwards)
    if feature == "do_not_disturb":
        return replace(extension, do_not_disturb=bool(value))
    return extension


def _within(field: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    for fault in faults:
        yield Fault((field, *fault.path), fault.sentence)


def secret_faults(secret: str) -> Iterator[Fault]:
    """A SIP password that is given must be strong, since the whole world may guess at it."""
    if secret and secret != KEPT and (weakness := _weakness(secret)):
        yield Fault(
            ("secret",), said("{weakness}; leave it out and one is made.", weakness=weakness)
        )
    yield from text_faults("secret", secret, 128)


def _weakness(secret: str) -> str:
    """Why a SIP password is easily guessed, "" where it is not."""
    plain = secret.lower()
    if len(secret) < SHORTEST_SECRET:
        return said("a SIP password needs {count} characters", count=SHORTEST_SECRET)
    if secret.isdigit():
        return said("a SIP password of digits alone is soon guessed")
    if len(set(plain)) < FEWEST_DIFFERENT:
        return said("a SIP password needs {count} different characters", count=FEWEST_DIFFERENT)
    rest = _RUNS.sub("", COMMON.sub("", plain))
    if len(rest) < MOST_COMMON:
        return said("a SIP password of common words or runs like `1234` is soon guessed")
    return ""


def mailbox_faults(mailbox: Mailbox) -> Iterator[Fault]:
    """What is wrong in a mailbox."""
    yield from dialled("number", mailbox.number)
    yield from title_faults("name", mailbox.name)
    yield from pin_faults("pin", mailbox.pin)
    yield from email_faults("emails", mailbox.emails)
    yield from language_faults(mailbox.language)
    if mailbox.delete_after_mail and not (mailbox.emails and mailbox.attach_audio):
        sentence = said("would lose messages: it needs an e-mail address and `attach_audio: true`.")
        yield Fault(("delete_after_mail",), sentence)


def conference_faults(room: ConferenceRoom) -> Iterator[Fault]:
    """What is wrong in a conference room."""
    yield from dialled("number", room.number)
    yield from title_faults("name", room.name)
    yield from pin_faults("pin", room.pin)
    yield from pin_faults("admin_pin", room.admin_pin)
    yield from range_faults(room, {"max_members": (2, 1000)})
    if room.pin and room.pin == room.admin_pin and room.pin.isdigit():
        yield Fault(("admin_pin",), said("is the members' PIN too; choose another."))


def speed_dial_faults(dial: SpeedDial) -> Iterator[Fault]:
    """What is wrong in a speed dial."""
    yield from dialled("code", dial.code)
    yield from dialled("number", dial.number)
    yield from title_faults("name", dial.name)


def telephony_faults(settings: Telephony) -> Iterator[Fault]:
    """What is wrong in what holds for all telephones."""
    if settings.parking is not None:
        yield from _within("parking", _parking_faults(settings.parking))
    yield from _within("features", _feature_faults(settings.features))
    if settings.mail_from is not None:
        for fault in email_faults("mail_from", [settings.mail_from]):
            yield Fault(("mail_from",), fault.sentence)


def _parking_faults(parking: Parking) -> Iterator[Fault]:
    yield from dialled("number", parking.number)
    yield from range_faults(parking, {"first": (1, 99_999), "seconds": (10, 3600)})
    if not 0 <= parking.last - parking.first < LONGEST_LOT:
        sentence = said("must be from `first` up, {most} slots at most.", most=LONGEST_LOT)
        yield Fault(("last",), sentence)


def _feature_faults(codes: FeatureCodes) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for field in fields(codes):
        code = getattr(codes, field.name)
        yield from dialled(field.name, code)
        if code in seen:
            yield Fault(
                (field.name,),
                said("`{code}` is the code of {other} too.", code=code, other=seen[code]),
            )
        seen[code] = field.name


def slots(settings: Telephony) -> dict[str, str]:
    """Every number that parking takes, and what people call it."""
    parking = settings.parking
    if parking is None:
        return {}
    lot = {
        str(number): said("slot {number}", number=number)
        for number in range(parking.first, parking.last + 1)
    }
    return {**lot, parking.number: said("parking")}


def codes(settings: Telephony) -> dict[str, str]:
    """Every feature code, and the feature's name."""
    return {getattr(settings.features, f.name): f.name for f in fields(settings.features)}


def clashes(
    taken: Mapping[str, tuple[str, str]], taker: str, wanted: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each wanted number that rings something else already, and what."""
    for number in wanted:
        holder = taken.get(number)
        if holder is not None and holder[0] != taker:
            yield number, f"{called(holder[0])} {holder[1]}"
