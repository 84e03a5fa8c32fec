"""Where this machine's own parts are found by whoever starts beside them.

Python's own library alone: read before anything is imported that costs time.
"""

import os
import tomllib
from pathlib import Path

from conmuta.local.places import Places

ONE_CONNECTION = {"CONMUTA_DATABASE_POOL": "0"}  # for what asks once and is gone


def setting(places: Places, name: str) -> str | None:
    """A setting that a person gave, by environment or in `conmuta.toml`."""
    if value := os.environ.get(f"CONMUTA_{name.upper()}"):
        return value
    file = config_file(places)
    given = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return str(given[name]) if name in given else None


def given_database(places: Places) -> str | None:
    """The database that the settings name; None: a private cluster is ours to run."""
    return setting(places, "database_url")


def config_file(places: Places) -> Path:
    """The settings' file, which need not exist."""
    return Path(os.environ.get("CONMUTA_CONFIG") or places.var / "conmuta.toml")


def environment(places: Places) -> dict[str, str]:
    """What a process of the server needs to find this machine's state and database."""
    found = {
        "CONMUTA_STATE_DIR": str(places.var),
        "CONMUTA_DATABASE_URL": given_database(places)
        or f"postgresql://conmuta@/conmuta?host={places.postgres / 'socket'}",
        "DJANGO_SETTINGS_MODULE": "conmuta.wiring.settings",
    }
    if config_file(places).exists():
        found["CONMUTA_CONFIG"] = str(config_file(places))
    return found
