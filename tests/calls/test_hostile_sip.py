"""Malformed and hostile SIP: Asterisk lives, good calls go on, and no call gets out."""

import asyncio
import secrets

import pytest
from tests.support import torture
from tests.support.company import MAIN_CARRIER, company, gateway
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.phones import Talk
from tests.support.rawsip import RawSip

PLAN = company(gateways=(gateway("main", MAIN_CARRIER), gateway("spare", "127.0.0.81")))


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    made = labs(PLAN)
    made.expect(".*")  # a log full of complaints about such messages is right
    return made


async def good_call(lab: AsteriskLab) -> tuple[Talk, Talk]:
    ana, diego = [await lab.phone(f"{n}@acme.example.test") for n in ("550", "551")]
    out = await ana.dial("551")
    came = await diego.picks_up()
    await out.is_answered()
    out.say_tone(600)
    return out, came


def message(
    method: str, uri: str, extra: str = "", body: str = "", length: str | None = None
) -> bytes:
    token = secrets.token_hex(6)
    return (
        f"{method} {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{token};rport\r\n"
        f"From: <sip:550@acme.example.test>;tag={token}\r\nTo: <{uri}>\r\n"
        f"Call-ID: {token}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n"
        f"Contact: <sip:x@127.0.0.1:9>\r\n{extra}"
        f"Content-Length: {length or len(body)}\r\n\r\n{body}"
    ).encode()


SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
OURS = "sip:551@acme.example.test"
# In the manner of RFC 4475, and what scanners send
TORTURE: dict[str, list[bytes]] = {
    "no SIP at all": [
        b"",
        b"\0" * 1400,
        b"\r\n\r\n",
        secrets.token_bytes(1300),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    "a first line that is none": [
        b"INVITE\r\n\r\n",
        b"INVITE  SIP/2.0\r\n\r\n",
        b"SIP/2.0 9999999999 OK\r\n\r\n",
    ],
    "wrong lengths": [
        message("INVITE", OURS, body=SDP, length="9999"),
        message("INVITE", OURS, body=SDP, length="-1"),
        message("INVITE", OURS, body=SDP, length="4294967297"),
        message("OPTIONS", OURS, length="x"),
    ],
    "huge values": [
        message("INVITE", "sip:" + "5" * 3000 + "@acme.example.test"),
        message("OPTIONS", OURS, "X-Long: " + "a" * 40000 + "\r\n"),
        message("OPTIONS", OURS, "".join(f"Via: SIP/2.0/UDP h{n}\r\n" for n in range(400))),
        message("REGISTER", "sip:acme.example.test", "Contact: <sip:x>\r\n" * 300),
        message("INVITE", OURS, "Expires: 99999999999999999999\r\n"),
    ],
    "broken SDP": [
        message("INVITE", OURS, "Content-Type: application/sdp\r\n", body)
        for body in (
            "v=0",
            SDP + "m=audio 999999 RTP/AVP 8\r\n",
            SDP + "m=audio\r\n" * 50,
            "\0\xff" * 300,
        )
    ],
    "odd escapes": [
        message("INVITE", "sip:55%00%0a1@acme.example.test"),
        message("INVITE", "sip:${SHELL(touch /state/owned)}@acme.example.test"),
        message("INVITE", "sip:551&SHELL@acme.example.test"),
        message("INVITE", OURS, 'Proxy-Authorization: Digest username="\'; DROP TABLE"\r\n'),
        message("SUBSCRIBE", OURS, "Event: \r\nAccept: \r\n"),
        message("NOTIFY", OURS, "Event: message-summary\r\n", "Messages-Waiting: yes\r\n"),
        message("REFER", OURS, "Refer-To: <sip:00442079460000@127.0.0.80>\r\n"),
        message("BYE", OURS),
        message("CANCEL", OURS),
        message("PUBLISH", OURS, "Event: presence\r\n", "<presence/>"),
        message("MESSAGE", OURS, "Content-Type: text/plain\r\n", "hello"),
        message("XYZZY", OURS),
    ],
    "RFC 4475, valid messages": list(torture.VALID.values()),
    "RFC 4475, invalid messages": list(torture.INVALID.values()),
    "RFC 4475, messages beyond syntax": list(torture.BEYOND.values()),
}


@pytest.mark.parametrize("kind", TORTURE)
async def test_a_good_call_goes_on_under(lab: AsteriskLab, kind: str) -> None:
    out, came = await good_call(lab)
    process = lab.home.process()
    attacker = await RawSip.open(lab.server, "mallory@evil.example.test")
    for _ in range(3):
        for data in TORTURE[kind]:
            attacker.send(data[:65000])
            await asyncio.sleep(0.005)
    await over_tcp(lab, TORTURE[kind])
    await came.hears_tone(600)
    assert not out.ended
    assert lab.home.process() == process
    await out.hang_up()
    await good_call(lab)
    assert not (lab.home.state / "owned").exists()
    attacker.close()


async def over_tcp(lab: AsteriskLab, messages: list[bytes]) -> None:
    """The same over one TCP connection, which Asterisk may close whenever it likes."""
    _, writer = await asyncio.open_connection(lab.server.host, lab.server.tcp)
    try:
        for data in messages:
            writer.write(data)
            await asyncio.sleep(0.01)
        await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def test_nobody_without_a_password_gets_a_call_out(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    main = await carriers(PLAN, "main")
    attacker = await RawSip.open(lab.server, "550@acme.example.test")
    for uri in (
        "sip:099123456@acme.example.test",
        "sip:0054111111@acme.example.test",
        "sip:911@acme.example.test",
        "sip:099123456@127.0.0.80",
        "sip:main@acme.example.test",
    ):
        assert (await attacker.invite(uri)).status >= 400
    attacker.user = "100"
    for number in ("9011442079460000", "00442079460000", "+442079460000", "099123456"):
        assert (await attacker.invite(f"sip:{number}@127.0.0.1")).status >= 400
    assert main.invites == []
    attacker.close()


async def test_guessing_passwords_finds_neither_who_exists_nor_a_way_in(lab: AsteriskLab) -> None:
    answers = {}
    for user in ("550", "551", "9999", "admin"):
        attacker = await RawSip.open(lab.server, f"{user}@acme.example.test", "guess")
        answers[user] = [
            (await attacker.request("REGISTER", "sip:acme.example.test")).status for _ in range(3)
        ]
        attacker.close()
    assert answers["550"] == answers["551"] == answers["9999"] == answers["admin"]
    assert all(status >= 400 for status in answers["550"])


async def test_a_registered_person_gains_nothing_by_odd_numbers(
    lab: AsteriskLab, carriers: CarrierMaker
) -> None:
    """Dialplan injection: variables, separators and channel names inside the number dialled."""
    main = await carriers(PLAN, "main")
    raw = await RawSip.open(lab.server, "550@acme.example.test", "secret-acme-550")
    for number in (
        "551%26PJSIP%2F099123456%40main",
        "%24%7BSHELL(touch%20%2Fstate%2Fowned)%7D",
        "551%2C1%2CSystem(touch%20%2Fstate%2Fowned)",
        "099123456%0D%0AX-Evil:%201",
        "*21%24%7BEVAL(1)%7D",
        "*21551%22%2Cx",
        "2%24%7BFOO%7D345678",
    ):
        answer = await raw.invite(f"sip:{number}@acme.example.test")
        assert answer.status != 408, number
    await asyncio.sleep(0.5)
    assert not (lab.home.state / "owned").exists()
    assert all("Evil" not in str(invite.headers) for invite in main.invites)
    raw.close()
