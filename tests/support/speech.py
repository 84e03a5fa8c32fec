"""Prompts for tests: spoken once by espeak-ng, kept by their text."""

import contextlib
import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from conmuta_plan.flows import Prompt

CACHE = Path(os.environ.get("CONMUTA_CACHE", "/var/cache/conmuta")) / "test-prompts"
VOICES = {"es": "es-419", "en": "en"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A prompt and the file that holds its audio."""

    prompt: Prompt
    wav: Path


def speak(name: str, text: str, language: str = "es") -> Spoken:
    """`text` in a voice of `language`, mono 8 kHz 16 bit, as a plan's prompt."""
    CACHE.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()
    wav = CACHE / f"{key}.wav"
    if not wav.exists():
        _render(text, language, wav)
    digest = hashlib.sha256(wav.read_bytes()).hexdigest()
    return Spoken(Prompt(name=name, digest=digest, language=language, text=text), wav)


def _render(text: str, language: str, wav: Path) -> None:
    raw, made = wav.with_suffix(f".{os.getpid()}.raw.wav"), wav.with_suffix(f".{os.getpid()}.wav")
    subprocess.run(["espeak-ng", "-v", VOICES[language], "-w", str(raw), text], check=True)
    sox = ["sox", str(raw), "-r", "8000", "-c", "1", "-b", "16", str(made), "gain", "-n", "-6"]
    subprocess.run(sox, check=True)
    with contextlib.suppress(FileExistsError):  # who was first has told others its digest
        wav.hardlink_to(made)
    raw.unlink()
    made.unlink()
