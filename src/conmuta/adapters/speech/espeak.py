"""espeak-ng: on every machine, at once, in any language; a plain voice.

It is a program of its own; the text goes in by its input, never as an argument.
"""

import shutil
import subprocess
from functools import cache

from conmuta.adapters.speech.port import NoVoice, SpeechError
from conmuta.adapters.speech.telephone import telephone_wav

PROGRAM = "espeak-ng"
VOICES = {"es": "es-419", "en": "en-us"}
WORDS_PER_MINUTE = "150"
TIMEOUT_SECONDS = 60


@cache
def version() -> str:
    """The engine's version. Raises `NoVoice` where it is not installed."""
    if shutil.which(PROGRAM) is None:
        raise NoVoice("espeak-ng is not installed: `apt-get install espeak-ng`.")
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, check=True, timeout=10)
    return told.stdout.decode().split(": ", 1)[1].split(" ", 1)[0].strip()


def told(text: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """What espeak-ng makes of `text`. Ubuntu's does not say the last letter of an open line."""
    return subprocess.run(
        [PROGRAM, *words, "--stdin"],
        input=f"{text}\n".encode(),
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


class EspeakSpeech:
    """The voice that is always there."""

    def voice(self, language: str) -> str:
        """Engine, version, voice and pace."""
        if language not in VOICES:
            raise NoVoice(f"espeak-ng has no voice chosen here for “{language}”.")
        return f"espeak-ng {version()} {VOICES[language]} {WORDS_PER_MINUTE}"

    def speak(self, text: str, language: str) -> bytes:
        """`text` as a telephone plays it."""
        self.voice(language)
        done = told(text, "-v", VOICES[language], "-s", WORDS_PER_MINUTE, "--stdout")
        if done.returncode != 0 or not done.stdout:
            raise SpeechError("espeak-ng could not speak this text.")
        return telephone_wav(done.stdout)
