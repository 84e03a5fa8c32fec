"""Where a whole machine's files are: the checkout, `var/` and the cache."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535")  # sun_path of Linux, less PostgreSQL's name


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one machine; `checkout` holds the program, `var` all that it writes."""

    checkout: Path
    var: Path
    cache: Path

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def state_file(self) -> Path:
        return self.run / "state.json"

    @property
    def postgres(self) -> Path:
        return postgres_home(self.var / "postgres", self.elsewhere)

    @property
    def elsewhere(self) -> Path:
        """For what another user must reach when `var` is closed to others."""
        name = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path("/var/lib/conmuta") / name


def places() -> Places:
    """The machine's places; `CONMUTA_STATE_DIR` and `CONMUTA_CACHE` move two of them."""
    var = os.environ.get("CONMUTA_STATE_DIR")
    return Places(CHECKOUT, Path(var).resolve() if var else CHECKOUT / "var", cache_folder())


def cache_folder() -> Path:
    """`CONMUTA_CACHE`, else the system's cache for root and the user's own for others."""
    named = os.environ.get("CONMUTA_CACHE")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/conmuta")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "conmuta"


def postgres_home(wanted: Path, elsewhere: Path) -> Path:
    """`wanted`, or a place that user postgres reaches and whose socket path fits."""
    if len(str(wanted)) > SOCKET_PATH_LIMIT - len("/socket"):
        return elsewhere / "postgres"
    if os.geteuid() == 0 and not open_to_others(wanted):
        return elsewhere / "postgres"
    return wanted


def open_to_others(path: Path) -> bool:
    """Whether any user may walk down to `path` (folders not yet made will be made open)."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())
