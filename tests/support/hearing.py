"""What a telephone hears: tones by their spectrum, prompts by their own audio.

All audio is kept as mono samples at 8,000 Hz between -1 and 1, whatever the call's codec was.
"""

import wave
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

RATE = 8000
SILENCE = 0.004  # root mean square below which nobody would say that there is sound
CHUNK = 3200  # 0.4 s: long enough to be like nothing else, short enough to survive a lost packet
LIKENESS = 0.6  # normalised correlation; G.711 gives 0.99, opus about 0.9, another text under 0.3


def tone(hertz: float, seconds: float = 1.0, loudness: float = 0.3) -> Samples:
    """A sine."""
    at = np.arange(int(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def read_wav(path: Path) -> Samples:
    """A WAV file's audio, brought to 8,000 Hz mono."""
    with wave.open(str(path)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        pcm = file.readframes(file.getnframes())
    return to_samples(pcm, rate, channels)


def to_samples(pcm: bytes, rate: int, channels: int) -> Samples:
    """16-bit interleaved PCM, brought to 8,000 Hz mono."""
    raw = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768
    mono = raw.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return mono if rate == RATE else _decimate(mono, rate // RATE)


def from_samples(samples: Samples, rate: int, channels: int) -> bytes:
    """The inverse of `to_samples`."""
    if rate != RATE:
        at = np.arange(len(samples) * rate // RATE) * RATE / rate
        samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    return np.repeat(pcm, channels).tobytes()


def loudness(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def share_of_tone(samples: Samples, hertz: float, width: float = 25.0) -> float:
    """How much of the energy lies within `width` hertz of `hertz`, 0 to 1; silence has none."""
    if len(samples) < RATE // 10 or loudness(samples) < SILENCE:
        return 0.0
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(power[np.abs(at - hertz) <= width].sum() / power.sum())


class Reference:
    """A piece of audio that a telephone may hear, ready to be looked for."""

    def __init__(self, samples: Samples) -> None:
        self.seconds = len(samples) / RATE
        self._size = 1 << (len(samples) + CHUNK - 1).bit_length()
        self._spectrum = np.fft.rfft(samples, self._size)
        squares = np.concatenate(([0.0], np.cumsum(np.square(samples, dtype=np.float64))))
        energy = squares[CHUNK:] - squares[:-CHUNK]
        self._norms = np.sqrt(np.maximum(energy, (CHUNK * SILENCE**2) / 4))

    def likeness(self, chunk: Samples) -> float:
        """The best correlation of a chunk of `CHUNK` samples with any part of this audio."""
        if loudness(chunk) < SILENCE:
            return 0.0
        spectrum = self._spectrum * np.conj(np.fft.rfft(chunk, self._size))
        found = np.fft.irfft(spectrum, self._size)[: len(self._norms)]
        return float(np.max(found / self._norms) / np.linalg.norm(chunk))


@lru_cache(maxsize=256)
def reference(path: Path) -> Reference:
    """The audio of a WAV file as a reference, read once."""
    return Reference(read_wav(path))


def seconds_of(wanted: Reference, heard: Samples) -> float:
    """How many seconds of `heard` are parts of `wanted`."""
    chunks = range(0, len(heard) - CHUNK + 1, CHUNK)
    found = sum(wanted.likeness(heard[at : at + CHUNK]) >= LIKENESS for at in chunks)
    return found * CHUNK / RATE


def _decimate(samples: Samples, factor: int) -> Samples:
    taps = np.sinc(np.arange(-8 * factor, 8 * factor + 1) / factor) * np.hamming(16 * factor + 1)
    smooth = np.convolve(samples, taps / taps.sum(), mode="same")
    return smooth[::factor].astype(np.float32)
