"""Sentences for people, in the two languages that the screens speak.

Both stand side by side, so that a kind of step says everything about itself in one file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence as templates with `{values}`; a value may be `Words` itself."""

    en: str
    es: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in `language` ("es" or anything else for English)."""
        spoken = {
            name: value.text(language) if isinstance(value, Words) else value
            for name, value in self.values.items()
        }
        return (self.es if language == "es" else self.en).format_map(spoken)

    def __str__(self) -> str:
        return self.text("en")


def words(en: str, es: str, **values: object) -> Words:
    """`Words` with its values as keywords."""
    return Words(en, es, values)


def listed(names: object) -> str:
    """Names as people list them, or a dash."""
    items = [str(name) for name in names] if isinstance(names, (list, tuple)) else [str(names)]
    return ", ".join(items) or "—"
