"""Waiting for somebody: who rings, in which order, what the caller hears, and how waits end."""

import asyncio
import re
from collections import Counter

import pytest
from tests.support.asterisk import asterisks_prompt
from tests.support.carrier import CarrierCall
from tests.support.company import company, flow, inbound, step
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Phone, Talk
from tests.support.speech import speak

from conmuta_plan import TenantPlan
from conmuta_plan.flows import Music
from conmuta_plan.queues import Agent, Queue, QueueMembership, Strategy

MUSIC = speak("sones", "Esta es la música de espera de ventas. Tralalá, tralalá, tralalá.")
ENTRY = speak("entrada", "Por favor aguarde, que le comunicaremos con el primer operador.")
BUSY = speak("salida", "Todos nuestros operadores se encuentran ocupados. Digite uno o cero.")
FOR_AGENT = speak("agente", "Llamada de la cola de ventas.")
BYE = speak("adios", "Le dejamos en otro lugar del flujo. Hasta luego.")
AGENTS = ("551", "552", "553")
ONE_BY_ONE = [s for s in Strategy if s is not Strategy.RINGALL]


def queue(name: str, number: str, **more: object) -> Queue:
    standard: dict[str, object] = {
        "title": name,
        "number": number,
        "music": "sones",
        "ring_seconds": 3,
        "retry_seconds": 1,
    }
    return Queue(name=name, **(standard | more))  # type: ignore[arg-type]


QUEUES = (
    *(queue(s.value, str(560 + n), strategy=s) for n, s in enumerate(Strategy)),
    queue("penal", "570"),
    queue("alguien", "571"),
    queue("llena", "572", max_callers=1),
    queue("corta", "573", max_wait_seconds=4),
    queue("vacia", "574", enter_without_agents=False),
    queue(
        "anuncia",
        "575",
        entry_prompt="entrada",
        periodic_prompt="salida",
        periodic_seconds=5,
        agent_prompt="agente",
    ),
    queue("posicion", "576", announce_position=True, announce_seconds=5),
    queue("descanso", "577", wrap_up_seconds=6),
)


def agent(number: str, *queues: tuple[str, int], always: bool = True) -> Agent:
    return Agent(
        number=number,
        name=number,
        extension=number,
        always_signed_in=always,
        queues=tuple(QueueMembership(queue=name, penalty=penalty) for name, penalty in queues),
    )


PLAN: TenantPlan = company(
    queues=QUEUES,
    agents=(
        *(agent(n, *((s.value, 0) for s in Strategy)) for n in AGENTS),
        agent("554", ("penal", 0), ("corta", 0), ("llena", 0), ("anuncia", 0), ("descanso", 0)),
        agent("555", ("penal", 1)),
        Agent(
            number="900",
            name="Ana",
            extension="550",
            pin="2580",
            queues=(QueueMembership(queue="alguien"), QueueMembership(queue="posicion")),
        ),
    ),
    flows=(
        flow(
            "cola",
            step(
                "espera",
                "queue",
                {
                    "key:1": "fin",
                    "key:0": "fin",
                    "full": "fin",
                    "timeout": "fin",
                    "empty": "fin",
                },
                queue="anuncia",
            ),
            step("fin", "say", {}, prompts=["adios"]),
        ),
        *(
            flow(
                name,
                step(
                    "espera",
                    "queue",
                    {"full": "fin", "timeout": "fin", "empty": "fin"},
                    queue=name,
                ),
                step("fin", "say", {}, prompts=["adios"]),
            )
            for name in ("llena", "corta", "vacia")
        ),
    ),
    numbers=tuple(
        inbound(str(24000000 + n), name)
        for n, name in enumerate(("cola", "llena", "corta", "vacia"))
    ),
    prompts=tuple(one.prompt for one in (ENTRY, BUSY, FOR_AGENT, BYE)),
    music=(Music(name="sones", digests=(MUSIC.prompt.digest,)),),
)


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN, spoken=[MUSIC, ENTRY, BUSY, FOR_AGENT, BYE])
    # Asterisk's words for a full or empty queue, and for who hangs up while a prompt plays
    made.expect("Unable to join queue", "play_file failed", "hungup on the customer")
    return made


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def comes_in(lab: AsteriskLab, carriers: CarrierMaker, number: str) -> CarrierCall:
    carrier = await carriers(PLAN, "main")
    return await (await carrier.calls_in(number, lab.server)).is_answered()


async def who_rings(phones: list[Phone], within: float = 8) -> tuple[Phone, Talk]:
    """The first of these telephones that rings."""
    tasks = {asyncio.create_task(one.rings(within)): one for one in phones}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    first = done.pop()
    return tasks[first], first.result()


async def served(lab: AsteriskLab, caller: Phone, number: str, phones: list[Phone]) -> str:
    """Calls a queue, lets whoever rings answer, hangs up; who it was."""
    assert await lab.until(lambda: everybody_is_free(lab))
    out = await caller.dial(number)
    person, talk = await who_rings(phones)
    await talk.answer()
    await out.is_answered()
    await asyncio.sleep(1.1)  # who served last is kept by the second
    before = taken(lab)
    await out.hang_up()
    await talk.is_over()
    # Asterisk notes who took a call a little after its end, and chooses the next by that
    assert await lab.until(lambda: taken(lab) > before)
    return person.number


def everybody_is_free(lab: AsteriskLab) -> bool:
    """Whether the queues have heard that every telephone has hung up."""
    return not re.search(r"\((In use|Busy|Ringing|Ring\+Inuse|On Hold)\)", lab.cli("queue show"))


def taken(lab: AsteriskLab) -> int:
    """How many calls agents have taken, in all queues."""
    return sum(int(count) for count in re.findall(r"has taken (\d+) call", lab.cli("queue show")))


def taken_by(lab: AsteriskLab, queue: str) -> dict[str, int]:
    """How many calls each member of a queue has taken, as the queue counts them."""
    found = re.findall(r"^\s+(\d+) \(.*has taken (\w+) call", lab.cli(f"queue show {queue}"), re.M)
    return {agent: 0 if count == "no" else int(count) for agent, count in found}


async def test_ringall_rings_everybody_and_one_takes_it(lab: AsteriskLab) -> None:
    caller = await phone(lab, "550")
    phones = [await phone(lab, number) for number in AGENTS]
    out = await caller.dial("560")
    talks = [await one.rings() for one in phones]
    await talks[1].answer()
    await out.is_answered()
    out.say_tone(600)
    await talks[1].hears_tone(600)
    await talks[0].is_over()
    await talks[2].is_over()


@pytest.mark.parametrize("strategy", ONE_BY_ONE)
async def test_each_strategy_has_its_order(lab: AsteriskLab, strategy: Strategy) -> None:
    """Three calls, one after the other, all answered."""
    number = str(560 + list(Strategy).index(strategy))
    caller = await phone(lab, "550")
    phones = [await phone(lab, one) for one in AGENTS]
    order = [await served(lab, caller, number, phones) for _ in range(3)]
    if strategy in (Strategy.RRMEMORY, Strategy.LEASTRECENT):
        assert Counter(order) == dict.fromkeys(AGENTS, 1)
    elif strategy is Strategy.LINEAR:
        assert order == [AGENTS[0]] * 3
    else:
        assert set(order) <= set(AGENTS)


async def test_who_has_taken_the_fewest_calls_in_all_queues_rings_first(lab: AsteriskLab) -> None:
    strategy = Strategy.FEWESTCALLS
    number = str(560 + list(Strategy).index(strategy))
    caller = await phone(lab, "550")
    phones = [await phone(lab, one) for one in AGENTS]
    for _ in range(4):
        assert await lab.until(lambda: everybody_is_free(lab))
        so_far = taken_by(lab, f"acme-{strategy.value}")
        who = await served(lab, caller, number, phones)
        assert so_far[who] == min(so_far[one] for one in AGENTS)


async def test_the_next_agent_rings_when_the_first_does_not_answer(lab: AsteriskLab) -> None:
    caller = await phone(lab, "550")
    phones = [await phone(lab, one) for one in AGENTS]
    await caller.dial(str(560 + list(Strategy).index(Strategy.RRMEMORY)))
    first, talk = await who_rings(phones)
    await talk.is_over(within=8)
    second, talk = await who_rings([one for one in phones if one is not first])
    await talk.answer()
    assert second is not first


async def test_the_second_row_rings_only_when_the_first_is_busy(lab: AsteriskLab) -> None:
    caller = await phone(lab, "550")
    first, second = await phone(lab, "554"), await phone(lab, "555")
    out = await caller.dial("570")
    talk = await first.picks_up()
    await out.is_answered()
    assert second.waiting.empty()
    other = await (await phone(lab, "551")).dial("570")
    await second.picks_up()
    await other.is_answered()
    assert not talk.ended


async def test_ana_signs_in_by_telephone_pauses_returns_and_signs_out(lab: AsteriskLab) -> None:
    ana, caller = await phone(lab, "550"), await phone(lab, "552")

    async def dials(code: str, *answers: str) -> None:
        talk = await ana.call(code)
        for question, answer in zip(("agent-user", "agent-pass"), answers, strict=False):
            await talk.hears(asterisks_prompt(question), within=15, seconds=0.8)
            await talk.press(f"{answer}#")
        await talk.is_over(within=15)

    async def is_rung(*, expected: bool) -> None:
        out = await caller.dial("571")
        if expected:
            await ana.picks_up()
            await out.is_answered()
        else:
            await ana.stays_quiet(2)
        await out.hang_up()
        await lab.no_calls()

    await is_rung(expected=False)
    await dials("*41", "900", "2580")
    await is_rung(expected=True)
    await dials("*43")
    await is_rung(expected=False)
    await dials("*44")
    await is_rung(expected=True)
    await dials("*42")
    await is_rung(expected=False)
    verbs = [event[1] for event in lab.events("agent") if event[0] == "900"]
    assert verbs == ["in", "pause", "unpause", "out"]


async def test_a_wrong_pin_signs_nobody_in(lab: AsteriskLab) -> None:
    diego = await phone(lab, "551")
    talk = await diego.call("*41")
    for _ in range(3):
        for question, answer in (("agent-user", "900#"), ("agent-pass", "0000#")):
            await talk.hears(asterisks_prompt(question), within=15, seconds=0.8)
            await talk.press(answer)
    await talk.is_over(within=30)
    out = await (await phone(lab, "552")).dial("571")
    await diego.stays_quiet(2)
    await out.hang_up()


async def test_who_waits_hears_the_queues_music(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    await phone(lab, "554")
    call = await comes_in(lab, carriers, "24000002")
    await call.hears(MUSIC.wav)


async def test_entry_announcement_and_then_the_one_with_the_choice(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    call = await comes_in(lab, carriers, "24000000")
    await call.hears(ENTRY.wav, within=12)
    await call.hears(BUSY.wav, within=20)
    await call.press("1")
    await call.hears(BYE.wav)
    assert await lab.until(lambda: ("anuncia", "key:1") in lab.events("queue"))


async def test_the_agent_hears_which_queue_it_is(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    agent_phone = await phone(lab, "554")
    await comes_in(lab, carriers, "24000000")
    talk = await agent_phone.picks_up(within=20)
    await talk.hears(FOR_AGENT.wav, seconds=1)


async def test_the_position_in_the_queue_is_told(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    voice = lab.home.root / "usr/share/asterisk/sounds/es/queue-youarenext.wav"
    out = await (await phone(lab, "552")).dial("576")
    await out.hears(voice, within=15, seconds=0.8)


async def test_a_full_queue_takes_nobody_more(lab: AsteriskLab, carriers: CarrierMaker) -> None:
    carrier = await carriers(PLAN, "main")
    first = await (await carrier.calls_in("24000001", lab.server)).is_answered()
    await asyncio.sleep(1)
    second = await (await carrier.calls_in("24000001", lab.server)).is_answered()
    await second.hears(BYE.wav)
    assert not first.ended


async def test_after_the_longest_wait_the_flow_goes_on(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    call = await comes_in(lab, carriers, "24000002")
    await call.hears(BYE.wav, within=15)
    assert await lab.until(lambda: ("corta", "timeout") in lab.events("queue"))


async def test_a_queue_without_agents_is_left_at_once(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    call = await comes_in(lab, carriers, "24000003")
    await call.hears(BYE.wav, within=6)


async def test_after_a_call_the_agent_has_time_to_write(lab: AsteriskLab) -> None:
    caller, person = await phone(lab, "550"), await phone(lab, "554")
    out = await caller.dial("577")
    talk = await person.picks_up()
    await out.is_answered()
    await asyncio.sleep(1)
    await talk.hang_up()
    await out.is_over()
    await caller.dial("577")
    await person.stays_quiet(3)
    await person.rings(within=12)
