"""Voices that read texts aloud, and audio files as a telephone plays them."""

from pathlib import Path

from conmuta.adapters.speech.espeak import EspeakSpeech
from conmuta.adapters.speech.kokoro import KokoroSpeech, is_installed
from conmuta.adapters.speech.port import BadAudio, NoVoice, Speech, SpeechError
from conmuta.adapters.speech.telephone import is_telephone_wav, telephone_wav
from conmuta.adapters.speech.tone import ToneSpeech

__all__ = [
    "BadAudio",
    "EspeakSpeech",
    "KokoroSpeech",
    "NoVoice",
    "Speech",
    "SpeechError",
    "ToneSpeech",
    "best_speech",
    "is_telephone_wav",
    "telephone_wav",
]


def best_speech(kokoro: Path) -> Speech:
    """Kokoro where its folder and its engine are installed, else espeak-ng."""
    return KokoroSpeech(kokoro) if is_installed(kokoro) else EspeakSpeech()
