"""A country's numbers by kind, as the shortest prefixes that tell the kinds apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import product

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from conmuta.platform.countries.digits import DIGITS, DigitLanguage, States, language
from conmuta_plan.operator import SHORT

DEEPEST = 4
"""Digits after which kinds that still cannot be told apart are taken for the first one's."""

MOST_PREFIXES = 60
HEAD = 3
"""Digits by which it is looked up how a number is dialled at home."""

MOST = 40
"""Patterns of one country; where more would be needed, fewer digits tell the kinds apart."""


class Kind(StrEnum):
    """What a number is to whoever pays for it."""

    LOCAL = "local"
    MOBILE = "mobile"
    SPECIAL = "special"
    """Premium and shared cost."""
    EMERGENCY = "emergency"


_KINDS = {
    "fixed_line": Kind.LOCAL,
    "mobile": Kind.MOBILE,
    "toll_free": Kind.LOCAL,
    "premium_rate": Kind.SPECIAL,
    "shared_cost": Kind.SPECIAL,
    "personal_number": Kind.SPECIAL,
    "voip": Kind.LOCAL,
    "pager": Kind.LOCAL,
    "uan": Kind.LOCAL,
}
_GEOGRAPHIC = {"fixed_line", "mobile"}


class Style(StrEnum):
    """How numbers are dialled within the country."""

    PREFIXED = "prefixed"
    """After the national prefix, which most countries have as 0."""
    PLAIN = "plain"
    EITHER = "either"


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """What numbers are taken for, `rank` first: where digits do not tell, the lowest."""

    rank: int
    kind: Kind
    style: Style


@dataclass(frozen=True, slots=True)
class Leaf:
    """National numbers that begin so are alike. `example` is one of them.

    `heads` has, for each digit of the beginning, those that it may be.
    """

    heads: tuple[str, ...]
    shape: Shape
    lengths: frozenset[int]
    example: str

    @property
    def kind(self) -> Kind:
        return self.shape.kind


def metadata(country: str) -> PhoneMetadata:
    """Raises `KeyError` where phonenumbers knows no such country."""
    found = PhoneMetadata.metadata_for_region(country, None)
    if found is None:
        raise KeyError(country)
    return found


@lru_cache(maxsize=256)
def calling_code(country: str) -> str:
    """`598` for UY."""
    return str(metadata(country).country_code)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """`shape` None: not the country's own, but what begins like a call abroad.

    `heads`: only those that begin so; empty: all.
    """

    shape: Shape | None
    language: DigitLanguage
    lengths: tuple[int, ...] = ()
    heads: frozenset[str] = frozenset()

    def may_begin(self, prefix: str) -> bool:
        """Whether some of the heads and `prefix` begin alike."""
        return not self.heads or any(
            head.startswith(prefix) or prefix.startswith(head) for head in self.heads
        )


def _numbers(country: str) -> Iterator[_Numbers]:
    known = metadata(country)
    abroad = "|".join(international_prefixes(known))
    yield _Numbers(None, language(f"(?:{abroad})[1-9]\\d{{7}}"))
    for rank, (name, kind) in enumerate(_KINDS.items()):
        described = getattr(known, name)
        if name == "mobile" and described == known.fixed_line:
            continue  # as in North America: nobody can tell them apart
        if described is not None and described.national_number_pattern:
            pattern = language(described.national_number_pattern)
            lengths = described.possible_length or _any_length(known)
            for style, heads in _styles(country, name, pattern).items():
                yield _Numbers(Shape(rank, kind, style), pattern, tuple(lengths), frozenset(heads))


def _styles(country: str, name: str, pattern: DigitLanguage) -> dict[Style, set[str]]:
    """The first digits of such numbers, by how each is dialled."""
    found: dict[Style, set[str]] = {}
    for digits in product(DIGITS, repeat=HEAD):
        head = "".join(digits)
        example = next(pattern.words(head, 1), None)
        if example is not None:
            found.setdefault(_style(country, name, example), set()).add(head)
    return found if len(found) > 1 else {style: set() for style in found}


def _any_length(known: PhoneMetadata) -> tuple[int, ...]:
    return tuple(known.general_desc.possible_length) if known.general_desc else ()


def international_prefixes(known: PhoneMetadata) -> list[str]:
    """What is dialled before a foreign number: `00`; several where carriers are chosen."""
    preferred = (known.preferred_international_prefix or "").replace("~", "")
    if preferred:
        return [preferred]
    found = list(language(known.international_prefix or "00").words(limit=MOST_PREFIXES))
    return [each for each in found if not _goes_on(each, found)]


def _goes_on(prefix: str, others: list[str]) -> bool:
    """Whether it could be a shorter one and the beginning of a country's code: nobody can tell."""
    return any(prefix != other and prefix.startswith(other) for other in others)


def _style(country: str, name: str, example: str) -> Style:
    """As phonenumbers writes such a number for people of the country."""
    prefix = metadata(country).national_prefix or ""
    number = phonenumbers.parse(f"+{calling_code(country)}{example}", None)
    spoken = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    if prefix and phonenumbers.normalize_digits_only(spoken) == prefix + example:
        return Style.PREFIXED
    return Style.EITHER if prefix and name in _GEOGRAPHIC else Style.PLAIN


Alive = tuple[tuple[_Numbers, States], ...]


@lru_cache(maxsize=256)
def leaves(country: str) -> tuple[Leaf, ...]:
    """All valid national numbers of `country`, apart by kind."""
    alive = tuple((each, each.language.start) for each in _numbers(country))
    for depth in range(DEEPEST, 0, -1):
        found = _leaves("", alive, depth)
        if len(found) <= MOST:
            break
    return found


def _leaves(prefix: str, alive: Alive, depth: int) -> tuple[Leaf, ...]:
    own = tuple((each, states) for each, states in alive if each.shape)
    if not own:
        return ()
    looks = {_look(each.shape) for each, _ in alive}
    ends = any(each.language.accepts(states) for each, states in own)
    if prefix and (len(looks) == 1 or len(prefix) == depth or ends):
        lengths = frozenset(length for each, _ in own for length in each.lengths)
        first = min(own, key=lambda pair: pair[0].shape or _LAST)[0]
        example = next(own[0][0].language.words(prefix, 1))
        return (Leaf((), first.shape or _LAST, lengths, example),)
    below: dict[str, tuple[Leaf, ...]] = {}
    for digit in DIGITS:
        left = _following(alive, prefix + digit)
        if left:
            below[digit] = _leaves(prefix + digit, left, depth)
    abroad_too = len(own) < len(alive)
    return _joined(below, may_collapse=bool(prefix) and not abroad_too)


def _following(alive: Alive, prefix: str) -> Alive:
    """Those of `alive` that go on with the last digit of `prefix`."""
    steps = ((each, each.language.step(states, prefix[-1])) for each, states in alive)
    return tuple((each, states) for each, states in steps if states and each.may_begin(prefix))


_LAST = Shape(len(_KINDS), Kind.LOCAL, Style.PLAIN)


def _look(shape: Shape | None) -> tuple[Kind, Style] | None:
    return (shape.kind, shape.style) if shape else None


def _joined(below: dict[str, tuple[Leaf, ...]], *, may_collapse: bool) -> tuple[Leaf, ...]:
    """Digits after which the same follows share a pattern; one kind after all is one leaf."""
    every = [leaf for found in below.values() for leaf in found]
    if may_collapse and len({_look(leaf.shape) for leaf in every}) == 1:
        lengths = frozenset(length for leaf in every for length in leaf.lengths)
        return (replace(every[0], heads=(), lengths=lengths),)
    groups: dict[tuple[object, ...], str] = {}
    for digit, found in below.items():
        shape = tuple((leaf.heads, _look(leaf.shape), leaf.lengths) for leaf in found)
        groups[shape] = groups.get(shape, "") + digit
    return tuple(
        replace(leaf, heads=(digits, *leaf.heads))
        for digits in groups.values()
        for leaf in below[digits[0]]
    )


def emergency_numbers(country: str) -> tuple[str, ...]:
    """What is dialled for help."""
    short = PhoneMetadata.short_metadata_for_region(country)
    pattern = short.emergency.national_number_pattern if short and short.emergency else None
    return tuple(language(pattern).words(limit=20)) if pattern else ()


@lru_cache(maxsize=512)
def kinds_prefixes(country: str, kind: Kind | None = None) -> tuple[str, ...]:
    """E.164 prefixes of a country's numbers, all or of one kind: for routes by destination.

    Emergency numbers are among them only where that kind is asked for.
    """
    code = calling_code(country)
    if kind is Kind.EMERGENCY:
        return tuple(SHORT + code + number for number in emergency_numbers(country))
    wanted = (leaf for leaf in leaves(country) if kind in {None, leaf.kind})
    found = {"".join(digits) for leaf in wanted for digits in product(*leaf.heads)}
    return tuple(sorted(code + prefix for prefix in found))
