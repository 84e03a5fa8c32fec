"""Our telephones against the smallest hand-written Asterisk: what they hear is so."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from baresip import RegistrationError
from tests.support.asterisk import asterisk_root, make_certificate
from tests.support.carrier import Carrier
from tests.support.handmade import handmade
from tests.support.hearing import tone
from tests.support.phones import Phone, Server, Switchboard
from tests.support.ports import free_port, rtp_range
from tests.support.rawsip import RawSip
from tests.support.speech import Spoken, speak
from tests.support.voice import NotHeardError

from conmuta_node.asterisk import AsteriskHome

GREETING = speak("greeting", "Bienvenido a ACME. Para hablar con ventas, digite uno.")
GOODBYE = speak("goodbye", "Gracias por llamar. Hasta luego, y que tenga un buen día.")

PJSIP = """
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip}
[tcp]
type = transport
protocol = tcp
bind = 127.0.0.1:{sip}
[tls]
type = transport
protocol = tls
bind = 127.0.0.1:{tls}
cert_file = /state/etc/tls.crt
priv_key_file = /state/etc/tls.key
method = tlsv1_2
"""

PHONE = """
[{n}@hand.example.test]
type = endpoint
context = phones
disallow = all
allow = opus,g722,alaw,ulaw
direct_media = no
rewrite_contact = yes
media_encryption = sdes
media_encryption_optimistic = yes
aors = {n}@hand.example.test
auth = {n}@hand.example.test
[{n}@hand.example.test]
type = aor
max_contacts = 2
[{n}@hand.example.test]
type = auth
auth_type = userpass
realm = hand.example.test
username = {n}
password = secret{n}
"""

CARRIER = """
[carrier]
type = endpoint
context = phones
disallow = all
allow = alaw
direct_media = no
aors = carrier
[carrier]
type = aor
contact = sip:127.0.0.80:{port}
[carrier]
type = identify
endpoint = carrier
match = 127.0.0.80
"""

EXTENSIONS = f"""
[phones]
exten => _09.,1,Dial(PJSIP/${{EXTEN}}@carrier,20)
exten => _55X,1,Dial(PJSIP/${{EXTEN}}@hand.example.test,20)
exten => greeting,1,Answer()
 same => n,Playback(/state/media/{GREETING.prompt.digest})
 same => n,Wait(5)
exten => keys,1,Answer()
 same => n,Playtones(440)
 same => n,Read(typed,,3,,1,10)
 same => n,SendDTMF(${{typed}})
 same => n,Wait(2)
exten => echo,1,Answer()
 same => n,Echo()
exten => silence,1,Answer()
 same => n,Wait(10)
"""


CARRIER_PORT = free_port("127.0.0.80")


def config(server: Server, rtp: tuple[int, int]) -> dict[str, str]:
    pjsip = PJSIP.format(sip=server.udp, tls=server.tls) + CARRIER.format(port=CARRIER_PORT)
    return handmade(
        pjsip=pjsip + "".join(PHONE.format(n=n) for n in ("550", "551")),
        extensions=EXTENSIONS,
        rtp=rtp,
        musiconhold="[default]\nmode=files\ndirectory=/state/music\n",
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    sip = free_port()
    where = Server("127.0.0.1", sip, sip, free_port())
    home = AsteriskHome(tmp_path_factory.mktemp("asterisk"), asterisk_root())
    home.install(config(where, rtp_range()))
    make_certificate(home.state / "etc", "hand.example.test")
    media = home.state / "media" / f"{GREETING.prompt.digest}.wav"
    media.write_bytes(GREETING.wav.read_bytes())
    (home.state / "music" / "hold.wav").write_bytes(GOODBYE.wav.read_bytes())
    home.start()
    yield where
    home.stop()


async def phone(board: Switchboard, server: Server, number: str, **more: object) -> Phone:
    address = f"{number}@hand.example.test"
    made = await board.phone(address, f"secret{number}", server, **more)  # type: ignore[arg-type]
    return await made.register()


@pytest.mark.parametrize(
    "line",
    [
        {"codecs": ("alaw",)},
        {"transport": "tcp", "codecs": ("g722",)},
        {"transport": "tls", "srtp": "required", "codecs": ("opus",)},
    ],
    ids=["alaw over UDP", "g722 over TCP", "opus over TLS with SRTP"],
)
async def test_a_prompt_is_known_by_its_own_audio_in_every_codec(
    switchboard: Switchboard, server: Server, line: dict[str, object]
) -> None:
    talk = await (await phone(switchboard, server, "550", **line)).call("greeting")
    await talk.hears(GREETING.wav)


async def test_another_prompt_is_not_taken_for_it(switchboard: Switchboard, server: Server) -> None:
    talk = await (await phone(switchboard, server, "550")).call("greeting")
    with pytest.raises(NotHeardError):
        await talk.hears(GOODBYE.wav, within=3)


async def test_two_telephones_hear_each_other_and_keys_arrive(
    switchboard: Switchboard, server: Server
) -> None:
    ana = await phone(switchboard, server, "550")
    diego = await phone(
        switchboard, server, "551", transport="tls", srtp="optional", codecs=("opus",)
    )
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    assert came.caller == "550"
    out.say_tone(600)
    came.say_tone(900)
    await out.hears_tone(900)
    await came.hears_tone(600)
    out.be_silent()
    await out.press("17")
    await came.presses("17")


async def test_a_held_telephone_hears_music_and_then_the_voice_again(
    switchboard: Switchboard, server: Server
) -> None:
    ana = await phone(switchboard, server, "550")
    diego = await phone(switchboard, server, "551")
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    await out.hold()
    await came.hears(GOODBYE.wav)
    await out.resume()
    out.say_tone(600)
    await came.hears_tone(600)


async def test_silence_is_silence_and_an_echo_is_what_was_said(
    switchboard: Switchboard, server: Server
) -> None:
    ana = await phone(switchboard, server, "550")
    talk = await ana.call("silence")
    await talk.hears_nothing(1)
    talk = await ana.call("echo")
    talk.say(tone(700, 1.0))
    await talk.hears_tone(700)
    await talk.hears_no_tone(440)


async def test_busy_and_transferred_and_wrong_password(
    switchboard: Switchboard, server: Server
) -> None:
    ana = await phone(switchboard, server, "550")
    diego = await phone(switchboard, server, "551")
    diego.busy = True
    assert await (await ana.dial("551")).fails() == 486
    diego.busy = False
    await diego.hang_up_everything()
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    await came.transfer("greeting")
    await out.hears(GREETING.wav)
    wrong = await switchboard.phone("550@hand.example.test", "guessed", server)
    with pytest.raises(RegistrationError):
        await wrong.register()


async def test_sip_by_hand_knows_its_password(server: Server) -> None:
    raw = await RawSip.open(server, "550@hand.example.test", "secret550")
    assert (await raw.request("REGISTER", "sip:hand.example.test")).status == 200
    raw.password = "guessed"
    assert (await raw.request("REGISTER", "sip:hand.example.test")).status == 401
    raw.close()


@pytest_asyncio.fixture(loop_scope="session")
async def carrier() -> AsyncIterator[Carrier]:
    made = await Carrier.open(port=CARRIER_PORT)
    yield made
    await made.close()


async def test_a_carrier_calls_in_is_heard_and_presses_keys(
    switchboard: Switchboard, server: Server, carrier: Carrier
) -> None:
    call = await (await carrier.calls_in("greeting", server)).is_answered()
    await call.hears(GREETING.wav)
    await call.hang_up()
    call = await (await carrier.calls_in("keys", server)).is_answered()
    await call.hears_tone(440)
    await call.press("482")
    await call.presses("482")
    await call.hang_up()
    diego = await phone(switchboard, server, "551")
    call = await carrier.calls_in("551", server, caller="24009999")
    came = await diego.rings()
    assert came.caller == "24009999"
    await call.is_ringing()
    await came.answer()
    await call.is_answered()
    call.say_tone(600)
    came.say_tone(900)
    await came.hears_tone(600)
    await call.hears_tone(900)
    await came.hang_up()
    await call.is_over()


async def test_a_carrier_answers_refuses_or_ignores_our_calls(
    switchboard: Switchboard, server: Server, carrier: Carrier
) -> None:
    ana = await phone(switchboard, server, "550")
    talk = await ana.dial("099111222")
    call = await carrier.gets_call()
    assert call.dialled == "099111222"
    call.ring()
    await talk.is_ringing()
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    await call.hears_tone(500)
    await call.hang_up()
    await talk.is_over()
    carrier.refuses = 486
    assert await (await ana.dial("099111222")).fails() == 486
    carrier.refuses = 0
    talk = await ana.dial("099111222")
    await talk.hang_up()
    assert len(carrier.invites) >= 2


def test_speech_is_kept_by_its_text() -> None:
    again: Spoken = speak("other name", GREETING.prompt.text)
    assert again.wav == GREETING.wav
    assert Path(again.wav).stat().st_size > 8000
