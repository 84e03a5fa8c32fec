"""Waiting longer after each failure in a row."""

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Seconds to wait: doubled each time up to `longest`, a little different on each node."""

    first: float = 0.2
    longest: float = 15.0
    _tries: int = 0

    def next(self) -> float:
        """The pause after one more failure."""
        pause = min(self.longest, self.first * 2.0**self._tries)
        self._tries = min(self._tries + 1, 16)
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 — spreads load, hides nothing

    def reset(self) -> None:
        """It worked."""
        self._tries = 0
