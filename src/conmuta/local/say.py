"""What the terminal shows during long steps: what is being done, and how long it took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]


def say(text: str) -> None:
    """A line for the person at the terminal, at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str, tell: Say = say) -> Iterator[Say]:
    """Say `title`, run the block (its `tell` indents), and say how long it took."""
    tell(f"• {title}")
    began = time.monotonic()
    yield lambda text: tell(f"  {text}")
    seconds = time.monotonic() - began
    if seconds >= 1:
        tell(f"  done in {seconds:.1f} s")
