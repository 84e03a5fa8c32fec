"""First passwords that nobody has read yet: kept until a start comes to show them.

A start may fail after the database was made ready. The passwords stay meanwhile in a file that
only its owner reads, encrypted with the installation's key, and go when they were shown.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from conmuta.local.private import keep_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who may sign in; `password` was made now and is shown once."""

    name: str
    email: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Who is still to be told; `company` is one whose people have no password yet."""

    people: tuple[Person, ...] = ()
    company: str = ""


def read(state: Path) -> Untold:
    """What is kept; nothing where it cannot be read with today's key."""
    from conmuta.platform import secrets

    with contextlib.suppress(OSError, ValueError, secrets.SecretUnreadable):
        sealed = _file(state).read_text("ascii")
        return msgspec.json.decode(secrets.box().open(sealed), type=Untold)
    return Untold()


def expect(state: Path, company: str) -> None:
    """The company is about to be made: its people are to be told, however this start ends."""
    _keep(state, replace(read(state), company=company))


def add(state: Path, people: Iterable[Person], *, company: str = "") -> None:
    """These are to be told; with them, `company` is done."""
    new = {each.email: each for each in people}
    kept = read(state)
    others = tuple(each for each in kept.people if each.email not in new)
    waits = "" if kept.company == company else kept.company
    _keep(state, Untold(people=(*others, *new.values()), company=waits))


def forget(state: Path) -> None:
    """All were told."""
    _file(state).unlink(missing_ok=True)


def _file(state: Path) -> Path:
    return state / "keys" / "first-passwords"


def _keep(state: Path, untold: Untold) -> None:
    from conmuta.platform import secrets

    sealed = secrets.box().seal(msgspec.json.encode(untold).decode())
    keep_secret(_file(state), sealed, replace=True)
