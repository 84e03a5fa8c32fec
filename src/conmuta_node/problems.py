"""What is wrong on this node now, in sentences for a person."""

import time

_CRASH_SECONDS = 600.0  # how long a crash that was mended is still told


class Problems:
    """Problems by name; setting one again replaces its sentence, clearing takes it away."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self._passing: dict[str, tuple[str, float]] = {}

    def set(self, name: str, sentence: str) -> None:
        """Something is wrong until cleared."""
        self._now[name] = sentence

    def clear(self, name: str) -> None:
        """It is right again."""
        self._now.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether that is wrong now."""
        return name in self._now

    def note(self, name: str, sentence: str) -> None:
        """Something went wrong and was mended; told for a while."""
        self._passing[name] = (sentence, time.monotonic() + _CRASH_SECONDS)

    def sentences(self) -> tuple[str, ...]:
        """All that is to be told now."""
        now = time.monotonic()
        self._passing = {k: v for k, v in self._passing.items() if v[1] > now}
        return (*self._now.values(), *(sentence for sentence, _ in self._passing.values()))
