"""A file in MaxMind's format (`.mmdb`): GeoLite2, DB-IP Lite, IPinfo Lite and others have it."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import maxminddb
import structlog

log = structlog.get_logger()


class Database:
    """Reads the file anew when it has changed. One that cannot be read says nothing of any
    address, or what it said before, and is told of in the log once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._reader: maxminddb.Reader | None = None
        self._read_at = -1

    def country(self, address: IPv4Address | IPv6Address) -> str | None:
        reader = self._current()
        if reader is None:
            return None
        # A file of IPv4 alone refuses other addresses; a broken one may do anything, and must
        # keep nobody out.
        with suppress(Exception):
            return _code_in(reader.get(address))
        return None

    def _current(self) -> maxminddb.Reader | None:
        changed_at = self._changed_at()
        if changed_at != self._read_at:
            self._read_at = changed_at
            self._read()
        return self._reader

    def _changed_at(self) -> int:
        try:
            return self.file.stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self) -> None:
        try:
            # Into memory: a mapped file that somebody writes over would end the process.
            self._reader = maxminddb.open_database(self.file, maxminddb.MODE_MEMORY)
        except Exception as error:  # noqa: BLE001 — as above
            log.warning("countries.file_not_read", file=str(self.file), error=str(error))


def _code_in(record: object) -> str | None:
    """GeoLite2 and DB-IP say `country: {iso_code}`, others `country_code` or `country`."""
    if not isinstance(record, dict):
        return None
    country = record.get("country")
    if isinstance(country, dict):
        code = country.get("iso_code")
    else:
        code = record.get("country_code") or country
    return code if isinstance(code, str) and len(code) == 2 else None  # noqa: PLR2004 — ISO's
