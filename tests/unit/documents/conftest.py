"""A voice of tones and a store in memory, so that a file's prompts take no time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conmuta.adapters.speech import ToneSpeech
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.callflow import ports

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(autouse=True)
def voice() -> Iterator[ToneSpeech]:
    """What was asked to be spoken is in `voice.spoken`."""
    speech, store = ToneSpeech(), MemoryStorage()
    before = ports.speech.bind(lambda: speech), ports.storage.bind(lambda: store)
    yield speech
    if before[0] is not None and before[1] is not None:
        ports.speech.bind(before[0])
        ports.storage.bind(before[1])


@pytest.fixture(autouse=True)
def no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal of a test has no language: commands speak the file's own."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bootcamp() -> str:
    """The boot camp company's file."""
    return (EXAMPLES / "bootcamp.yaml").read_text("utf-8")


@pytest.fixture
def second() -> str:
    """The second company's file, with the same extension numbers."""
    return (EXAMPLES / "second.yaml").read_text("utf-8")
