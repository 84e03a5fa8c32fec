"""Who puts a call on hold, and takes it back, is in the call's story."""

import asyncio

import pytest
from tests.support.company import company
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs

from conmuta.apps.calls.parsing import Malformed, read_events
from conmuta.apps.calls.timeline import tell
from conmuta_node.ami import AmiClient
from conmuta_node.holds import Holds


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(company())


async def test_diego_puts_ana_on_hold_and_takes_her_back(lab: AsteriskLab) -> None:
    written = lab.home.state / "log/cel-custom/cel.csv"
    async with AmiClient("127.0.0.1", lab.settings.ami_port, "conmuta", "lab") as ami:
        await ami.wait_connected()
        telling = asyncio.create_task(Holds(ami, written).run())
        ana = await lab.phone("550@acme.example.test")
        diego = await lab.phone("551@acme.example.test")
        out = await ana.dial("551")
        came = await diego.picks_up()
        await out.is_answered()
        await asyncio.sleep(0.5)
        await came.hold()
        await lab.until(lambda: ("551", "on") in lab.events("hold"))
        await came.resume()
        await lab.until(lambda: ("551", "off") in lab.events("hold"))
        await out.hang_up()
        await lab.no_calls()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    reads = list(read_events(1, 1, written.read_bytes()))
    assert not [read for read in reads if isinstance(read, Malformed)]
    story = tell([read.row for read in reads if not isinstance(read, Malformed)], [])
    said = [line.words.text("es") for line in story]
    answered = said.index("atiende 551")
    on = said.index("el interno 551 pone la llamada en retención")
    off = said.index("el interno 551 retoma la llamada")
    assert answered < on < off < said.index("termina la llamada")
