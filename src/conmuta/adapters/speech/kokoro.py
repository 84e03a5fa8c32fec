"""Kokoro-82M on onnxruntime: a natural voice, offline, where its files are.

A folder holds it: `model.onnx` (the 82M model, v1.0), `vocab.json` (`{"vocab": {phoneme: id}}`)
and `voices/NAME.bin` (float32, 510 × 256). espeak-ng gives the phonemes. About real time on one
core: for prompts that are made once.
"""

import hashlib
import io
import json
import re
import wave
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conmuta.adapters.speech.espeak import VOICES, told, version
from conmuta.adapters.speech.port import NoVoice, SpeechError
from conmuta.adapters.speech.telephone import telephone_wav

SAMPLES_PER_SECOND = 24_000
SPEAKERS = {"es": "ef_dora", "en": "af_heart"}
MOST_TOKENS = 500
STYLES = (510, 256)
PAUSE_SECONDS = 0.3

_PUNCTUATION = re.compile(r"([;:,.!?¡¿—…\"«»“”()]+)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_TIED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^z": "ʣ",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "ə^ʊ": "Q",
    "s^s": "S",
    "t^s": "ʦ",
    "t^ʃ": "ʧ",
    "ɔ^ɪ": "Y",
}
"""The model's own letters for sounds that espeak-ng writes as two."""
_ENGLISH = {"ʲ": "j", "r": "ɹ", "x": "k", "ɬ": "l"}


def is_installed(folder: Path) -> bool:
    """Whether the engine and its files are there."""
    parts = (folder / "model.onnx", folder / "vocab.json", folder / "voices")
    engine = find_spec("onnxruntime") and find_spec("numpy")
    return bool(engine) and all(part.exists() for part in parts)


class KokoroSpeech:
    """Reads with the model in `folder`, which is loaded when it first speaks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def voice(self, language: str) -> str:
        """The model's checksum, the phonemes' engine, and the speaker."""
        speaker = SPEAKERS.get(language)
        there = speaker and (self._folder / "voices" / f"{speaker}.bin").exists()
        if not is_installed(self._folder) or not there:
            raise NoVoice(f"Kokoro has no voice for “{language}” in {self._folder}.")
        return f"kokoro {self._model_digest} {speaker} espeak-ng {version()}"

    def speak(self, text: str, language: str) -> bytes:
        """`text` as a telephone plays it."""
        self.voice(language)
        spoken = [
            self._infer(chunk, language)
            for sentence in _SENTENCE.split(text.strip())
            for chunk in _chunks(phonemes(sentence, language))
        ]
        if not spoken:
            raise SpeechError("There is nothing to say in this text.")
        return telephone_wav(self._wav(spoken))

    @cached_property
    def _model_digest(self) -> str:
        with (self._folder / "model.onnx").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]

    @cached_property
    def _numpy(self) -> Any:
        return import_module("numpy")

    @cached_property
    def _session(self) -> Any:
        runtime = import_module("onnxruntime")
        path = str(self._folder / "model.onnx")
        return runtime.InferenceSession(path, providers=["CPUExecutionProvider"])

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        read = json.loads((self._folder / "vocab.json").read_text("utf-8"))
        vocabulary: dict[str, int] = read["vocab"]
        return vocabulary

    def _styles(self, language: str) -> Any:
        raw = (self._folder / "voices" / f"{SPEAKERS[language]}.bin").read_bytes()
        return self._numpy.frombuffer(raw, dtype=self._numpy.float32).reshape(STYLES)

    def _infer(self, sounds: str, language: str) -> Any:
        """Samples between -1 and 1 of one chunk, with a pause behind it."""
        numpy = self._numpy
        tokens = [self._vocabulary[sound] for sound in sounds if sound in self._vocabulary]
        style = self._styles(language)[min(len(tokens), STYLES[0] - 1)]
        given = {
            "tokens": numpy.array([[0, *tokens, 0]], dtype=numpy.int64),
            "style": style.reshape(1, STYLES[1]),
            "speed": numpy.ones(1, dtype=numpy.float32),
        }
        names = {item.name for item in self._session.get_inputs()}
        if "input_ids" in names:  # the other packing of the same model
            given["input_ids"] = given.pop("tokens")
        samples = self._session.run(None, given)[0].ravel()
        pause = numpy.zeros(int(PAUSE_SECONDS * SAMPLES_PER_SECOND), dtype=numpy.float32)
        return numpy.concatenate([samples, pause])

    def _wav(self, spoken: list[Any]) -> bytes:
        numpy = self._numpy
        samples = (numpy.clip(numpy.concatenate(spoken), -1, 1) * 32767).astype("<i2")
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLES_PER_SECOND)
            out.writeframes(samples.tobytes())
        return file.getvalue()


def phonemes(text: str, language: str) -> str:
    """The sounds of `text` in the model's alphabet, with its punctuation."""
    pieces = _PUNCTUATION.split(text)
    sounds = [
        piece if index % 2 else _sounds(piece, language) for index, piece in enumerate(pieces)
    ]
    return " ".join(" ".join(sounds).split()).replace(" ,", ",").replace(" .", ".")


def _sounds(piece: str, language: str) -> str:
    if not piece.strip():
        return ""
    done = told(piece, "-q", "--ipa", "--tie=^", "-v", VOICES[language])
    if done.returncode != 0:
        raise SpeechError("espeak-ng could not give the sounds of this text.")
    sounds = " ".join(done.stdout.decode().split())
    for pair, letter in {**_TIED, **(_ENGLISH if language == "en" else {})}.items():
        sounds = sounds.replace(pair, letter)
    return sounds.replace("^", "").replace("͡", "")


def _chunks(sounds: str) -> list[str]:
    """Pieces that the model takes at once, cut at spaces."""
    chunks: list[str] = []
    for word in sounds.split(" "):
        if chunks and len(chunks[-1]) + len(word) < MOST_TOKENS:
            chunks[-1] += f" {word}"
        else:
            chunks.append(word[:MOST_TOKENS])
    return [chunk for chunk in chunks if chunk]
