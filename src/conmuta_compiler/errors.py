"""What may be wrong with a plan."""

from typing import Protocol


class Sentence(Protocol):
    """What can be said in each language of the screens."""

    def text(self, language: str) -> str: ...


class InvalidPlan(ValueError):
    """A plan that cannot become Asterisk configuration. Its text is a sentence for a person."""

    def __init__(self, where: str, reason: Sentence) -> None:
        super().__init__(f"{where}: {reason.text('en')}")
        self.where = where
        self.reason = reason

    def text(self, language: str) -> str:
        """The same in `language`."""
        return f"{self.where}: {self.reason.text(language)}"
