"""What a mailbox keeps over a restart, and how its changes arrive: by the table alone."""

import asyncio
from dataclasses import replace

import pytest
from tests.support.company import company, extension
from tests.support.hearing import read_wav
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone
from tests.support.rawsip import RawSip
from tests.support.speech import speak

from conmuta_compiler import compile_tenant
from conmuta_node.objects import PhoneObjects, joined
from conmuta_node.pins import pins_by_telephone
from conmuta_plan import TenantPlan
from conmuta_plan.people import Mailbox

MESSAGE = speak("message", "Hola, soy Ana. Llámeme cuando pueda, por favor, al interno 550.")
PLAN = company(mailboxes=(Mailbox(number="500", name="General", pin="5555"),))


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    # A person who hangs up while a message plays is no fault
    made.expect(r"Playback of message \S+ failed")
    return made


async def phone(lab: AsteriskLab, number: str) -> Phone:
    return await lab.phone(f"{number}@acme.example.test")


async def leave_a_message(lab: AsteriskLab, number: str) -> None:
    talk = await (await phone(lab, "550")).call(number, within=15)
    await asyncio.sleep(1)
    await talk.press("#")  # past the greeting
    await asyncio.sleep(1.5)
    talk.say(read_wav(MESSAGE.wav))
    await asyncio.sleep(len(read_wav(MESSAGE.wav)) / 8000 + 0.5)
    await talk.hang_up()
    await lab.no_calls()


async def hears_it(lab: AsteriskLab, number: str, pin: str) -> None:
    """The owner of `number` opens the mailbox and hears the message."""
    talk = await (await phone(lab, number)).call("*97")
    await asyncio.sleep(2)
    await talk.press(f"{pin}#")
    await asyncio.sleep(1)
    await talk.press("1")
    await talk.hears(MESSAGE.wav, within=25)
    await talk.hang_up()
    await lab.no_calls()


async def change_the_pin(lab: AsteriskLab, number: str, old: str, new: str) -> None:
    talk = await (await phone(lab, number)).call("*97")
    for pause, keys in ((2, f"{old}#"), (2, "0"), (2, "5"), (2, f"{new}#"), (3, f"{new}#")):
        await asyncio.sleep(pause)
        await talk.press(keys)
    spool = lab.home.state / "spool/voicemail"
    mailbox = f"{number}@acme"
    assert await lab.until(lambda: pins_by_telephone(spool).get(mailbox) == new)
    await talk.hang_up()
    await lab.no_calls()


def restart_without_the_table(lab: AsteriskLab, *plans: TenantPlan) -> None:
    """As the agent does at each start: the table is made from the disk."""
    lab.stop()
    table = lab.home.state / "pjsip.sqlite3"
    for path in table.parent.glob(f"{table.name}*"):
        path.unlink()
    texts = {plan.tenant: joined(compile_tenant(plan)) for plan in plans}
    pins = pins_by_telephone(lab.home.state / "spool/voicemail")
    PhoneObjects(table).replace_all(texts, pins)
    lab.start()


async def test_a_pin_set_at_the_telephone_counts_at_once_and_after_a_restart(
    lab: AsteriskLab,
) -> None:
    await leave_a_message(lab, "553")
    await change_the_pin(lab, "553", "4321", "8642")
    await hears_it(lab, "553", "8642")
    lab.write(replace(PLAN, title="Another title"))
    restart_without_the_table(lab, PLAN)
    await leave_a_message(lab, "553")
    await hears_it(lab, "553", "8642")


async def test_a_message_from_before_a_restart_lights_the_telephone_that_registers(
    lab: AsteriskLab,
) -> None:
    await leave_a_message(lab, "552")
    restart_without_the_table(lab, PLAN)
    address = "552@acme.example.test"
    watcher = await RawSip.open(lab.server, address, "secret-acme-552")
    answer = await watcher.request("REGISTER", "sip:acme.example.test", {"Expires": "600"})
    assert answer.status == 200
    await watcher.gets("NOTIFY", lambda m: "Messages-Waiting: yes" in m.body)
    await watcher.request("REGISTER", "sip:acme.example.test", {"Contact": "*", "Expires": "0"})
    watcher.close()


async def test_a_changed_mailbox_needs_no_reload(lab: AsteriskLab) -> None:
    await leave_a_message(lab, "554")
    box = Mailbox(number="554", name="Eva", pin="9753")
    others = tuple(e for e in PLAN.extensions if e.number not in {"554", "555"})
    changed = (extension("554", mailbox=box), extension("555", mailbox=None))
    lab.write(replace(PLAN, extensions=others + changed))
    await hears_it(lab, "554", "9753")
    shown = lab.cli("voicemail show users for acme").splitlines()
    assert "=== ==> fullname: Eva" in shown
    assert "=== ==> mailbox: 553" in shown
    assert "=== ==> mailbox: 555" not in shown
