"""Calls with audio and recording: how many a core carries."""

import subprocess
from pathlib import Path

from bench.support import sipp
from bench.support.node import BenchNode

TOGETHER = 40
TALK_MS = 20_000
TENANT = "recorded"
TRIES = 3


def calls_per_core(node: BenchNode, work: Path, answer_port: int, calling_port: int) -> float:
    """Calls in parallel that one core carries, each with RTP both ways and recorded.

    From CPU seconds of Asterisk for each second of call, at `TOGETHER` calls at once.
    """
    audio = _audio(work)
    load = sipp.Load(
        str(_scenario("talk", audio, work).with_suffix("")),
        "200",
        rate=10,
        calls=TOGETHER,
        talk_ms=TALK_MS,
        user="100",
        password="s3cret-of-a-bench",
        domain=f"{TENANT}.example.test",
    )
    node.clear()
    with sipp.answering(answer_port, _scenario("echo", audio, work)):
        for _ in range(TRIES):
            before = node.cpu_seconds()
            counted = sipp.call(load, f"127.0.0.1:{node.settings.udp_port}", calling_port, work)
            used = node.cpu_seconds() - before
            if counted.failed == 0:
                break
            node.clear()
    assert counted.failed == 0, counted
    raw = list((node.home.state / "recordings").rglob("*.wav"))
    assert len(raw) >= 2 * TOGETHER, f"{len(raw)} files of {TOGETHER} recorded calls"
    return TOGETHER * TALK_MS / 1000 / used


def _audio(work: Path) -> Path:
    """Half a minute of a tone as raw A-law, which is what SIPp streams."""
    path = work / "talk.al"
    tone = ["synth", "30", "sine", "440", "gain", "-12"]
    line = ["sox", "-n", "-r", "8000", "-c", "1", "-t", "al", str(path), *tone]
    subprocess.run(line, check=True)
    return path


def _scenario(name: str, audio: Path, work: Path) -> Path:
    text = (sipp.SCENARIOS / f"{name}.xml").read_text().replace("talk.wav", str(audio))
    path = work / f"{name}.xml"
    path.write_text(text)
    return path
