"""A PostgreSQL cluster of our own: in a folder, on a socket beside it, no network.

As root it runs as user `postgres`, who must be able to walk down to the folder; as anybody
else it runs as that person. Who may open the socket's folder (its owner, and root) is
trusted as any role; nobody else reaches it.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from conmuta.local.errors import MachineError

VERSIONS = (18, 17, 16, 15)
APP_ROLE = "conmuta"
APP_DATABASE = "conmuta"
ADMIN = "postgres"
START_SECONDS = 60
STOP_SECONDS = 60

SETTINGS = """\
# Written by Conmuta at each start.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777  # the folder itself is closed to others
max_connections = 200
shared_buffers = 128MB
password_encryption = 'scram-sha-256'
log_line_prefix = '%m [%p] %u@%d '
{more}
"""
FOR_TESTS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
"""


def binaries() -> Path:
    """The folder with `initdb` and `pg_ctl` of the newest version that we support."""
    for version in VERSIONS:
        folder = Path(f"/usr/lib/postgresql/{version}/bin")
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise MachineError(
        "PostgreSQL 15 to 18 is not installed. `./conmuta up` installs it; "
        "by hand: apt-get install postgresql"
    )


def owner() -> str | None:
    """The user that the cluster runs as when we are root; None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ADMIN).pw_name
    except KeyError:
        raise MachineError(
            "PostgreSQL refuses to run as root and there is no user postgres. "
            "apt-get install postgresql makes one."
        ) from None


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """One cluster in the folder `home`, made on first use."""

    home: Path
    for_tests: bool = False

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def socket(self) -> Path:
        return self.home / "socket"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def url(self, database: str = APP_DATABASE, role: str = APP_ROLE) -> str:
        """A libpq address of the socket."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    # ------------------------------------------------------------ life

    def up(self) -> None:
        """Make, configure and start the cluster, as far as that is not done."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self.pid() is None:
            self._start()

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `mode` is pg_ctl's: "fast" ends clients, "immediate" is a crash."""
        if self.pid() is not None:
            self._run("pg_ctl", "-D", self.data, "-m", mode, "-t", STOP_SECONDS, "-w", "stop")

    def pid(self) -> int | None:
        """The process id of the running server; a stale pid file is taken away."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        if self._is_ours(pid):
            return pid
        # A crash or a power cut left the file, and another program may have that id by now.
        for stale in (file, *self.socket.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)
        return None

    def ensure_database(
        self, database: str = APP_DATABASE, role: str = APP_ROLE, *, may_create: bool = False
    ) -> None:
        """A database owned by an ordinary role: no superuser, bound by row-level security."""
        name, who = sql.Identifier(database), sql.Identifier(role)
        with psycopg.connect(self.url(ADMIN, ADMIN), autocommit=True) as connection:
            if not _exists(connection, "pg_roles", "rolname", role):
                options = sql.SQL("CREATEDB" if may_create else "NOCREATEDB")
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {}").format(who, options)
                )
            if not _exists(connection, "pg_database", "datname", database):
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, who))

    # ------------------------------------------------------------ its parts

    def _is_ours(self, pid: int) -> bool:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return b"postgres" in Path(os.fsdecode(words[0])).name.encode() and any(
            word == os.fsencode(self.data) for word in words
        )

    def _initialise(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o755)
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was cut short
        self._give(self.home)
        sync = ["--no-sync"] if self.for_tests else []
        self._run(
            "initdb", "-D", self.data, "-U", ADMIN, "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", *sync,
        )  # fmt: skip

    def _start(self) -> None:
        self.socket.mkdir(exist_ok=True)
        self.socket.chmod(0o700)
        self._give(self.socket)
        self._configure()
        words = ("-D", self.data, "-l", self.log, "-t", START_SECONDS, "-w", "start")
        for tries_left in (2, 1, 0):
            try:
                return self._run("pg_ctl", *words)
            except MachineError as fault:
                end = self._end_of_log()
                if not tries_left or "shared memory block" not in end:
                    raise MachineError(f"{fault}\n{end}") from None
                time.sleep(2)  # the server died alone; its children are about to leave
        return None

    def _configure(self) -> None:
        more = FOR_TESTS if self.for_tests else ""
        ours = self.data / "conmuta.conf"
        ours.write_text(SETTINGS.format(socket=self.socket, more=more))
        self._give(ours)
        main = self.data / "postgresql.conf"
        if "include 'conmuta.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("include 'conmuta.conf'\n")

    def _give(self, path: Path) -> None:
        user = owner()
        if user:
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)

    def _run(self, program: str, *words: str | Path | int) -> None:
        command = [*as_user(owner()), str(binaries() / program), *map(str, words)]
        # pg_ctl's server inherits our pipes, so that reading to their end would never end.
        with tempfile.TemporaryFile("w+") as output:
            outcome = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                check=False, cwd="/", start_new_session=True,
            )  # fmt: skip
            output.seek(0)
            told = output.read().strip()
        if outcome.returncode != 0:
            raise MachineError(f"PostgreSQL: {program} failed.\n{told}")

    def _end_of_log(self, lines: int = 8) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


def as_user(user: str | None) -> Sequence[str]:
    """The words before a command that make it run as `user`, when we are root."""
    if user is None:
        return ()
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--")


@contextlib.contextmanager
def temporary_cluster() -> Iterator[PostgresCluster]:
    """A cluster for tests: in a new folder, without the disk's safety, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="conmuta-postgres-"))
    home.chmod(0o755)
    cluster = PostgresCluster(home, for_tests=True)
    try:
        cluster.up()
        cluster.ensure_database(may_create=True)
        yield cluster
    finally:
        cluster.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)


def version(cluster: PostgresCluster) -> str:
    """The running server's version, as "15.13"."""
    with psycopg.connect(cluster.url(ADMIN, ADMIN)) as connection:
        text = str(connection.execute("SHOW server_version").fetchone())
    found = re.search(r"\d+(\.\d+)*", text)
    return found[0] if found else text


def _exists(
    connection: psycopg.Connection[tuple[object, ...]], table: str, column: str, name: str
) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None
