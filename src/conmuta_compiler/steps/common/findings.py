"""What a check finds, and the refusal of a step that cannot be compiled."""

from dataclasses import dataclass
from enum import StrEnum

from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.steps.common.words import Words


class Severity(StrEnum):
    """An error harms calls for certain; a warning probably; a hint is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`where` names the object: "flow principal, step menu", "queue ventas", …"""

    code: str
    severity: Severity
    where: str
    words: Words

    def text(self, language: str) -> str:
        return self.words.text(language)


class FlowError(InvalidPlan):
    """A flow cannot be compiled; the sentence says why and where."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.where, finding.words)
