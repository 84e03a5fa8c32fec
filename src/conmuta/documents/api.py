"""The door of documents: tenants as files."""

from conmuta.documents.applying import Applied, apply, preview
from conmuta.documents.differences import Difference, FieldDifference
from conmuta.documents.form import TenantDocument, language_of, read, read_top, top_of
from conmuta.documents.tree import BadDocument, LineFault, Table, parse
from conmuta.documents.writing import Choices, export

__all__ = [
    "Applied",
    "BadDocument",
    "Choices",
    "Difference",
    "FieldDifference",
    "LineFault",
    "Table",
    "TenantDocument",
    "apply",
    "export",
    "language_of",
    "parse",
    "preview",
    "read",
    "read_top",
    "top_of",
]
