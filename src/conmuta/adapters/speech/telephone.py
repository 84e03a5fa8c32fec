"""Any audio file as a telephone plays it: mono, 8 kHz, 16 bits, at an even loudness (sox)."""

import io
import re
import subprocess
import tempfile
import wave
from pathlib import Path

from conmuta.adapters.speech.port import RATE, BadAudio, SpeechError

LARGEST_FILE = 50 * 1024 * 1024
LONGEST_SECONDS = 900
LOUDNESS_DB = -20.0
"""RMS level of what callers hear; what our engines' and carriers' recordings are about."""
LOUDEST_DB = -1.0
"""No sample is louder."""
TIMEOUT_SECONDS = 120
LIMITS = ("prlimit", "--cpu=60", f"--as={1024**3}", "--")
"""A hostile file may not take the machine."""

_KINDS = (
    (b"RIFF", "wav"),
    (b"RIFX", "wav"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"FORM", "aiff"),
    (b".snd", "au"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
)
_RMS = re.compile(r"RMS lev dB\s+(-?[\d.]+|-inf)")
_PEAK = re.compile(r"Pk lev dB\s+(-?[\d.]+|-inf)")
_SECONDS = re.compile(r"Length s\s+([\d.]+)")


def kind_of(content: bytes) -> str:
    """The file's format by its first bytes, never by its name. Raises `BadAudio`."""
    for magic, kind in _KINDS:
        if content.startswith(magic):
            return kind
    known = ", ".join(sorted({kind for _, kind in _KINDS}))
    raise BadAudio(f"This is no audio file that we can read. Use one of {known}.")


def telephone_wav(content: bytes) -> bytes:
    """`content` as a telephone plays it. Raises `BadAudio` with a sentence."""
    if len(content) > LARGEST_FILE:
        raise BadAudio(f"The file is larger than {LARGEST_FILE // 1024**2} MB. Cut it shorter.")
    kind = kind_of(content)
    with tempfile.TemporaryDirectory(prefix="conmuta-audio-") as folder:
        given, plain, even = (Path(folder) / name for name in ("given", "plain.wav", "even.wav"))
        given.write_bytes(content)
        gain = _plain(given, kind, plain)
        _sox("-D", str(plain), str(even), "gain", f"{gain:.2f}")
        return even.read_bytes()


def is_telephone_wav(content: bytes) -> bool:
    """Whether `content` has the form of `telephone_wav`'s answers."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            form = file.getnchannels(), file.getframerate(), file.getsampwidth()
            return form == (1, RATE, 2) and 0 < file.getnframes() <= LONGEST_SECONDS * RATE
    except (wave.Error, EOFError):
        return False


def _plain(given: Path, kind: str, plain: Path) -> float:
    """Converts, and tells the gain in dB that makes it as loud as others, and clips nothing."""
    form = ["-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed-integer"]
    most = ["trim", "0", str(LONGEST_SECONDS + 1)]
    told = _sox("-D", "--ignore-length", "-t", kind, str(given), *form, str(plain), *most, "stats")
    seconds, rms, peak = _SECONDS.search(told), _RMS.search(told), _PEAK.search(told)
    if seconds is None or rms is None or peak is None or float(seconds[1]) <= 0:
        raise BadAudio("The file has no sound in it.")
    if float(seconds[1]) > LONGEST_SECONDS:
        raise BadAudio(f"The audio is longer than {LONGEST_SECONDS // 60} minutes. Cut it shorter.")
    if rms[1] == "-inf":
        raise BadAudio("The file is silent from its beginning to its end.")
    return min(LOUDNESS_DB - float(rms[1]), LOUDEST_DB - float(peak[1]))


def _sox(*words: str) -> str:
    """What sox says on its error output. Raises `BadAudio` where it refuses the file."""
    try:
        done = subprocess.run(
            [*LIMITS, "sox", "-V1", *words],
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise SpeechError("sox is not installed: `apt-get install sox`.") from error
    except subprocess.TimeoutExpired as error:
        raise BadAudio("The file takes too long to convert.") from error
    if done.returncode != 0:
        raise BadAudio("The file is damaged, or is no audio of the kind that it says it is.")
    return done.stderr.decode("utf-8", "replace")
