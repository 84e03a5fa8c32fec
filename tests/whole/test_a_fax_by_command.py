"""A person sends a PDF by fax with one command, and hears what became of it."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.faxes import FaxMachine, make_document, pages
from tests.support.whole import WholeMachine, whole_machine

from conmuta_node import sandbox
from conmuta_plan.outside import Gateway

CARRIER = Gateway(name="carrier", host="127.0.0.80", port=5080)  # as examples/bootcamp.yaml has it
NUMBER = "24008888"
TOLD = "compras@bootcamp.example.test"


@pytest.fixture(scope="module")
def machine() -> Iterator[WholeMachine]:
    folder = Path(tempfile.mkdtemp(prefix="conmuta-whole-"))
    folder.chmod(0o755)  # PostgreSQL's user passes through
    with whole_machine(folder / "state") as up:
        yield up
    shutil.rmtree(folder)


@pytest.fixture
def far(machine: WholeMachine, tmp_path: Path) -> Iterator[FaxMachine]:
    """A fax machine that takes faxes by T.38 alone."""
    started = FaxMachine.start(tmp_path / "far", CARRIER, machine.server, t38=True)
    yield started
    started.stop()


def a_pdf(far: FaxMachine) -> Path:
    """Two pages."""
    make_document(far.home, ["Presupuesto 4711", "Condiciones"])
    line = ["tiff2pdf", "-p", "A4", "-o", "/state/document.pdf", "/state/document.tif"]
    subprocess.run([*sandbox.bwrap(far.home.root, far.home.state), "--", *line], check=True)
    return far.home.state / "document.pdf"


async def test_a_pdf_goes_out_by_one_node_and_its_end_is_told(
    machine: WholeMachine, far: FaxMachine
) -> None:
    ordered = machine.conmuta("fax", "bootcamp", NUMBER, str(a_pdf(far)), "--email", TOLD)
    assert "Ordered: 1." in ordered
    told = await asyncio.to_thread(
        machine.wait, lambda: "by order 1" in machine.conmuta("fax", "bootcamp"), 150
    )
    assert told
    line = machine.conmuta("fax", "bootcamp")
    assert "sent by order 1, ok (SUCCESS), 2 pages" in line
    assert pages(far.home, "/state/received.tif") == 2
    story = machine.conmuta("call", line.split("call ")[1].strip(), "--language", "en")
    assert "a fax was sent: SUCCESS, 2 pages" in story
    assert NUMBER in story
    assert machine.wait(lambda: mailed(machine), 30) == ["Fax enviado a 24008888: 2 páginas"]


def mailed(machine: WholeMachine) -> list[str]:
    """Subjects of what went to who asked for the result."""
    with psycopg.connect(machine.postgres.url()) as database:
        database.execute("SELECT set_config('conmuta.tenant', '*', false)")
        found = database.execute("SELECT subject FROM mail_mail WHERE recipients ? %s", [TOLD])
        return [str(row[0]) for row in found]
