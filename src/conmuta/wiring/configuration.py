"""The installation's settings: one typed object, read once; an unknown key fails at start.

Read from the TOML file that `CONMUTA_CONFIG` names (else `var/conmuta.toml`, where it is), then
from the environment: `CONMUTA_DATABASE_URL` is `database_url`. `CONMUTA_NODE_…` belongs to the
node agent and is not read here.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import msgspec

PREFIX = "CONMUTA_"
OTHERS = ("CONMUTA_CONFIG", "CONMUTA_CACHE", "CONMUTA_ASTERISK_ROOT")
LISTS = ("hosts", "web_service_hosts")
OTHERS_PREFIXES = ("CONMUTA_NODE_", "CONMUTA_TEST_")


class ConfigurationError(Exception):
    """The settings cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Relative paths are under `state_dir`."""

    state_dir: Path = Path("var")
    database_url: str = "postgresql:///conmuta"
    """libpq's form; a socket: `postgresql:///conmuta?host=/run/dir&user=conmuta`."""
    database_pool: int = 8
    public_url: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secret_key: str | None = None
    """Signs sessions. None: the file `keys/django.key`, else one that lives with the process."""
    key_file: Path = Path("keys/secrets.keys")
    """See `conmuta.platform.secrets`."""
    storage_dir: Path = Path("files")
    smtp_url: str | None = None
    """`smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`. None: kept."""
    mail_from: str = "conmuta@localhost"
    web_service_hosts: tuple[str, ...] = ()
    """Hosts of this network that flows may ask; others are of the world."""
    country_database: Path | None = None
    """A file in MaxMind's format (`.mmdb`) that says in which country an address is. None: the
    registries' lists, which come with the product."""
    log_level: str = "INFO"
    debug: bool = False
    proxy: bool = False
    """A reverse proxy in front sets X-Forwarded-For and X-Forwarded-Proto."""

    def path(self, relative: Path) -> Path:
        return (self.state_dir / relative).absolute()


def load(environment: Mapping[str, str] | None = None) -> Configuration:
    """The settings of this process."""
    env = os.environ if environment is None else environment
    file = Path(env.get("CONMUTA_CONFIG") or "var/conmuta.toml")
    given = _from_file(file, required="CONMUTA_CONFIG" in env) | _from_environment(env)
    _refuse_unknown(given)
    try:
        # Texts of the environment become the fields' types; a TOML value is of its type already.
        read = msgspec.convert(given, Configuration, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"Settings: {error}") from error
    return _absolute(read)


def _from_file(file: Path, *, required: bool) -> dict[str, Any]:
    if not file.exists() and not required:
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in env.items():
        if not name.startswith(PREFIX) or name in OTHERS or name.startswith(OTHERS_PREFIXES):
            continue
        key = name.removeprefix(PREFIX).lower()
        found[key] = value.split(",") if key in LISTS else value
    return found


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    known = {field.name for field in fields(Configuration)}
    unknown = sorted(set(given) - known)
    if unknown:
        names = ", ".join(unknown)
        raise ConfigurationError(f"Unknown settings: {names}. Known: {', '.join(sorted(known))}.")


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{value!r} is no {kind.__name__}")


def _absolute(read: Configuration) -> Configuration:
    return replace(
        read,
        state_dir=read.state_dir.absolute(),
        key_file=read.path(read.key_file),
        storage_dir=read.path(read.storage_dir),
        country_database=read.country_database and read.path(read.country_database),
    )
