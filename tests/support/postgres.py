"""A private PostgreSQL cluster for one run of the tests, on a socket in a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROLE = "conmuta"
_START_SECONDS = 30
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@dataclass(frozen=True, slots=True)
class Cluster:
    """`socket` is libpq's host. `ROLE` may make databases and is no superuser."""

    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.socket}&user={ROLE}"


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    """A started cluster; stopped and removed at the end."""
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="conmuta-pg-")))
    _initialise(cluster)
    server = _start(cluster)
    try:
        _create_role(cluster)
        yield cluster
    finally:
        server.send_signal(signal.SIGINT)  # "fast": sessions are cut, then it stops
        server.wait(timeout=_START_SECONDS)
        shutil.rmtree(cluster.folder, ignore_errors=True)


def _initialise(cluster: Cluster) -> None:
    cluster.folder.chmod(0o755)
    cluster.socket.mkdir()
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in (cluster.folder, cluster.socket):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    data = cluster.folder / "data"
    options = ["-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [*_as_owner(), _program("initdb"), *options, "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
    )


def _start(cluster: Cluster) -> subprocess.Popen[bytes]:
    settings = [f"unix_socket_directories={cluster.socket}", "listen_addresses=", *_FAST]
    options = [word for setting in settings for word in ("-c", setting)]
    command = [*_as_owner(), _program("postgres"), "-D", str(cluster.folder / "data"), *options]
    log = (cluster.folder / "log").open("wb")
    with log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/")


def _create_role(cluster: Cluster) -> None:
    statement = f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS"
    command = [_program("psql"), "-h", str(cluster.socket), "-U", "postgres", "-qc", statement]
    deadline = time.monotonic() + _START_SECONDS
    while subprocess.run(command, capture_output=True, check=False).returncode != 0:
        if time.monotonic() > deadline:
            raise RuntimeError((cluster.folder / "log").read_text())
        time.sleep(0.05)


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]


def _program(name: str) -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed")
    return found
