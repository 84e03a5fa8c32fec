"""A small client of Asterisk's manager interface (AMI) on asyncio.

`AmiClient` keeps one connection, makes it again when it is lost, sends actions and hands out
events. Actions raise `AsteriskIsDown` while there is no connection; events may be missed then.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import structlog

from conmuta_node.errors import ActionFailed, AsteriskIsDown, LoginRefused

log = structlog.get_logger()

RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_QUEUE = 10_000  # events kept for a slow listener; the oldest go first
_LINE_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """One AMI message; names in lower case; a repeated name keeps its values joined by lines."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name.lower(), "")

    @property
    def output(self) -> str:
        """What a CLI command printed."""
        return self["output"]


class EventStream:
    """Events as they come, until closed; a listener that sleeps loses the oldest."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._queue: asyncio.Queue[Message] = asyncio.Queue(_QUEUE)

    def offer(self, message: Message) -> None:
        """Keep `message` if it is of interest here."""
        if self._names and message["event"] not in self._names:
            return
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(message)

    async def next(self) -> Message:
        """The next event."""
        return await self._queue.get()

    def __aiter__(self) -> AsyncIterator[Message]:
        return self

    async def __anext__(self) -> Message:
        return await self._queue.get()


@dataclass(slots=True)
class _Asked:
    """An action on its way: a list ends with its `Complete` event, else with the response."""

    wants_list: bool
    answer: asyncio.Future[list[Message]]
    got: list[Message] = field(default_factory=list)


class AmiClient:
    """One account's connection to one Asterisk."""

    def __init__(
        self,
        host: str,
        port: int | Callable[[], int],
        name: str,
        secret: str,
        *,
        events: str = "on",
    ) -> None:
        self._host = host
        self._port: Callable[[], int] = port if callable(port) else (lambda: port)
        self._account = (name, secret, events)
        self._numbers = itertools.count(1)
        self._asked: dict[str, _Asked] = {}
        self._streams: set[EventStream] = set()
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._refused: LoginRefused | None = None

    async def __aenter__(self) -> "AmiClient":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Begin to connect, and to connect again whenever the connection is lost."""
        if self._task is None:
            self._task = asyncio.create_task(self._stay_connected(), name="ami")

    async def run(self) -> None:
        """The same as a task of somebody's own, for ever."""
        await self._stay_connected()

    async def close(self) -> None:
        """Log off."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""
        return self._ready.is_set()

    async def wait_connected(self, seconds: float = 10.0) -> None:
        """Return once logged in; raise `LoginRefused` or `AsteriskIsDown`."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            raise self._refused or AsteriskIsDown(
                "Asterisk's manager interface does not answer."
            ) from None

    async def action(
        self, name: str, fields: Mapping[str, str] | None = None, *, seconds: float = 10.0
    ) -> Message:
        """Do an action; its response. Raises `ActionFailed` with Asterisk's words."""
        return (await self._ask(name, fields or {}, wants_list=False, seconds=seconds))[0]

    async def listing(
        self, name: str, fields: Mapping[str, str] | None = None, *, seconds: float = 30.0
    ) -> list[Message]:
        """Do an action that answers with a list of events; those events."""
        answer = await self._ask(name, fields or {}, wants_list=True, seconds=seconds)
        return answer[1:-1]

    async def command(self, line: str, *, seconds: float = 60.0) -> str:
        """What the console prints for `line`."""
        return (await self.action("Command", {"Command": line}, seconds=seconds)).output

    @contextlib.contextmanager
    def events(self, *names: str) -> Iterator[EventStream]:
        """Events of those names (all, where none is given) that come from now on."""
        stream = EventStream(frozenset(names))
        self._streams.add(stream)
        try:
            yield stream
        finally:
            self._streams.discard(stream)

    # -- inside --

    async def _ask(
        self, name: str, fields: Mapping[str, str], *, wants_list: bool, seconds: float
    ) -> list[Message]:
        if self._writer is None or not self._ready.is_set():
            raise AsteriskIsDown("There is no connection to Asterisk's manager interface.")
        return await self._exchange(self._writer, name, fields, wants_list, seconds)

    async def _exchange(
        self,
        writer: asyncio.StreamWriter,
        name: str,
        fields: Mapping[str, str],
        wants_list: bool,  # noqa: FBT001
        seconds: float,
    ) -> list[Message]:
        number = str(next(self._numbers))
        asked = _Asked(wants_list, asyncio.get_running_loop().create_future())
        self._asked[number] = asked
        try:
            writer.write(_encode({"Action": name, "ActionID": number, **fields}))
            async with asyncio.timeout(seconds):
                await writer.drain()
                return await asked.answer
        except (OSError, TimeoutError) as error:
            message = f"Asterisk did not answer to {name}."
            raise AsteriskIsDown(message) from error
        finally:
            self._asked.pop(number, None)

    async def _stay_connected(self) -> None:
        tries = 0
        while True:
            try:
                await self._session()
                tries = 0
            except (OSError, AsteriskIsDown, LoginRefused, ActionFailed) as error:
                log.debug("ami.away", reason=str(error))
            pause = RECONNECT_SECONDS[min(tries, len(RECONNECT_SECONDS) - 1)]
            tries += 1
            await asyncio.sleep(pause)

    async def _session(self) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port(), limit=_LINE_LIMIT)
        listener = asyncio.create_task(self._listen(reader))
        try:
            await self._login(writer)
            self._writer = writer
            self._ready.set()
            await listener
        finally:
            self._ready.clear()
            self._writer = None
            listener.cancel()
            self._give_up()
            writer.close()

    async def _login(self, writer: asyncio.StreamWriter) -> None:
        name, secret, events = self._account
        fields = {"Username": name, "Secret": secret, "Events": events}
        try:
            await self._exchange(writer, "Login", fields, wants_list=False, seconds=10.0)
        except ActionFailed as error:
            self._refused = LoginRefused(f"Asterisk refuses the manager account {name}: {error}")
            raise self._refused from error
        self._refused = None

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        await reader.readline()  # the greeting
        while (message := await _read(reader)) is not None:
            self._sort(message)

    def _sort(self, message: Message) -> None:
        asked = self._asked.get(message["actionid"])
        if asked is not None and not asked.answer.done():
            self._gather(asked, message)
        if message["event"]:
            for stream in self._streams:
                stream.offer(message)

    def _gather(self, asked: _Asked, message: Message) -> None:
        asked.got.append(message)
        if message["response"] == "Error":
            asked.answer.set_exception(ActionFailed(message.output or message["message"]))
        elif not asked.wants_list or message["eventlist"].lower() == "complete":
            asked.answer.set_result(asked.got)

    def _give_up(self) -> None:
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(AsteriskIsDown("The connection to Asterisk was lost."))


def _encode(fields: Mapping[str, str]) -> bytes:
    """One action; a value cannot smuggle in a second header."""
    lines = (f"{name}: {_one_line(value)}\r\n" for name, value in fields.items())
    return ("".join(lines) + "\r\n").encode()


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


async def _read(reader: asyncio.StreamReader) -> Message | None:
    fields: dict[str, str] = {}
    while line := await reader.readline():
        text = line.decode(errors="replace").rstrip("\r\n")
        if not text:
            if fields:
                return Message(fields)
            continue
        name, _, value = text.partition(":")
        name = name.strip().lower()
        value = value[1:] if value.startswith(" ") else value
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return None
