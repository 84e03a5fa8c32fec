"""Someone new runs one command, copies what it prints into two telephones, and is served."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.phones import Phone, Server, Switchboard

UP_SECONDS = 300
TELEPHONE = re.compile(
    r"Telephone (\d+) .*?SIP server / domain +(\S+).*?Outbound proxy +\S+:(\d+) .*?TLS: (\d+)"
    r".*?User, login +(\S+).*?Password +(\S+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Machine:
    """A whole machine that `./conmuta up` runs, and what it printed."""

    process: subprocess.Popen[bytes]
    state: Path
    printed: str

    def conmuta(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "conmuta", *words],
            env=environment(self.state),
            capture_output=True,
            text=True,
            check=False,
        )


def environment(state: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONMUTA_", "DJANGO_"))}
    root = os.environ.get("CONMUTA_ASTERISK_ROOT")
    return {**kept, "CONMUTA_STATE_DIR": str(state)} | (
        {"CONMUTA_ASTERISK_ROOT": root} if root else {}
    )


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    state = Path(tempfile.mkdtemp(prefix="conmuta-first-call-"))
    state.chmod(0o755)
    words, log = state / "printed", state / "told"
    with words.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "conmuta", "up"],
            env=environment(state),
            stdout=out,
            stderr=err,
        )
    until = time.monotonic() + UP_SECONDS
    while "Ctrl-C stops" not in words.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    yield Machine(process, state, words.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0, log.read_text()
    assert "Conmuta is stopped" in log.read_text()
    shutil.rmtree(state)


@pytest_asyncio.fixture(loop_scope="session")
async def telephones(machine: Machine, switchboard: Switchboard) -> list[Phone]:
    """Two telephones set up by what was printed, and registered."""
    found = TELEPHONE.findall(machine.printed)
    assert len(found) == 2, machine.printed
    phones = []
    for _, domain, port, tls, user, password in found:
        server = Server(host="127.0.0.1", udp=int(port), tcp=int(port), tls=int(tls))
        phone = await switchboard.phone(f"{user}@{domain}", password, server)
        phones.append(await phone.register())
    return phones


async def test_the_echo_test_says_back_what_it_hears(telephones: list[Phone]) -> None:
    talk = await telephones[0].call("*600")
    talk.say_tone(440)
    await talk.hears_tone(440, within=15)


async def test_the_two_telephones_hear_each_other(telephones: list[Phone]) -> None:
    one, other = telephones
    mine = await one.dial(other.number)
    theirs = await other.picks_up()
    await mine.is_answered()
    mine.say_tone(440)
    theirs.say_tone(650)
    await theirs.hears_tone(440)
    await mine.hears_tone(650)


async def test_a_queue_of_the_company_serves(telephones: list[Phone]) -> None:
    """Administración's agent is always signed in, at the second telephone."""
    caller, agent = telephones
    assert agent.number == "601"
    mine = await caller.dial("600")
    theirs = await agent.picks_up(within=30)
    theirs.say_tone(650)
    await mine.hears_tone(650, within=20)


async def test_the_calls_are_on_record_with_their_story(
    machine: Machine, telephones: list[Phone]
) -> None:
    caller, other = telephones
    talk = await caller.dial(other.number)
    await other.picks_up()
    await talk.hang_up()
    until = time.monotonic() + 60
    found: list[str] = []
    while not found and time.monotonic() < until:
        told = json.loads(machine.conmuta("calls", "bootcamp", "--json").stdout)
        found = [call["id"] for call in told if call["facts"]["callee"] == other.number]
        await asyncio.sleep(0.5)
    story = machine.conmuta("call", found[0])
    assert story.returncode == 0, story.stderr
    assert caller.number in story.stdout
    assert other.number in story.stdout


def test_status_finds_nothing_wrong(machine: Machine) -> None:
    outcome = machine.conmuta("status", "--json")
    told = json.loads(outcome.stdout)
    assert told["problems"] == []
    assert outcome.returncode == 0
    assert all(told["services"].values())
    assert [each["tenant"] for each in told["nodes"][0]["tenants"]] == ["bootcamp"]


def test_passwords_are_in_no_log(machine: Machine) -> None:
    shown = re.findall(r"(?:[a-z2-9]{4}-){4}[a-z2-9]{4}", machine.printed)
    assert len(shown) == 7
    for path in [machine.state / "told", *(machine.state / "log").iterdir()]:
        text = path.read_text(errors="replace")
        assert not [each for each in shown if each in text], path


def test_a_second_machine_in_the_same_place_is_refused(machine: Machine) -> None:
    outcome = machine.conmuta("up")
    assert outcome.returncode == 1
    assert "already runs here" in outcome.stderr
