"""What the node reports: telephones that are registered; ports that stay closed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from conmuta_node.report import _closed, _registered
from conmuta_plan.node import NodeSettings


def test_registered_telephones_are_counted_in_asterisks_own_database(tmp_path: Path) -> None:
    astdb = tmp_path / "astdb.sqlite3"
    assert _registered(astdb) == 0
    keys = ("/acme-features/550", "/registrar/contact/550@acme.example.test;@1f", "/subscriber/1")
    with closing(sqlite3.connect(astdb)) as database, database:
        database.execute("CREATE TABLE astdb(key TEXT, value TEXT, PRIMARY KEY(key))")
        database.executemany("INSERT INTO astdb VALUES (?, '')", [(key,) for key in keys])
    assert _registered(astdb) == 1


OPEN = """
Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>
==========================================================================================

Transport:  c-udp                     udp      0     96  0.0.0.0:5060
Transport:  c-tls                     tls      0      0  0.0.0.0:5061
"""


def test_a_port_that_another_program_took_is_named() -> None:
    assert _closed(NodeSettings(), OPEN) == ("SIP port 5060/tcp",)


def test_a_port_that_nobody_wants_open_is_not_missed() -> None:
    assert _closed(replace(NodeSettings(), tcp_port=0), OPEN) == ()
