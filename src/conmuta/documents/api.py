"""The door of documents: tenants as files."""

from conmuta.documents.applying import Applied, apply, preview
from conmuta.documents.differences import Difference, FieldDifference
from conmuta.documents.form import TenantDocument, read
from conmuta.documents.tree import BadDocument, LineFault
from conmuta.documents.writing import Choices, export

__all__ = [
    "Applied",
    "BadDocument",
    "Choices",
    "Difference",
    "FieldDifference",
    "LineFault",
    "TenantDocument",
    "apply",
    "export",
    "preview",
    "read",
]
