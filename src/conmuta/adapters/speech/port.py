"""What the product asks of a voice, and how it says no."""

from typing import Protocol

RATE = 8000
"""Samples per second of everything that a telephone plays: mono, 16 bits, WAV."""


class SpeechError(Exception):
    """Audio could not be made; the message is a sentence for a person."""

    code = "speech.error"


class NoVoice(SpeechError):
    """The engine, or its voice for this language, is not installed here."""

    code = "speech.no_voice"


class BadAudio(SpeechError):
    """A file is no audio that we can read, or is too long or too large."""

    code = "speech.bad_audio"


class Speech(Protocol):
    """An engine that reads text aloud."""

    def voice(self, language: str) -> str:
        """Engine, version and voice for `language` ("es", "en"), as one name.

        The same name and text give the same audio. Raises `NoVoice`.
        """

    def speak(self, text: str, language: str) -> bytes:
        """`text` as a mono WAV of 8,000 samples of 16 bits a second. Raises `SpeechError`."""
