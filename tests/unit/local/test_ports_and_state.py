"""Ports that are taken, and runs that did not end in order."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conmuta.local import machine, ports, processes, state
from conmuta.local.errors import MachineError
from conmuta.local.places import Places, open_to_others, postgres_home
from conmuta.local.state import RunState

TAKEN = {8000, 5060}


def test_the_usual_ports_are_used_where_they_are_free() -> None:
    assert ports.choose((ports.WEB, *ports.NODE), free=lambda *_: True) == {
        "web": 8000,
        "sip": 5060,
        "sip_tls": 5061,
        "asterisk_http": 8088,
        "ami": 5038,
    }


def test_a_taken_port_gives_way_to_the_next_free_and_is_told() -> None:
    wanted = (ports.WEB, *ports.NODE)
    chosen = ports.choose(wanted, free=lambda port, _: port not in TAKEN)
    assert (chosen["web"], chosen["sip"], chosen["sip_tls"]) == (8001, 5061, 5062)
    assert ports.moved(wanted, chosen)[0] == (
        "Port 8000 is taken by another program; web listens on 8001."
    )


def test_a_port_is_taken_when_either_of_its_sockets_is() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        sip = ports.NODE[0]
        assert not ports.is_free(port, sip)
        assert ports.is_free(port, ports.Wanted("web", port))


def test_a_chosen_port_is_kept_from_others_until_its_owner_starts() -> None:
    chosen = ports.choose((ports.Wanted("sip", 25_060, ports.NODE[0].kinds),))
    sip = ports.Wanted("sip", chosen["sip"], ports.NODE[0].kinds)
    reserved = ports.Reserved()
    reserved.hold((sip,), chosen)
    assert not ports.is_free(chosen["sip"], sip)
    assert ports.choose((sip,))["sip"] > chosen["sip"]
    reserved.release()
    assert ports.is_free(chosen["sip"], sip)


def test_two_starts_at_once_never_have_the_same_port() -> None:
    """Ports are free for a moment while their owners start; who claimed them keeps them."""
    one, other = ports.Reserved(), ports.Reserved()
    web = ports.Wanted("web", 25_080)
    mine = ports.choose((web,))
    assert one.claim(mine)
    assert ports.choose((web,))["web"] > mine["web"]
    assert not other.claim(mine)  # had it chosen at the very same moment
    one.disclaim()
    assert other.claim(mine)
    other.disclaim()


def test_a_second_start_in_the_same_folder_says_so_and_stops_nothing(tmp_path: Path) -> None:
    here = places_in(tmp_path)
    first = machine.take_turn(here)
    with pytest.raises(MachineError, match=rf"is starting here \(process {os.getpid()}\)"):
        machine.take_turn(here)
    first.close()
    machine.take_turn(here).close()


def places_in(folder: Path) -> Places:
    return Places(checkout=folder, var=folder / "var", cache=folder / "cache")


def test_a_second_start_beside_a_running_one_is_refused(tmp_path: Path) -> None:
    running = RunState(supervisor=state.this_process(), web="http://127.0.0.1:8000")
    with pytest.raises(MachineError, match=r"already runs here .* at http://127.0.0.1:8000"):
        machine.clear_the_way(running, lambda _: None)


@pytest.mark.parametrize(("name", "number"), [("worker", -15), ("node", -9)])
def test_what_a_dead_run_left_behind_is_ended_and_said(name: str, number: int) -> None:
    """The node's agent is killed, not told to stop: so its Asterisk keeps its calls."""
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    mark = processes.mark(orphan.pid)
    assert mark is not None
    dead = RunState(supervisor=processes.Mark(mark.pid, mark.began - 1), services={name: mark})
    told: list[str] = []
    machine.clear_the_way(dead, told.append)
    assert orphan.wait() == number
    assert told == [f"• An earlier run did not stop in order: ending its {name}"]


def test_the_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "run" / "state.json"
    kept = RunState(
        supervisor=state.this_process(),
        services={"server": processes.Mark(10, 20)},
        ports={"web": 8000},
        web="http://127.0.0.1:8000",
        database_url="postgresql:///conmuta",
        node_state="/var/node",
        restarts={"server": 2},
    )
    state.write(file, kept)
    assert state.read(file) == kept
    state.forget(file)
    assert state.read(file) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"supervisor": [1]}'])
def test_a_state_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert state.read(file) is None


def test_another_runs_state_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    state.write(file, RunState(supervisor=processes.Mark(1, 0)))
    state.forget(file)
    assert file.exists()


def test_postgresql_moves_where_its_user_or_its_socket_cannot_be(tmp_path: Path) -> None:
    elsewhere = Path("/var/lib/conmuta/abc")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not open_to_others(closed / "var" / "postgres")
    deep = Path("/srv") / ("x" * 100) / "postgres"
    assert postgres_home(deep, elsewhere) == elsewhere / "postgres"
    assert postgres_home(Path("/srv/conmuta/var/postgres"), elsewhere) == Path(
        "/srv/conmuta/var/postgres"
    )
