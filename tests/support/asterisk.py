"""Asterisk's parts that tests need whatever the configuration: root, clock, certificate."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def asterisk_root() -> Path:
    """Asterisk's root folder on this machine: the one named, or the newest built."""
    named = os.environ.get("CONMUTA_ASTERISK_ROOT")
    if named:
        return Path(named)
    cache = Path(os.environ.get("CONMUTA_CACHE", "/var/cache/conmuta"))
    built = sorted(cache.glob("asterisk-root-*"), key=lambda path: path.stat().st_mtime)
    assert built, f"no Asterisk root folder in {cache}: run ./conmuta up, or name one"
    return built[-1]


def asterisks_prompt(name: str, language: str = "es") -> Path:
    """A sentence of Asterisk's own, as "conf-getpin"."""
    return asterisk_root() / f"usr/share/asterisk/sounds/{language}/{name}.wav"


CLOCK = {
    "LD_PRELOAD": FAKETIME,
    "FAKETIME_TIMESTAMP_FILE": "/state/clock",
    "FAKETIME_NO_CACHE": "1",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}
"""The environment of an Asterisk whose clock `set_clock` moves."""


def set_clock(state: Path, at: datetime) -> None:
    """The programs of that state folder believe from now on that it is `at`."""
    written = state / "clock.new"
    written.write_text(f"{int(at.timestamp() - time.time()):+d}")
    written.replace(state / "clock")


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """A folder with these files and no others."""
    if folder.is_dir():
        shutil.rmtree(folder)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def make_certificate(folder: Path, name: str) -> None:
    """A certificate that nobody has signed, as tls.crt and tls.key; no other is believed."""
    folder.mkdir(parents=True, exist_ok=True)
    line = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    line += ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run([*line, "-subj", f"/CN={name}"], check=True, capture_output=True)
    shutil.copy(folder / "tls.crt", folder / "authorities.pem")
