"""Asterisk's home: starts, outlives its agent, is found again, stops when asked."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from tests.support.ports import free_port
from tests.support_node import minimal
from tests.support_node.home import asterisk_root, running_asterisk
from tests.support_node.waiting import eventually

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskDidNotStart, AsteriskIsDown, RootIncomplete
from conmuta_node.housekeeping import Housekeeping
from conmuta_node.processes import send_signal


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskHome]:
    with running_asterisk(tmp_path_factory.mktemp("home")) as (running, _):
        yield running


def test_the_console_answers_a_command(home: AsteriskHome) -> None:
    assert "Asterisk 22" in home.cli("core show version")


def test_the_console_is_reached_where_the_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    with running_asterisk(tmp_path / ("long" * 30)) as (far, _):
        assert far.cli("core show uptime")


def test_a_second_start_adopts_the_asterisk_that_runs(home: AsteriskHome) -> None:
    other = AsteriskHome(home.state, home.root)
    assert other.start() == home.process()


def test_the_machines_own_name_resolves_inside(home: AsteriskHome) -> None:
    inside = (home.state / "run/names/hosts").read_text()
    assert subprocess.check_output(["hostname"], text=True).strip() in inside


def test_nothing_of_the_state_can_be_read_by_others(home: AsteriskHome) -> None:
    open_to_others = [
        path
        for path in home.state.rglob("*")
        if not path.is_symlink() and path.stat().st_mode & 0o077 and not path.is_socket()
    ]
    assert open_to_others == []


def test_only_files_with_new_content_count_as_changed(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path, asterisk_root())
    texts = dict(minimal.files(5038))
    assert set(home.install(texts)) == set(texts)
    texts["codecs.conf"] = "; new\n"
    assert home.install(texts) == ("codecs.conf",)


def test_asterisk_outlives_the_process_that_started_it(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path, asterisk_root())
    home.install(minimal.files(free_port()))
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from conmuta_node.asterisk import AsteriskHome\n"
        "AsteriskHome(Path(sys.argv[1]), Path(sys.argv[2])).start()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(home.root)],
        check=False,
        env={"PYTHONPATH": "src", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    try:
        assert done.returncode == -9
        assert home.running()
        assert "Asterisk" in home.cli("core show version")
    finally:
        home.stop()
    assert not home.running()


def test_a_killed_asterisk_is_seen_as_down_and_starts_again(tmp_path: Path) -> None:
    with running_asterisk(tmp_path) as (home, _):
        first = home.process()
        home.kill()
        assert not home.running()
        with pytest.raises(AsteriskIsDown):
            home.cli("core show version")
        assert home.start() != first


def test_a_stop_says_how_many_calls_it_cut(tmp_path: Path) -> None:
    with running_asterisk(tmp_path) as (home, _):
        home.install({"extensions.conf": "[c]\nexten => s,1,Answer()\n same => n,Wait(60)\n"})
        home.cli("dialplan reload")
        home.cli("channel originate Local/s@c application Wait 60")
        eventually(lambda: home.calls_up() == 1)
        stopped = home.stop()
    assert stopped.calls_cut == 1
    assert not stopped.by_force


def test_who_finds_asterisks_door_full_waits_for_an_answer(home: AsteriskHome) -> None:
    process = home.process()
    assert process is not None
    with ThreadPoolExecutor(8) as many:
        send_signal(process, signal.SIGSTOP)
        try:
            answers = [many.submit(home.cli, "core show version") for _ in range(8)]
            wait(answers, timeout=0.5, return_when=FIRST_EXCEPTION)
        finally:
            send_signal(process, signal.SIGCONT)
        assert all("Asterisk 22" in answer.result() for answer in answers)


def test_an_asterisk_that_does_not_say_how_many_calls_it_has_is_not_taken_for_a_quiet_one(
    home: AsteriskHome,
) -> None:
    process = home.process()
    assert process is not None
    send_signal(process, signal.SIGSTOP)
    try:
        with pytest.raises(AsteriskIsDown):
            home.count_calls(0.2)
    finally:
        send_signal(process, signal.SIGCONT)
    assert home.count_calls() == 0


def test_two_who_ask_at_once_whether_it_runs_do_not_see_each_other(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path, asterisk_root())
    home.prepare()
    with (tmp_path / "run/asterisk.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not home.running()


def test_a_broken_configuration_is_told_with_asterisks_last_words(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path, asterisk_root())
    texts = dict(minimal.files(free_port()))
    texts["modules.conf"] = "[modules]\nautoload = no\nrequire = there_is_no_such.so\n"
    home.install(texts)
    with pytest.raises(AsteriskDidNotStart, match="last words"):
        home.start()


def test_a_root_without_asterisk_is_refused_by_name(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path / "state", tmp_path)
    with pytest.raises(RootIncomplete, match="usr/sbin/asterisk"):
        home.start()


def test_a_log_that_grew_is_put_aside_and_written_on(home: AsteriskHome) -> None:
    log = home.state / "log/messages"
    assert log.stat().st_size > 0
    Housekeeping(home).tidy(limit=0)
    assert log.with_name("messages.1").stat().st_size > 0
    home.cli("module reload cel")
    eventually(log.exists)


def test_prompts_that_nobody_took_go_after_a_day_and_never_fill_the_disk(tmp_path: Path) -> None:
    home = AsteriskHome(tmp_path, asterisk_root())
    home.prepare()
    prompts = home.state / "spool/prompts"
    ages = {"yesterday": 25, "older": 3, "old": 2, "new": 1}
    for name, hours in ages.items():
        path = prompts / f"acme__550__{name}.wav"
        path.write_bytes(bytes(100))
        os.utime(path, (time.time() - hours * 3600,) * 2)
    Housekeeping(home).sweep_prompts(limit=250)
    assert {path.stem.rpartition("__")[2] for path in prompts.iterdir()} == {"old", "new"}
