"""One end of a conversation: what it says, what it heard, and how that is found out."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
from tests.support.hearing import (
    CHUNK,
    LIKENESS,
    RATE,
    SILENCE,
    Samples,
    loudness,
    reference,
    share_of_tone,
    tone,
)


class NotHeardError(AssertionError):
    """A telephone did not hear what it should have."""


class Voice(ABC):
    """Speech and hearing of one call, kept apart from how the audio travels."""

    def __init__(self) -> None:
        self.digits = ""
        self._heard: list[Samples] = []
        self._heard_length = 0
        self._mark = 0
        self._says: Samples | None = None
        self._said = 0
        self._loop_speech = False

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Whether somebody has hung up."""

    @abstractmethod
    async def press(self, keys: str) -> None:
        """Presses keys; what is heard from now on is the answer to them."""

    async def presses(self, keys: str, within: float = 5) -> None:
        """Waits until the far side has pressed exactly these keys."""
        async for _ in self._listening(within):
            if self.digits == keys:
                break
        assert self.digits == keys, f"{self} got keys {self.digits!r}, not {keys!r}"

    def say(self, samples: Samples, *, again: bool = False) -> None:
        """Speaks; with `again` over and over."""
        self._says, self._said, self._loop_speech = samples, 0, again

    def say_tone(self, hertz: float) -> None:
        """Whistles until told otherwise."""
        self.say(tone(hertz, 1.0), again=True)

    def be_silent(self) -> None:
        self._says = None

    # What its person hears

    def listen(self) -> None:
        """Forgets what was heard until now."""
        self._mark = self._heard_length

    def heard(self) -> Samples:
        """What was heard since `listen`."""
        if len(self._heard) > 1:
            self._heard = [np.concatenate(self._heard)]
        return self._heard[0][self._mark :] if self._heard else np.zeros(0, np.float32)

    async def hears_tone(self, hertz: float, within: float = 5, share: float = 0.5) -> None:
        """Waits until 0.3 s hold at least `share` of their energy at `hertz`."""
        best, window, at = 0.0, int(0.3 * RATE), self._mark
        async for _ in self._listening(within):
            samples = self.heard()[at - self._mark :]
            for start in range(0, len(samples) - window + 1, window):
                best = max(best, share_of_tone(samples[start : start + window], hertz))
                at += window
            if best >= share:
                self._mark = at
                return
        raise NotHeardError(f"{self} did not hear {hertz} Hz in {within} s (best share {best:.2f})")

    async def hears(self, wav: Path, within: float = 10, seconds: float = 2.0) -> None:
        """Waits until `seconds` of the file (or most of a shorter one) were heard."""
        wanted = reference(wav)
        enough = min(seconds, wanted.seconds * 0.6)
        found, best, at = 0.0, 0.0, self._mark
        async for _ in self._listening(within):
            samples = self.heard()[at - self._mark :]
            for start in range(0, len(samples) - CHUNK + 1, CHUNK):
                like = wanted.likeness(samples[start : start + CHUNK])
                best, found = max(best, like), found + (like >= LIKENESS) * CHUNK / RATE
                at += CHUNK
                if found >= enough:
                    self._mark = at
                    return
        raise NotHeardError(
            f"{self} heard {found:.1f} s of {wav.name} in {within} s, not {enough:.1f} "
            f"(best likeness {best:.2f}, loudness {loudness(self.heard()):.3f})"
        )

    async def hears_nothing(self, seconds: float = 1.0) -> None:
        """Listens for some seconds, which must be silent."""
        self.listen()
        await asyncio.sleep(seconds)
        loud = loudness(self.heard())
        if loud >= SILENCE:
            raise NotHeardError(f"{self} heard loudness {loud:.3f} in place of silence")

    async def hears_no_tone(self, hertz: float, seconds: float = 1.5) -> None:
        """Listens for some seconds, in which that tone must not sound."""
        self.listen()
        await asyncio.sleep(seconds)
        share = share_of_tone(self.heard(), hertz)
        if share > 0.05:
            raise NotHeardError(f"{self} heard {hertz} Hz (share {share:.2f})")

    async def _listening(self, within: float) -> AsyncIterator[None]:
        """Once now and then, until `within` is over or the call has ended and all is read."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while loop.time() < until and not self.ended:
            yield
            await asyncio.sleep(0.1)
        yield

    def _hear(self, samples: Samples) -> None:
        self._heard.append(samples)
        self._heard_length += len(samples)

    def _next_words(self, count: int) -> Samples:
        assert self._says is not None
        if self._loop_speech:
            at = np.arange(self._said, self._said + count) % len(self._says)
            self._said += count
            return self._says[at]
        piece = self._says[self._said : self._said + count]
        self._said += len(piece)
        if self._said >= len(self._says):
            self._says = None
        return piece


async def they_hear_each_other(one: Voice, other: Voice) -> None:
    """Each speaks, and the other hears it."""
    one.say_tone(600)
    other.say_tone(900)
    await other.hears_tone(600)
    await one.hears_tone(900)
