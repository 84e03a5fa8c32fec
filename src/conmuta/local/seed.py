"""What the database of a machine needs before anything serves. Runs as a process of its own.

`python -m conmuta.local.seed` reads a `Wish` as JSON, says on standard error what it does, and
answers a `Seeded` as JSON on standard output.
"""

import os
import secrets as random
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from conmuta.local.say import step
from conmuta_plan.node import NodeSettings

NODE = "local"
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`demo` is a company file to apply where the database has no company yet."""

    node: NodeSettings
    demo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who may sign in; `password` was made now and is shown once."""

    name: str
    email: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """What a telephone needs to register."""

    extension: str
    name: str
    domain: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What the person at the terminal is told, and what the node needs."""

    people: tuple[Person, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    """What can be dialled, and what it does."""
    company: str = ""


def main() -> None:
    """Make the database ready, answer what there is to say."""
    import django

    wish = msgspec.json.decode(sys.stdin.buffer.read(), type=Wish)
    make_keys(state_folder())
    django.setup()
    sys.stdout.buffer.write(msgspec.json.encode(_seed(wish)))


def state_folder() -> Path:
    """The folder that the settings will use."""
    return Path(os.environ["CONMUTA_STATE_DIR"])


def node_token_file(state: Path) -> Path:
    """Where the local node's token is kept, for its owner alone."""
    return state / "keys" / "node.token"


def make_keys(state: Path) -> None:
    """The key that signs sessions, unless it is there; the others are made by their owners."""
    keep_secret(state / "keys" / "django.key", random.token_urlsafe(48), replace=False)


def keep_secret(path: Path, text: str, *, replace: bool) -> None:
    """Write `text` so that only the owner reads it."""
    if path.exists() and not replace:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")


def _seed(wish: Wish) -> Seeded:
    from django.conf import settings

    from conmuta.platform import secrets

    secrets.ensure_key_file(settings.CONMUTA.key_file)
    _migrate()
    _node(wish.node)
    return Seeded()


def _migrate() -> None:
    from django.core.management import call_command

    with step("Bringing the database to this version (migrations)"):
        call_command("migrate", verbosity=0, interactive=False)


def _node(wanted: NodeSettings) -> None:
    from conmuta.apps.fleet import api as fleet
    from conmuta.platform.scope import Scope

    file = node_token_file(state_folder())
    with Scope.system("system:machine").active() as scope:
        if NODE not in {each.name for each in fleet.nodes(scope)}:
            keep_secret(file, fleet.create_node(scope, NODE, wanted), replace=True)
        elif not file.exists():
            keep_secret(file, fleet.renew_token(scope, NODE), replace=True)
        fleet.change_node(scope, NODE, wanted)


if __name__ == "__main__":
    main()
