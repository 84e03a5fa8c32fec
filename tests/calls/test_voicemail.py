"""Messages: left, lit on the telephone, listened to with the PIN, and sent by mail."""

import asyncio
import email
import email.policy
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from tests.support.company import company
from tests.support.hearing import Reference, read_wav, seconds_of
from tests.support.lab import AsteriskLab
from tests.support.labs import Labs
from tests.support.phones import Phone
from tests.support.rawsip import RawSip
from tests.support.speech import speak

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


async def leave_a_message(lab: AsteriskLab, caller: Phone, number: str) -> None:
    """Reaches the mailbox of a telephone that is off, waits for the tone, and speaks."""
    talk = await caller.call(number, within=15)
    await asyncio.sleep(1)
    await talk.press("#")  # past the greeting
    await asyncio.sleep(1.5)
    talk.say(read_wav(MESSAGE.wav))
    await asyncio.sleep(len(read_wav(MESSAGE.wav)) / 8000 + 0.5)
    await talk.hang_up()
    await lab.no_calls()


def mails(lab: AsteriskLab) -> list[Path]:
    return sorted((lab.home.state / "spool/mail").glob("*.eml"))


async def test_a_message_is_left_and_its_mail_carries_the_audio(lab: AsteriskLab) -> None:
    await leave_a_message(lab, await phone(lab, "550"), "551")
    assert ("551",) in lab.events("voicemail")
    found = await lab.until(lambda: mails(lab), within=10)
    assert found
    assert found[0].name.startswith("acme__")
    mail = email.message_from_bytes(found[0].read_bytes(), policy=email.policy.default)
    assert mail["To"].addresses[0].addr_spec == "551@acme.example.test"
    assert mail["From"].addresses[0].addr_spec == "central@acme.example.test"
    assert "550" in str(mail["Subject"]) + mail.get_body().get_content()
    audio = next(part for part in mail.iter_attachments())
    heard = audio_of(audio.get_content())
    assert seconds_of(Reference(heard), read_wav(MESSAGE.wav)) > 1.5


def audio_of(data: bytes) -> np.ndarray:
    with wave.open(BytesIO(data)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return raw.astype(np.float32) / 32768


@pytest.mark.parametrize(
    ("number", "asks"), [("552", True), ("555", False)], ids=["who asks", "who does not ask"]
)
async def test_the_light_goes_on_for(lab: AsteriskLab, number: str, asks: bool) -> None:
    """Every registered telephone is told, also one that asks for it in vain.

    Asterisk looks for a mailbox by the user part alone (RFC 3842's SUBSCRIBE), which would not
    tell one company's 552 from another's.
    """
    address = f"{number}@acme.example.test"
    watcher = await RawSip.open(lab.server, address, f"secret-acme-{number}")
    answer = await watcher.request("REGISTER", "sip:acme.example.test", {"Expires": "600"})
    assert answer.status == 200
    if asks:
        wanted = {"Event": "message-summary", "Accept": "application/simple-message-summary"}
        await watcher.request("SUBSCRIBE", f"sip:{address}", wanted | {"Expires": "600"})
    await leave_a_message(lab, await phone(lab, "550"), number)
    await watcher.gets("NOTIFY", lambda m: "Messages-Waiting: yes" in m.body)
    await watcher.request("REGISTER", "sip:acme.example.test", {"Contact": "*", "Expires": "0"})
    watcher.close()


async def test_lorena_listens_with_her_pin_and_nobody_without(lab: AsteriskLab) -> None:
    await leave_a_message(lab, await phone(lab, "550"), "553")
    martin = await phone(lab, "553")
    wrong = await martin.call("*97")
    for _ in range(3):
        await asyncio.sleep(3)
        if not wrong.ended:
            await wrong.press("0000#")
    await wrong.is_over(within=20)
    talk = await martin.call("*97")
    await asyncio.sleep(2)
    await talk.press("4321#")
    await asyncio.sleep(1)
    await talk.press("1")
    await talk.hears(MESSAGE.wav, within=25)


async def test_any_mailbox_is_opened_from_any_telephone_with_its_number_and_pin(
    lab: AsteriskLab,
) -> None:
    await leave_a_message(lab, await phone(lab, "550"), "554")
    talk = await (await phone(lab, "555")).call("*98")
    await asyncio.sleep(2)
    await talk.press("554#")
    await asyncio.sleep(2)
    await talk.press("4321#")
    await asyncio.sleep(1)
    await talk.press("1")
    await talk.hears(MESSAGE.wav, within=25)
