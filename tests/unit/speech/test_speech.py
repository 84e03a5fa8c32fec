"""Every voice keeps the same promises; every file becomes what a telephone plays."""

import io
import math
import os
import struct
import subprocess
import wave
from pathlib import Path

import pytest

from conmuta.adapters.speech import (
    BadAudio,
    EspeakSpeech,
    KokoroSpeech,
    NoVoice,
    Speech,
    ToneSpeech,
    best_speech,
    is_telephone_wav,
    telephone_wav,
)
from conmuta.adapters.speech.kokoro import is_installed, phonemes
from conmuta.adapters.speech.telephone import LOUDNESS_DB

KOKORO = Path(os.environ.get("CONMUTA_TEST_KOKORO", "/var/cache/conmuta/kokoro"))
VOICES: list[Speech] = [EspeakSpeech(), ToneSpeech()]
if is_installed(KOKORO):
    VOICES.append(KokoroSpeech(KOKORO))
SAID = {"es": "Buenos días. Digite uno.", "en": "Good morning. Press one."}


def samples(content: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(content)) as file:
        frames = file.readframes(file.getnframes())
    return struct.unpack(f"<{len(frames) // 2}h", frames)


def loudness(content: bytes) -> float:
    """RMS level in dB of full scale."""
    heard = samples(content)
    return 20 * math.log10(math.sqrt(sum(s * s for s in heard) / len(heard)) / 32768)


def tone(*, rate: int, channels: int, width: int, seconds: float, level: float) -> bytes:
    """A WAV of 440 Hz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setframerate(rate)
        out.setsampwidth(width)
        top = 2 ** (8 * width - 1) - 1
        for index in range(int(rate * seconds)):
            value = int(level * top * math.sin(2 * math.pi * 440 * index / rate))
            out.writeframesraw(value.to_bytes(width, "little", signed=True) * channels)
    return file.getvalue()


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: type(voice).__name__)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_voice_speaks_for_telephones(voice: Speech, language: str) -> None:
    audio = voice.speak(SAID[language], language)
    assert is_telephone_wav(audio)
    assert len(samples(audio)) > 8000 * 0.3
    assert loudness(audio) > -35


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: type(voice).__name__)
def test_the_same_words_by_the_same_voice_are_the_same_audio(voice: Speech) -> None:
    assert voice.speak(SAID["es"], "es") == voice.speak(SAID["es"], "es")
    assert voice.voice("es") == voice.voice("es") != voice.voice("en")


@pytest.mark.parametrize("text", ["--help", "-f/etc/passwd", "<speak>uno</speak>", "¿Sí? ¡100 %!"])
def test_a_text_is_never_an_argument(text: str) -> None:
    assert is_telephone_wav(EspeakSpeech().speak(text, "es"))


def test_a_language_without_a_voice_is_told() -> None:
    with pytest.raises(NoVoice, match="xx"):
        EspeakSpeech().speak("hello", "xx")


def test_without_its_files_the_natural_voice_gives_way(tmp_path: Path) -> None:
    assert isinstance(best_speech(tmp_path), EspeakSpeech)
    with pytest.raises(NoVoice):
        KokoroSpeech(tmp_path).speak("hola", "es")


def test_the_sounds_of_a_text_keep_its_punctuation() -> None:
    assert phonemes("Hola, mundo.", "es") == "ˈola, mˈundo."


@pytest.mark.parametrize(
    ("rate", "channels", "width"), [(8000, 1, 2), (44100, 2, 2), (48000, 1, 3), (16000, 2, 4)]
)
def test_any_wav_becomes_a_telephones(rate: int, channels: int, width: int) -> None:
    given = tone(rate=rate, channels=channels, width=width, seconds=0.5, level=0.5)
    made = telephone_wav(given)
    assert is_telephone_wav(made)
    assert len(samples(made)) == pytest.approx(4000, abs=20)


@pytest.mark.parametrize("level", [0.01, 0.9])
def test_quiet_and_loud_recordings_are_heard_alike(level: float) -> None:
    made = telephone_wav(tone(rate=8000, channels=1, width=2, seconds=0.5, level=level))
    assert loudness(made) == pytest.approx(LOUDNESS_DB, abs=0.5)


@pytest.mark.parametrize("kind", ["flac", "ogg", "aiff", "au"])
def test_other_formats_are_read_by_their_content(kind: str, tmp_path: Path) -> None:
    given, other = tmp_path / "given.wav", tmp_path / f"other.{kind}"
    given.write_bytes(tone(rate=16000, channels=1, width=2, seconds=0.5, level=0.5))
    subprocess.run(["sox", given, other], check=True)
    assert is_telephone_wav(telephone_wav(other.read_bytes()))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no audio file"),
        (b"GIF89a....", "no audio file"),
        (b"#!/bin/sh\n", "no audio file"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk", "damaged|no sound"),
        (b"OggS" + b"\xff" * 400, "damaged"),
        (tone(rate=8000, channels=1, width=2, seconds=0.2, level=0), "silent"),
        (tone(rate=8000, channels=1, width=2, seconds=0, level=1), "no sound|damaged"),
    ],
)
def test_a_bad_file_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(BadAudio, match=said):
        telephone_wav(content)


def test_an_hour_of_audio_is_too_long() -> None:
    silence = io.BytesIO()
    with wave.open(silence, "wb") as out:
        out.setnchannels(1)
        out.setframerate(8000)
        out.setsampwidth(1)
        out.writeframes(b"\x80\x90" * (8000 * 1800))
    with pytest.raises(BadAudio, match="longer than 15 minutes"):
        telephone_wav(silence.getvalue())
