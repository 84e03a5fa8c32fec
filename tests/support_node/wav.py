"""Sound files as Asterisk records them."""

import wave
from pathlib import Path

import numpy as np

RATE = 8000


def write_tone(path: Path, hertz: float, seconds: float = 3.0) -> None:
    """A telephone's recording that holds a tone, or silence (0 Hz)."""
    times = np.arange(int(RATE * seconds)) / RATE
    samples = (8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
