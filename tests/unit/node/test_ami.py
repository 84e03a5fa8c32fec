"""The manager's client: asks, listens, and comes back after Asterisk went away."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.ports import free_port
from tests.support_node import minimal
from tests.support_node.home import running_asterisk
from tests.support_node.waiting import soon

from conmuta_node.ami import AmiClient
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import ActionFailed, AsteriskIsDown, LoginRefused


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AsteriskHome, int]]:
    with running_asterisk(tmp_path_factory.mktemp("ami")) as running:
        yield running


def client(port: int, secret: str = minimal.AMI_SECRET) -> AmiClient:
    return AmiClient("127.0.0.1", port, "conmuta", secret)


async def test_a_command_gives_what_the_console_prints(asterisk: tuple[AsteriskHome, int]) -> None:
    async with client(asterisk[1]) as ami:
        await ami.wait_connected()
        assert "0 active calls" in await ami.command("core show channels count")


async def test_answers_find_their_questions_when_many_ask_at_once(
    asterisk: tuple[AsteriskHome, int],
) -> None:
    async with client(asterisk[1]) as ami:
        await ami.wait_connected()
        puts = (ami.command(f"database put many {n} {n}") for n in range(50))
        await asyncio.gather(*puts)
        gets = (ami.command(f"database get many {n}") for n in range(50))
        answers = await asyncio.gather(*gets)
    assert answers == [f"Value: {n}" for n in range(50)]


async def test_a_refused_action_raises_asterisks_words(asterisk: tuple[AsteriskHome, int]) -> None:
    async with client(asterisk[1]) as ami:
        await ami.wait_connected()
        with pytest.raises(ActionFailed, match="unknown command"):
            await ami.action("DoTheDishes")


async def test_a_wrong_password_is_told_as_such(asterisk: tuple[AsteriskHome, int]) -> None:
    async with client(asterisk[1], "wrong") as ami:
        with pytest.raises(LoginRefused):
            await ami.wait_connected(2.0)


async def test_nobody_there_is_told_as_such() -> None:
    async with client(free_port()) as ami:
        with pytest.raises(AsteriskIsDown):
            await ami.wait_connected(0.3)


async def test_events_of_a_name_reach_the_listener(asterisk: tuple[AsteriskHome, int]) -> None:
    async with client(asterisk[1]) as ami:
        await ami.wait_connected()
        with ami.events("UserEvent") as events:
            await ami.action("UserEvent", {"UserEvent": "hello", "Who": "a\r\nb"})
            async with asyncio.timeout(5):
                event = await events.next()
    assert event["who"] == "a  b"


async def test_a_list_comes_whole(asterisk: tuple[AsteriskHome, int]) -> None:
    home, port = asterisk
    home.install({"extensions.conf": "[c]\nexten => s,1,Answer()\n same => n,Wait(60)\n"})
    home.cli("dialplan reload")
    home.cli("channel originate Local/s@c application Wait 60")
    await soon(lambda: home.calls_up() == 1)
    async with client(port) as ami:
        await ami.wait_connected()
        channels = await ami.listing("CoreShowChannels")
        await ami.command("channel request hangup all")
    assert {channel["event"] for channel in channels} == {"CoreShowChannel"}
    assert len(channels) == 2


async def test_the_client_comes_back_after_asterisk_was_killed(tmp_path: Path) -> None:
    with running_asterisk(tmp_path) as (home, port):
        async with client(port) as ami:
            await ami.wait_connected()
            await asyncio.to_thread(home.kill)
            with pytest.raises(AsteriskIsDown):
                await ami.command("core show uptime")
            await asyncio.to_thread(home.start)
            await ami.wait_connected()
            assert await ami.command("core show uptime")
