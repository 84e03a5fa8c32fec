"""What strangers' faxes and audio could do if they took over the program that reads them."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support_node.home import asterisk_root, running_asterisk

from conmuta_node import sandbox
from conmuta_node.asterisk import AsteriskHome

NO_CAPABILITIES = "CapEff:\t0000000000000000"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> AsteriskHome:
    home = AsteriskHome(tmp_path_factory.mktemp("sandbox"), asterisk_root())
    home.prepare()
    return home


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskHome]:
    with running_asterisk(tmp_path_factory.mktemp("closed")) as (running, _):
        yield running


def in_tool(home: AsteriskHome, script: str) -> str:
    """What a shell in a helper program's place gets out of `script`."""
    line = sandbox.tool(home.root, home.state, ["sh", "-c", script])
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr


def in_asterisks_place(home: AsteriskHome, script: str) -> str:
    """The same with what Asterisk itself may do."""
    line = [*sandbox.bwrap(home.root, home.state), "--", "sh", "-c", script]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("place", [in_tool, in_asterisks_place])
def test_the_machines_own_files_are_out_of_reach(
    home: AsteriskHome, place: Callable[[AsteriskHome, str], str], tmp_path: Path
) -> None:
    target = tmp_path / "escaped"
    place(home, f"touch /proc/{os.getpid()}/root{target}")
    assert not target.exists()
    assert NO_CAPABILITIES in place(home, "cat /proc/self/status")
    assert "REMOUNTED" not in place(home, "mount -o remount,rw / && echo REMOUNTED")


def test_a_helper_program_works_on_recordings_and_faxes_and_sees_no_more(
    home: AsteriskHome,
) -> None:
    (home.state / "agent/secrets.json").write_text("secret")
    assert in_tool(home, "ls /state").split() == ["recordings", "spool"]
    assert in_tool(home, "ls /state/spool").split() == ["fax"]
    in_tool(home, "echo done > /state/spool/fax/one && echo done > /state/recordings/encoded/two")
    assert (home.state / "spool/fax/one").read_text() == "done\n"
    assert (home.state / "recordings/encoded/two").read_text() == "done\n"


def test_a_helper_program_has_no_network_and_sees_no_process_of_the_machine(
    home: AsteriskHome,
) -> None:
    assert in_tool(home, "tail -n +3 /proc/net/dev | cut -d: -f1").split() == ["lo"]
    assert "ALIVE" not in in_tool(home, f"kill -0 {os.getpid()} && echo ALIVE")


def test_asterisk_runs_without_capabilities_and_is_found_by_its_process(
    asterisk: AsteriskHome,
) -> None:
    process = asterisk.process()
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    assert "Name:\tasterisk" in status
    assert NO_CAPABILITIES in status


def test_the_countries_tones_are_there_for_asterisk(asterisk: AsteriskHome) -> None:
    asterisk.install({"indications.conf": '#include "/etc/asterisk/indications.conf"\n'})
    asterisk.cli("module reload indications")
    assert "United Kingdom" in asterisk.cli("indication show")


def test_the_machines_name_is_known_inside(home: AsteriskHome) -> None:
    name = os.uname().nodename
    assert name in in_asterisks_place(home, "uname -n")
    assert "127.0.0.1" in in_asterisks_place(home, f"getent hosts {name}")
