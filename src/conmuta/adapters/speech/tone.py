"""A voice of tones, one for each word: instant, and the same everywhere. For tests and benches."""

import io
import math
import struct
import wave

from conmuta.adapters.speech.port import RATE, SpeechError

WORD_SECONDS = 0.1
LOUDNESS = 8000
LOWEST_HZ = 300


class ToneSpeech:
    """`spoken` remembers each text that was asked for, in order."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def voice(self, language: str) -> str:
        return f"tone 1 {language}"

    def speak(self, text: str, language: str) -> bytes:
        """A tone for each word of `text`; its length and language give the pitch."""
        words = text.split()
        if not words:
            raise SpeechError("There is nothing to say in this text.")
        self.spoken.append(text)
        return _wav([LOWEST_HZ + 50 * len(word) + len(language) for word in words])


def _wav(pitches: list[int]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(_tone(pitch) for pitch in pitches))
    return file.getvalue()


def _tone(pitch: int) -> bytes:
    count = int(WORD_SECONDS * RATE)
    samples = (int(LOUDNESS * math.sin(2 * math.pi * pitch * i / RATE)) for i in range(count))
    return struct.pack(f"<{count}h", *samples)
