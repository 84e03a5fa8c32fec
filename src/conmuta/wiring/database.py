"""A database address of libpq's form as Django's settings."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_settings(url: str, pool: int = 0) -> dict[str, Any]:
    """`pool` 0: a connection per thread, as tests and commands want it."""
    given = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    settings: dict[str, Any] = {"ENGINE": "conmuta.platform.postgres", "OPTIONS": {}}
    for key, value in given.items():
        if key in _NAMES:
            settings[_NAMES[key]] = value
        else:
            settings["OPTIONS"][key] = value
    if pool:
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
        settings["CONN_HEALTH_CHECKS"] = True  # a restarted database left dead ones in the pool
    return settings
