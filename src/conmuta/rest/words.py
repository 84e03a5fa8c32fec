"""What a schema refuses, in our words and the caller's language: a sentence for each kind."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conmuta.platform.sentences import said

Sentence = str | Promise

_TEXT: Final = _("must be a text.")
_WHOLE: Final = _("must be a whole number.")
_NUMBER: Final = _("must be a number.")
_TRUTH: Final = _("must be true or false.")
_LIST: Final = _("must be a list.")
_TABLE: Final = _("must be an object with fields.")
_DAY: Final = _("must be a day such as 2027-01-31.")
_TIME: Final = _("must be a time with its offset, such as 2026-11-01T00:00:00-03:00.")
_CHOICE: Final = _("must be one of {expected}.")

SENTENCES: Final[Mapping[str, Sentence]] = {
    "missing": _("is missing."),
    "extra_forbidden": _("is not a field here. Leave it out."),
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_long": _("has more than {max_length} characters."),
    "string_too_short": _("has fewer than {min_length} characters."),
    "string_pattern_mismatch": _("does not have the form that it must have: {pattern}"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("is too large a number."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "greater_than": _("must be more than {gt}."),
    "greater_than_equal": _("must be {ge} or more."),
    "less_than": _("must be less than {lt}."),
    "less_than_equal": _("must be {le} or less."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_long": _("has more than {max_length} items."),
    "too_short": _("has fewer than {min_length} items."),
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dataclass_type": _TABLE,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
    "time_type": _("must be a time of day such as 09:00."),
    "time_parsing": _("must be a time of day such as 09:00."),
    "none_required": _("must be left out, or null."),
    "json_invalid": _("is not JSON."),
    "json_type": _("is not JSON."),
    "value_error": "{error}",
}
"""By the kinds that pydantic tells, with the facts that it tells."""


def sentence(error: Mapping[str, Any]) -> str:
    """A fault that pydantic found, as a person is told of it."""
    known = SENTENCES.get(str(error.get("type", "")))
    if known is None:
        return said("is not as it must be here.")
    facts = {name: _shown(fact) for name, fact in error.get("ctx", {}).items()}
    try:
        return str(known).format(**facts)
    except KeyError:
        return said("is not as it must be here.")


def _shown(fact: object) -> object:
    """Pydantic lists choices as `'a', 'b' or 'c'`."""
    return fact.replace(" or ", ", ").replace("'", "`") if isinstance(fact, str) else fact
