"""Somebody of one company who speaks SIP by hand, and knows passwords there, gets nothing of the
other: no registration, call, transfer, message or notice. By telephone: `test_two_companies.py`."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from baresip import RegistrationError
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.rawsip import Dialog, RawSip
from tests.support.two_companies import ACME, RIVAL, both, phone, talking


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return both(labs)


@pytest_asyncio.fixture(loop_scope="session")
async def intruder(lab: AsteriskLab) -> AsyncIterator[RawSip]:
    """Somebody of rival, with a good password there, who speaks SIP by hand."""
    raw = await RawSip.open(lab.server, "550@rival.example.test", "secret-rival-550")
    yield raw
    raw.close()


async def test_one_companys_password_does_not_register_at_the_other(lab: AsteriskLab) -> None:
    board = lab.switchboard
    for address, password in (
        ("550@acme.example.test", "secret-rival-550"),
        ("550@acme.example.test", "secret-acme-551"),
        ("550@rival.example.test", "secret-acme-550"),
        ("550@nobody.example.test", "secret-acme-550"),
    ):
        wrong = await board.phone(address, password, lab.server)
        with pytest.raises(RegistrationError):
            await wrong.register()
    assert "550@acme.example.test" not in lab.cli("pjsip show contacts")


async def test_a_registration_for_another_aor_than_ones_own_is_refused(
    lab: AsteriskLab, intruder: RawSip
) -> None:
    for to in ("551@rival.example.test", "550@acme.example.test", "551@acme.example.test"):
        answer = await intruder.request("REGISTER", "sip:rival.example.test", {"To": f"<sip:{to}>"})
        assert answer.status >= 400, to
    for uri in ("sip:acme.example.test", "sip:127.0.0.1"):
        answer = await intruder.request("REGISTER", uri, {"To": "<sip:550@acme.example.test>"})
        assert answer.status >= 400
    assert "acme.example.test" not in lab.cli("pjsip show contacts")


@pytest.mark.parametrize(
    "forged",
    [
        "sip:1&PJSIP/acme-gw-main/sip:0099@{here}",
        "sip:1&PJSIP/551@{here}",
        "sip:550@{here};x=1&PJSIP/acme-gw-main/sip:0099",
        "sip:550@{here}?a=1&PJSIP/acme-gw-main/sip:0099",
        "sip:1&Local/24000000@{here}",
    ],
)
async def test_the_address_of_a_telephone_names_no_gateway_of_the_other(
    lab: AsteriskLab, intruder: RawSip, carriers: CarrierMaker, forged: str
) -> None:
    """Dial takes & for the next channel, and a Contact may have it (RFC 3261)."""
    acmes = await carriers(ACME, "main")
    lab.expect("contact", "Contact", "URI", "uri")
    contact = "<" + forged.format(here="{}:{}".format(*intruder.here())) + ">"
    await intruder.request("REGISTER", "sip:rival.example.test", {"Contact": contact})
    flow_caller = await (await carriers(RIVAL, "main")).calls_in("25000000", lab.server)
    caller = await (await phone(lab, "551", "rival")).dial("550")
    await asyncio.sleep(1)
    assert "acme" not in lab.cli("core show channels concise")
    assert acmes.invites == []
    assert [one for one in intruder.received("INVITE") if "0099" in one.first_line] == []
    await caller.hang_up()
    await flow_caller.hang_up()
    await intruder.request("REGISTER", "sip:rival.example.test", {"Contact": "*", "Expires": "0"})


async def test_three_telephones_of_one_extension_ring_together(
    lab: AsteriskLab, intruder: RawSip
) -> None:
    """Each with the address of its own, which has & in it as only names of channels have."""
    second = await phone(lab, "550", "rival")
    await intruder.request("REGISTER", "sip:rival.example.test")
    out = await (await phone(lab, "551", "rival")).dial("550")
    came = await second.picks_up()
    await out.is_answered()
    await intruder.gets("INVITE")
    await out.hang_up()
    await came.is_over()


async def test_a_telephone_that_sends_calls_on_reaches_no_carrier(
    lab: AsteriskLab, intruder: RawSip, carriers: CarrierMaker
) -> None:
    """302 is nobody's forward: the extension's own, and its limits, are *21."""
    carrier = await carriers(RIVAL, "main")
    intruder.moved_to = "<sip:099123456@127.0.0.1>"
    await intruder.request("REGISTER", "sip:rival.example.test")
    from_outside = await carrier.calls_in("25000000", lab.server)
    await intruder.gets("INVITE")
    inside = await (await phone(lab, "551", "rival")).dial("550")
    await asyncio.sleep(1)
    assert carrier.invites == []
    await inside.hang_up()
    await from_outside.hang_up()
    await intruder.request("REGISTER", "sip:rival.example.test", {"Contact": "*", "Expires": "0"})


async def test_a_text_message_is_no_call(
    lab: AsteriskLab, intruder: RawSip, carriers: CarrierMaker
) -> None:
    carrier = await carriers(RIVAL, "main")
    for number in ("099123456", "*600", "551"):
        answer = await intruder.request(
            "MESSAGE", f"sip:{number}@rival.example.test", {"Content-Type": "text/plain"}, "hola"
        )
        assert 400 <= answer.status != 408, number
    await asyncio.sleep(0.5)
    assert carrier.invites == []
    assert "0 active channels" in lab.cli("core show channels count")


@pytest.mark.parametrize(
    "target",
    [
        "sip:551@acme.example.test",
        "sip:551%40acme.example.test@rival.example.test",
        "sip:551@127.0.0.1",
        "sip:acme-551@rival.example.test",
        "sip:551@rival.example.test;tenant=acme",
    ],
)
async def test_an_invitation_to_the_others_domain_rings_nobody_there(
    lab: AsteriskLab, intruder: RawSip, target: str
) -> None:
    victim = await phone(lab, "551", "acme")
    await intruder.invite(target)
    await victim.stays_quiet(1)
    await lab.no_calls(within=20)


@pytest.mark.parametrize(
    "spoofed", ["550@acme.example.test", "acme", "anonymous@anonymous.invalid"]
)
async def test_a_false_from_gets_nobody_in(
    lab: AsteriskLab, intruder: RawSip, spoofed: str
) -> None:
    victim = await phone(lab, "551", "acme")
    answer = await intruder.request(
        "INVITE",
        "sip:551@acme.example.test",
        {
            "From": f"<sip:{spoofed}>;tag=1",
            "P-Asserted-Identity": "<sip:550@acme.example.test>",
            "Content-Type": "application/sdp",
        },
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=audio 29998 RTP/AVP 8\r\n",
    )
    assert answer.status >= 400
    await victim.stays_quiet(0.5)


async def test_replaces_does_not_steal_a_call_of_the_other(
    lab: AsteriskLab, intruder: RawSip
) -> None:
    """Even for who knows the call's Call-ID and tags (RFC 3891)."""
    out, came = await talking(await phone(lab, "550", "acme"), await phone(lab, "551", "acme"))
    out.say_tone(600)
    rows = [line for line in lab.cli("pjsip show channelstats").splitlines() if "550@" in line]
    assert rows
    call_id = str(out.call.call_id)
    for tags in ("to-tag=a;from-tag=b", "to-tag=;from-tag="):
        answer = await intruder.request(
            "INVITE",
            "sip:551@rival.example.test",
            {"Replaces": f"{call_id};{tags}", "Content-Type": "application/sdp"},
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            "m=audio 29998 RTP/AVP 8\r\n",
        )
        assert answer.status >= 400
    await came.hears_tone(600)
    assert not out.ended
    assert not came.ended


async def test_an_attended_transfer_cannot_name_the_others_call(lab: AsteriskLab) -> None:
    """REFER whose Refer-To replaces a dialog of the other company."""
    victim, _ = await talking(await phone(lab, "550", "acme"), await phone(lab, "551", "acme"))
    out, came = await talking(await phone(lab, "550", "rival"), await phone(lab, "551", "rival"))
    refer = f"sip:551@acme.example.test?Replaces={victim.call.call_id}%3Bto-tag%3Da%3Bfrom-tag%3Db"
    task = asyncio.create_task(came.transfer(refer, within=4))
    await asyncio.gather(task, return_exceptions=True)
    victim.say_tone(600)
    await out.hears_no_tone(600)
    assert not victim.ended


async def test_watching_the_others_extensions_and_mailboxes_is_refused(
    lab: AsteriskLab, intruder: RawSip
) -> None:
    lab.expect("subscri", "Subscri", "SUBSCRIBE", "hint", "mailbox")
    for event, accept in (
        ("message-summary", "application/simple-message-summary"),
        ("dialog", "application/dialog-info+xml"),
        ("presence", "application/pidf+xml"),
    ):
        for uri in (
            "sip:552@acme.example.test",
            "sip:552%40acme@rival.example.test",
            "sip:552%40acme.example.test@rival.example.test",
        ):
            headers = {"Event": event, "Accept": accept, "Expires": "60"}
            answer = await intruder.request("SUBSCRIBE", uri, headers, dialog=Dialog())
            if event == "message-summary":
                assert answer.status >= 400, uri
    caller, called = await phone(lab, "550", "acme"), await phone(lab, "552", "acme")
    out = await caller.dial("552")
    await called.picks_up()
    await out.is_answered()
    await asyncio.sleep(0.5)
    for notice in intruder.received("NOTIFY"):
        # Its own company's 552 is free all the time
        assert "confirmed" not in notice.body
        assert "On the phone" not in notice.body
        assert "Voice-Message" not in notice.body
