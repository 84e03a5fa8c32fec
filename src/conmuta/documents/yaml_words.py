"""What the parser of YAML finds wrong, in our words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conmuta.platform.sentences import said

BEGINNINGS: Final[tuple[tuple[str, Promise], ...]] = (
    (
        "mapping values are not allowed",
        _("a `: ` stands where no value may begin; put the text in quotes, or mend the indent"),
    ),
    ("could not find expected ':'", _("a name stands here without `: ` and a value")),
    ("expected <block end>", _("the indent does not fit the lines above")),
    ("expected ',' or ']'", _("a list in brackets lacks a comma or its `]`")),
    ("expected ',' or '}'", _("fields in braces lack a comma or their `}`")),
    ("found unexpected end of stream", _("a quote is opened and never closed")),
    ("found unexpected document", _("a quote is opened and never closed")),
    ("found character", _("no value begins so; use spaces for the indent, or quotes for the text")),
    ("found unknown escape", _("this is no escape in double quotes; use single ones")),
    ("found duplicate anchor", _("a name after `&` is given twice")),
    ("expected the node content", _("a value is missing here")),
    ("expected '<document start>'", _("more stands here after the end of the file's fields")),
    ("while scanning", _("this cannot be read")),
)
"""Each way in which ruamel's sentences begin, and ours for it."""


def words_of(problem: str) -> str:
    """A sentence in the reader's language for what the parser says of a line."""
    for begins, ours in BEGINNINGS:
        if problem.startswith(begins):
            return said("is not YAML: {problem}.", problem=ours)
    return said("is not YAML that can be read here.")
