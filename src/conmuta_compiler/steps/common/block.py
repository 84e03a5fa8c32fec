"""The dialplan of one step: priorities of an Asterisk extension, and contexts of its own."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    """Applications in order, each with the label by which others jump to it, or ""."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    """Whole contexts that the step needs beside its extension."""

    def app(self, application: str, label: str = "") -> None:
        self.lines.append((label, application))

    def render(self, extension: str) -> str:
        """The extension's text, without a line end."""
        return "\n".join(
            _line(extension, index, label, application)
            for index, (label, application) in enumerate(self.lines)
        )


def _line(extension: str, index: int, label: str, application: str) -> str:
    mark = f"({label})" if label else ""
    if index == 0:
        return f"exten => {extension},1{mark},{application}"
    return f" same => n{mark},{application}"
