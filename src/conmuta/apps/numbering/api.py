"""The door of numbering: the operator's stock of numbers."""

from conmuta.apps.numbering.actions import (
    assign,
    describe,
    free,
    put,
    release,
    remove,
    reserve,
)
from conmuta.apps.numbering.contracts import (
    Facts,
    ImportReport,
    NumberState,
    NumberView,
    Span,
    Stretch,
)
from conmuta.apps.numbering.e164 import country_of, is_valid, normalised
from conmuta.apps.numbering.errors import NotFree, NotInStock, NumberElsewhere, NumberRings
from conmuta.apps.numbering.importing import import_numbers
from conmuta.apps.numbering.queries import (
    StockFilter,
    holder,
    number,
    numbers_of,
    stock,
    stretches,
    summary,
    unassigned,
)
from conmuta.apps.numbering.rules import (
    LONGEST_TEXT,
    differing,
    joined,
    outside,
    overlaid,
    overlap,
    quarantine_ends,
    span_of,
)

__all__ = [
    "LONGEST_TEXT",
    "Facts",
    "ImportReport",
    "NotFree",
    "NotInStock",
    "NumberElsewhere",
    "NumberRings",
    "NumberState",
    "NumberView",
    "Span",
    "StockFilter",
    "Stretch",
    "assign",
    "country_of",
    "describe",
    "differing",
    "free",
    "holder",
    "import_numbers",
    "is_valid",
    "joined",
    "normalised",
    "number",
    "numbers_of",
    "outside",
    "overlaid",
    "overlap",
    "put",
    "quarantine_ends",
    "release",
    "remove",
    "reserve",
    "span_of",
    "stock",
    "stretches",
    "summary",
    "unassigned",
]
