"""Wait for what must come true, with a limit that only a fault reaches."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 180.0


def eventually(
    true: Callable[[], object],
    seconds: float = PATIENCE,
    told: Callable[[], object] = lambda: "",
) -> None:
    """Return once `true()` is; fail after `seconds`, with what is `told` then."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"it never came true {told()}"
        time.sleep(0.02)


async def soon(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once `true()` is, letting others work meanwhile; fail after `seconds`."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        await asyncio.sleep(0.02)
