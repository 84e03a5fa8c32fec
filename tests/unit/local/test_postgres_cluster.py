"""A PostgreSQL of our own: made, started, crashed, found again."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from conmuta.local.postgres import PostgresCluster, version


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    home = Path(tempfile.mkdtemp(prefix="conmuta-postgres-"))
    home.chmod(0o755)
    made = PostgresCluster(home)
    made.up()
    yield made
    made.stop("immediate")
    shutil.rmtree(home, ignore_errors=True)


def test_the_applications_role_is_no_superuser_and_bound_by_row_security(
    cluster: PostgresCluster,
) -> None:
    cluster.ensure_database()
    cluster.ensure_database()  # a second start finds it
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, False, False)


def test_it_listens_on_its_socket_alone(cluster: PostgresCluster) -> None:
    with psycopg.connect(cluster.url("postgres", "postgres")) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
    assert row == ("",)
    assert cluster.socket.stat().st_mode & 0o077 == 0


def test_it_comes_back_after_a_crash_with_what_was_committed(cluster: PostgresCluster) -> None:
    cluster.ensure_database()
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (call text)")
        connection.execute("INSERT INTO kept VALUES ('a call')")
    before = cluster.pid()
    assert before is not None
    os.kill(before, signal.SIGKILL)
    while cluster.pid() is not None:
        pass
    cluster.up()
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT call FROM kept").fetchone() == ("a call",)
    assert cluster.pid() != before


def test_a_pid_file_of_another_program_is_stale(cluster: PostgresCluster) -> None:
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert cluster.pid() is None
    cluster.up()
    assert int(version(cluster).split(".")[0]) >= 15


def test_a_start_of_what_runs_changes_nothing(cluster: PostgresCluster) -> None:
    before = cluster.pid()
    cluster.up()
    assert cluster.pid() == before
