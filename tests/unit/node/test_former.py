"""What an earlier version left on a node goes, and holds up nothing until then."""

from pathlib import Path

import pytest
from tests.support_node.home import asterisk_root

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.former import forget_cdr
from conmuta_node.memory import Memory
from conmuta_node.problems import Problems
from conmuta_node.server import ServerClient
from conmuta_node.spool.spooler import Spooler
from conmuta_node.tools import Tools

LEFT = """
INSERT INTO tails VALUES ('cdr', 2, 10, 8), ('cel', 1, 10, 4);
INSERT INTO batches VALUES ('cdr', 6, 1, 0, 10), ('cdr', 7, 2, 0, 10), ('cel', 3, 1, 0, 10);
INSERT INTO facts VALUES ('numbering cdr', '1'), ('numbering cel', '1');
"""


@pytest.fixture
def home(tmp_path: Path) -> AsteriskHome:
    """A node whose agent was stopped with records that the server did not have."""
    home = AsteriskHome(tmp_path, asterisk_root())
    home.prepare()
    for name in ("log/cdr-custom/cdr.csv", "log/cdr-custom/cdr.csv.1", "etc/cdr_custom.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('"a leg"\n')
    memory = Memory(tmp_path / "agent/memory.sqlite3")
    with memory.transaction() as sql:
        for statement in LEFT.strip().splitlines():
            sql.execute(statement)
    memory.close()
    return home


def test_legs_that_an_older_agent_did_not_send_are_nobodys_business(home: AsteriskHome) -> None:
    memory = Memory(home.state / "agent/memory.sqlite3")
    server = ServerClient("http://127.0.0.1:9", "none")
    spooler = Spooler(home, memory, server, Tools(home.root, home.state), Problems())
    assert spooler.pending() == 1  # of the events
    for _ in range(2):
        forget_cdr(home.state, memory)
    assert spooler.pending() == 1
    assert memory.rows("SELECT stream, number FROM batches") == [("cel", 3)]
    assert memory.rows("SELECT stream FROM tails") == [("cel",)]
    assert (memory.fact("numbering cdr"), memory.fact("numbering cel")) == ("", "1")
    assert list(home.state.glob("**/*cdr*")) == []
    memory.close()


def test_asterisk_does_not_wait_for_it_and_it_is_done_at_the_next_start(
    home: AsteriskHome,
) -> None:
    memory = Memory(home.state / "agent/memory.sqlite3")
    memory.rows("PRAGMA query_only = ON")  # as a disk that takes nothing more
    forget_cdr(home.state, memory)
    assert ("cdr", 6) in memory.rows("SELECT stream, number FROM batches")
    memory.rows("PRAGMA query_only = OFF")
    forget_cdr(home.state, memory)
    assert memory.rows("SELECT stream, number FROM batches") == [("cel", 3)]
    assert list(home.state.glob("**/*cdr*")) == []
    memory.close()
