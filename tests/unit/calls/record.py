"""Makes the files in `fixtures/` anew, from calls on a real Asterisk.

CONMUTA_ASTERISK_ROOT=… PYTHONPATH=src:. .venv/bin/python -m tests.unit.calls.record
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.carrier import Carrier
from tests.support.company import company, flow, gateway_of, inbound, step
from tests.support.lab import AsteriskLab
from tests.support.phones import Phone, Switchboard, Talk
from tests.support.speech import speak

from conmuta_plan.outside import Direction, RecordingRule
from conmuta_plan.queues import Agent, Queue, QueueMembership

FIXTURES = Path(__file__).parent / "fixtures"
HELLO = speak("hola", "Gracias por llamar. Para ventas digite uno.")
FILES = {"cel": "log/cel-custom/cel.csv", "queue": "log/queue_log"}
PLAN = company(
    "alpha",
    queues=(Queue(name="ventas", title="Ventas", number="570", ring_seconds=8),),
    agents=(
        Agent(
            number="601",
            name="Lorena",
            extension="552",
            queues=(QueueMembership(queue="ventas"),),
        ),
    ),
    flows=(
        flow(
            "principal",
            step(
                "opciones",
                "menu",
                {"1": "espera", "2": "diego", "invalid": "fin", "timeout": "fin"},
                prompts=["hola"],
            ),
            step("espera", "queue", {"timeout": "fin"}, queue="ventas"),
            step("diego", "extension", {"no_answer": "fin"}, number="551"),
            step("fin", "hangup"),
        ),
    ),
    numbers=(inbound("24000000", "principal"),),
    prompts=(HELLO.prompt,),
    recording=(RecordingRule(record=True, direction=Direction.IN),),
)


@dataclass
class Stage:
    """One Asterisk, its telephones and its carriers."""

    lab: AsteriskLab
    main: Carrier
    spare: Carrier

    phones: dict[str, Phone] = field(default_factory=dict)

    async def phone(self, number: str) -> Phone:
        if number not in self.phones:
            self.phones[number] = await self.lab.phone(f"{number}@alpha.example.test")
        return self.phones[number]

    async def talking(self, caller: str, called: str) -> tuple[Talk, Talk]:
        answering = await self.phone(called)
        out = await (await self.phone(caller)).dial(called)
        came = await answering.picks_up()
        return await out.is_answered(), came


async def answered_inside(stage: Stage) -> None:
    out, _ = await stage.talking("550", "551")
    await asyncio.sleep(2)
    await out.hang_up()


async def no_answer_then_voicemail(stage: Stage) -> None:
    await stage.phone("551")
    out = await (await stage.phone("550")).dial("551")
    await out.is_answered(within=15)
    await asyncio.sleep(6)
    await out.hang_up()


async def busy(stage: Stage) -> None:
    out, _ = await stage.talking("552", "553")
    diego = await stage.phone("551")
    diego.busy = True
    calling = await (await stage.phone("550")).dial("551")
    await asyncio.sleep(5)
    await calling.hang_up()
    diego.busy = False
    await out.hang_up()


async def blind_transfer(stage: Stage) -> None:
    lorena = await stage.phone("552")
    out, came = await stage.talking("550", "551")
    await asyncio.sleep(1)
    transfer = asyncio.create_task(came.transfer("552"))
    await lorena.picks_up()
    await transfer
    await asyncio.sleep(2)
    await out.hang_up()


async def attended_transfer(stage: Stage) -> None:
    diego, lorena = await stage.phone("551"), await stage.phone("552")
    out, came = await stage.talking("550", "551")
    await came.hold()
    asking = await diego.dial("552")
    await lorena.picks_up()
    await asking.is_answered()
    await asyncio.sleep(1)
    await came.transfer_to(asking)
    await asyncio.sleep(2)
    await out.hang_up()


async def picked_up(stage: Stage) -> None:
    diego, lorena = await stage.phone("551"), await stage.phone("552")
    out = await (await stage.phone("550")).dial("551")
    await diego.rings()
    await lorena.call("**551")
    await out.is_answered()
    await asyncio.sleep(1)
    await out.hang_up()


async def parked(stage: Stage) -> None:
    lorena = await stage.phone("552")
    out, came = await stage.talking("550", "551")
    transfer = asyncio.create_task(came.transfer("700"))
    await asyncio.sleep(2)
    await lorena.call("701")
    await asyncio.sleep(1)
    await out.hang_up()
    await asyncio.gather(transfer, return_exceptions=True)


async def signs_in(stage: Stage, code: str) -> None:
    talk = await (await stage.phone("552")).call(code)
    await asyncio.sleep(2.5)
    if not talk.ended:  # who is signed in is not asked for the number
        await talk.press("601#")
    await talk.is_over(within=15)


async def queue_answered(stage: Stage) -> None:
    await signs_in(stage, "*41")
    lorena = await stage.phone("552")
    call = await (await stage.main.calls_in("24000000", stage.lab.server)).is_answered()
    await asyncio.sleep(4)
    await call.press("1")
    await lorena.picks_up(within=15)
    await asyncio.sleep(2)
    await call.hang_up()


async def queue_abandoned(stage: Stage) -> None:
    await signs_in(stage, "*43")
    call = await (await stage.main.calls_in("24000000", stage.lab.server)).is_answered()
    await asyncio.sleep(4)
    await call.press("1")
    await asyncio.sleep(4)
    await call.hang_up()
    await signs_in(stage, "*44")
    await signs_in(stage, "*42")


async def inbound_menu(stage: Stage) -> None:
    diego = await stage.phone("551")
    call = await (await stage.main.calls_in("24000000", stage.lab.server)).is_answered()
    await asyncio.sleep(4)
    await call.press("2")
    await diego.picks_up(within=15)
    await asyncio.sleep(2)
    await call.hang_up()


async def outbound_failover(stage: Stage) -> None:
    stage.main.refuses = 503
    out = await (await stage.phone("550")).dial("24002222")
    call = await stage.spare.gets_call(15)
    call.ring()
    await call.answer()
    await asyncio.sleep(2)
    await out.hang_up()
    stage.main.refuses = None


async def pin_refused(stage: Stage) -> None:
    out = await (await stage.phone("550")).call("0054111234")
    for _ in range(3):
        await asyncio.sleep(2.5)
        if not out.ended:
            await out.press("0000#")
    await out.is_over(within=15)


SCENES: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    answered_inside,
    no_answer_then_voicemail,
    busy,
    blind_transfer,
    attended_transfer,
    picked_up,
    parked,
    queue_answered,
    queue_abandoned,
    inbound_menu,
    outbound_failover,
    pin_refused,
)


async def record(stage: Stage, scene: Callable[[Stage], Awaitable[None]]) -> None:
    """Plays a scene and keeps what Asterisk wrote of it."""
    paths = {name: stage.lab.home.state / path for name, path in FILES.items()}
    before = {name: path.stat().st_size if path.exists() else 0 for name, path in paths.items()}
    await scene(stage)
    await stage.lab.switchboard.clear()
    await stage.lab.no_calls(within=15)
    await asyncio.sleep(0.5)
    for name, path in paths.items():
        written = path.read_bytes()[before[name] :] if path.exists() else b""
        (FIXTURES / f"{scene.__name__}.{name}").write_bytes(written)


async def main(names: list[str]) -> None:
    """Every scene, or those named."""
    folder = Path(tempfile.mkdtemp(prefix="conmuta-record-"))
    board = await Switchboard().start()
    lab = AsteriskLab.prepare(folder / "node", board, [PLAN], spoken=[HELLO]).start()
    carriers = [gateway_of(PLAN, name) for name in ("main", "spare")]
    main, spare = [await Carrier.open(each.host, each.port) for each in carriers]
    try:
        for scene in SCENES:
            if not names or scene.__name__ in names:
                print(scene.__name__)
                await record(Stage(lab, main, spare), scene)
    finally:
        await main.close()
        await spare.close()
        await board.stop()
        lab.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
