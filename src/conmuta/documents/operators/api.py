"""The door of operators' files."""

from conmuta.documents.operators.applying import apply, preview
from conmuta.documents.operators.form import OperatorDocument, is_operators, read, read_top
from conmuta.documents.operators.writing import export

__all__ = ["OperatorDocument", "apply", "export", "is_operators", "preview", "read", "read_top"]
