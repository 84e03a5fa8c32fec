"""A file in JSON (RFC 8259) as the same tree of texts with their lines as one in YAML.

A secret that stays as it is, `!kept` in YAML, is the text `"!kept"`.
"""

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Final

from conmuta.documents.tree import (
    DEEPEST,
    KEPT_TAG,
    MOST_NODES,
    BadDocument,
    Items,
    LineFault,
    Table,
    Text,
    Tree,
    refuse_large,
)
from conmuta.platform.sentences import said

_STRINGS: Final = JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def parse(text: str) -> Tree:
    """The one value in `text`. Raises `BadDocument`."""
    refuse_large(text)
    return _Reader(text).document()


class _Reader:
    """Goes through the text once; `at` is where."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._nodes = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def document(self) -> Tree:
        if not self._next():
            raise self._bad(said('is empty. Start with `{"conmuta": 1}`.'))
        tree = self._value(0)
        if self._next():
            raise self._bad(said("has more after its end. One file holds one object."))
        return tree

    def _value(self, depth: int) -> Tree:
        self._nodes += 1
        if depth > DEEPEST:
            raise self._bad(said("is nested more than {most} levels deep.", most=DEEPEST))
        if self._nodes > MOST_NODES:
            raise self._bad(
                said("has more than {most} entries. One file holds one tenant.", most=MOST_NODES)
            )
        line, begins = self._line(), self._next()
        if begins == "{":
            return self._table(line, depth)
        if begins == "[":
            return self._items(line, depth)
        if begins == '"':
            word = self._string()
            return Text(line, word, plain=False, kept=word == KEPT_TAG)
        return self._scalar(line)

    def _table(self, line: int, depth: int) -> Table:
        entries: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        while self._more("{", "}", first=not entries):
            at, key = self._line(), self._string()
            if key in entries:
                sentence = said("is here twice, first in line {line}. Keep one.", line=lines[key])
                raise BadDocument([LineFault(at, (key,), sentence)])
            self._take(":")
            self._next()
            entries[key], lines[key] = self._value(depth + 1), at
        return Table(line, entries, lines)

    def _items(self, line: int, depth: int) -> Items:
        found: list[Tree] = []
        while self._more("[", "]", first=not found):
            found.append(self._value(depth + 1))
        return Items(line, tuple(found))

    def _more(self, begin: str, end: str, *, first: bool) -> bool:
        """Steps over what stands before the next member; whether there is one."""
        if first:
            self._take(begin)
            if self._next() != end:
                return True
            self._take(end)
            return False
        if self._next() == end:
            self._take(end)
            return False
        self._take(",")
        self._next()
        return True

    def _string(self) -> str:
        if self._next() != '"':
            raise self._bad(said('is not JSON: a name in "quotes" is missing here.'))
        try:
            word, self._at = _STRINGS.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            self._at = min(error.pos, len(self._text))
            raise self._bad(said('is not JSON: this text in "quotes" cannot be read.')) from error
        if _NO_TEXT.search(word):
            raise self._bad(said("is not JSON that we read: it has characters that no text has."))
        return str(word)

    def _scalar(self, line: int) -> Text:
        found = _PLAIN.match(self._text, self._at)
        if found is None:
            raise self._bad(said("is not JSON: no value stands here."))
        self._at = found.end()
        return Text(line, found[0], plain=True)

    def _take(self, sign: str) -> None:
        if self._next() != sign:
            raise self._bad(said("is not JSON: `{sign}` is missing here.", sign=sign))
        self._at += 1

    def _next(self) -> str:
        """The next letter that is no blank, "" at the end; stands before it then."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        self._next()
        return bisect_right(self._ends, self._at - 1) + 1

    def _bad(self, sentence: str) -> BadDocument:
        return BadDocument([LineFault(self._line(), (), sentence)])
