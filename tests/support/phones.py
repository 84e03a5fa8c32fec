"""Real SIP telephones in this process, that register, dial, press keys, hear and are heard."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from baresip import (
    Account,
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    Call,
    CallState,
    Config,
    Event,
    RegistrationError,
    Runtime,
    StackEvent,
    StaleHandleError,
    TransferFailed,
    UserAgent,
)
from tests.support.hearing import RATE, from_samples, to_samples
from tests.support.voice import Voice

Transport = Literal["udp", "tcp", "tls"]
Srtp = Literal["off", "optional", "required"]
SRTP: dict[Srtp, tuple[str, ...]] = {
    "off": (),
    "optional": ("mediaenc=srtp",),
    "required": ("mediaenc=srtp-mand",),
}
PUMP_SECONDS = 0.04
JOINED_WITHIN_SECONDS = 5
AHEAD_SECONDS = 0.12  # how much speech lies ready in the sender
CODECS = {"alaw": "pcma", "ulaw": "pcmu", "g722": "g722/16000/1", "opus": "opus/48000/2"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where a telephone finds its SIP server."""

    host: str
    udp: int
    tcp: int
    tls: int

    def proxy(self, transport: Transport) -> str:
        port = {"udp": self.udp, "tcp": self.tcp, "tls": self.tls}[transport]
        return f"sip:{self.host}:{port};transport={transport}"


class Talk(Voice):
    """One call of one telephone, from ringing to its end."""

    def __init__(self, call: Call, phone: "Phone") -> None:
        super().__init__()
        self.call = call
        self.phone = phone
        self.ringing = asyncio.Event()
        self.progress = asyncio.Event()
        self._closed = asyncio.Event()
        self._up = asyncio.Event()
        self.reason = ""
        call.on(self._on_event)
        call.on_dtmf(lambda digit: setattr(self, "digits", self.digits + digit.digit))
        self._pump = asyncio.create_task(self._pump_audio())

    # What happens to the call

    def _on_event(self, event: StackEvent) -> None:
        if event.event is Event.CALL_ESTABLISHED:
            self._up.set()
        elif event.event is Event.CALL_RINGING:
            self.ringing.set()
        elif event.event is Event.CALL_PROGRESS:
            self.progress.set()
        elif event.event is Event.CALL_CLOSED:
            self.reason = event.text or ""
            self._closed.set()

    @property
    def caller(self) -> str:
        """The number that the display shows, of an incoming call."""
        peer = (self.call.peer or "").removeprefix("<").removeprefix("sip:").removeprefix("sips:")
        return peer.split("@")[0]

    @property
    def ended(self) -> bool:
        return self._closed.is_set()

    @property
    def status(self) -> int:
        """The SIP status that ended a call which was never answered; 0 where none is known."""
        first = self.reason.split(" ")[0]
        return int(first) if first.isdigit() else 0

    async def is_answered(self, within: float = 10) -> "Talk":
        """Waits until both sides are connected."""
        await self._first_of(self._up, within, "was not answered")
        return self

    async def is_ringing(self, within: float = 10) -> "Talk":
        """Waits until the far telephone rings."""
        await self._first_of(self.ringing, within, "did not ring")
        return self

    async def fails(self, within: float = 15) -> int:
        """Waits until the far side refuses; the SIP status."""
        await self.is_over(within)
        if self._up.is_set():
            raise AssertionError(f"{self} was answered, not refused")
        return self.status

    async def is_over(self, within: float = 15) -> None:
        """Waits until somebody has hung up."""
        try:
            await asyncio.wait_for(self._closed.wait(), within)
        except TimeoutError:
            raise AssertionError(f"{self} was still up after {within} s") from None

    async def _first_of(self, wanted: asyncio.Event, within: float, complaint: str) -> None:
        tasks = [asyncio.create_task(e.wait()) for e in (wanted, self._closed)]
        try:
            await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        if not wanted.is_set():
            raise AssertionError(f"{self} {complaint} within {within} s; ended: {self.reason!r}")

    # What its person does

    async def answer(self) -> "Talk":
        await self.call.answer()
        return await self.is_answered()

    async def reject(self) -> None:
        """Busy (486)."""
        await self.call.reject()

    async def hang_up(self) -> None:
        """Ends the call; one that is over already stays so."""
        with contextlib.suppress(StaleHandleError):
            await self.call.hangup()
        self._pump.cancel()

    async def hold(self) -> None:
        await self._when_settled(self.call.hold)

    async def resume(self) -> None:
        await self._when_settled(self.call.resume)

    async def _when_settled(self, action: Callable[[], object]) -> None:
        """Just after an answer this telephone may renegotiate by itself, and one re-INVITE at a
        time is allowed.
        """
        await asyncio.sleep(0.3)
        for _ in range(20):
            try:
                await action()  # type: ignore[misc]
            except BaresipError as error:
                if "retry" not in str(error):
                    raise
                await asyncio.sleep(0.1)
            else:
                self.listen()
                return
        raise AssertionError(f"{self} never settled")

    async def transfer(self, number: str, *, within: float = 15) -> None:
        """A blind transfer (REFER); raises `TransferFailed` where refused."""
        uri = self.phone.uri(number)
        await self._when_joined(lambda: self.call.transfer(uri, timeout=within))

    async def transfer_to(self, consulted: "Talk", *, within: float = 15) -> None:
        """An attended transfer: this call's far side is given to `consulted`'s."""
        await self._when_joined(lambda: self.call.attended_transfer(consulted.call, timeout=within))

    async def _when_joined(self, refer: Callable[[], Awaitable[object]]) -> None:
        """Both sides know of the answer before Asterisk has joined them; whoever transfers in
        that moment is refused (400, which means this alone) and tries again, as a person does.
        """
        until = asyncio.get_running_loop().time() + JOINED_WITHIN_SECONDS
        while True:
            try:
                await refer()
            except TransferFailed as refused:
                late = asyncio.get_running_loop().time() > until
                if late or "400" not in str(refused):
                    raise
                await asyncio.sleep(0.1)
            else:
                return

    async def press(self, keys: str) -> None:
        self.listen()
        await self.call.send_dtmf(keys, interdigit_ms=100)

    # The audio's way

    async def _pump_audio(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(AudioNotActive, AudioRestarted):
                self._read_some()
                self._write_some()
            await asyncio.sleep(PUMP_SECONDS)

    def _read_some(self) -> None:
        info = self.call.audio.info()
        if not info.rx_ready:
            return
        pcm = self.call.audio.read(info.rx_capacity)
        whole = len(pcm) - len(pcm) % (2 * info.rx_channels * (info.rx_sample_rate // RATE))
        if whole:
            samples = to_samples(pcm[:whole], info.rx_sample_rate, info.rx_channels)
            self._hear(samples)

    def _write_some(self) -> None:
        if self._says is None:
            return
        info = self.call.audio.info()
        bytes_per_second = 2 * info.tx_channels * info.tx_sample_rate
        short = AHEAD_SECONDS - info.tx_buffered / max(bytes_per_second, 1)
        if info.tx_ready and short > 0:
            piece = self._next_words(int(short * RATE))
            self.call.audio.write(from_samples(piece, info.tx_sample_rate, info.tx_channels))

    def __repr__(self) -> str:
        return f"<{self.phone.address} with {self.call.peer}>"


@dataclass
class Phone:
    """A telephone with one line."""

    address: str
    agent: UserAgent
    waiting: asyncio.Queue[Talk] = field(default_factory=asyncio.Queue)
    talks: list[Talk] = field(default_factory=list)
    busy: bool = False
    answers: bool = False
    """Picks up by itself."""

    def __post_init__(self) -> None:
        self.agent.on_incoming(self._on_incoming)

    @property
    def number(self) -> str:
        return self.address.split("@")[0]

    def uri(self, number: str) -> str:
        """What dialling a number means on this telephone."""
        return number if number.startswith("sip:") else f"sip:{number}@{self.address.split('@')[1]}"

    async def register(self, within: float = 5) -> "Phone":
        await self.agent.register(timeout=within)
        return self

    async def switch_off(self) -> None:
        """Hangs up and leaves the network; a server that is gone is not waited for."""
        self.busy = self.answers = False
        await self.hang_up_everything()
        with contextlib.suppress(RegistrationError):
            await self.agent.unregister(timeout=2)

    async def dial(self, number: str) -> Talk:
        """Dials and returns at once."""
        early: list[StackEvent] = []
        self.agent.on(early.append)
        try:
            # A number may hold #, which a SIP URI must carry as %23 (RFC 3261, 19.1.2)
            call = await self.agent.dial(self.uri(number.replace("#", "%23")))
        finally:
            self.agent.off(early.append)
        talk = self._adopt(call)
        for event in early:  # an answer may come before the library has made its `Call`
            if event.call == call.handle:
                call._on_stack_event(event)
        return talk

    async def call(self, number: str, within: float = 10) -> Talk:
        """Dials and waits for the answer."""
        return await (await self.dial(number)).is_answered(within)

    async def rings(self, within: float = 10) -> Talk:
        """Waits for the next incoming call."""
        try:
            return await asyncio.wait_for(self.waiting.get(), within)
        except TimeoutError:
            raise AssertionError(f"{self.address} did not ring within {within} s") from None

    async def picks_up(self, within: float = 10) -> Talk:
        return await (await self.rings(within)).answer()

    async def stays_quiet(self, seconds: float = 2) -> None:
        """Does not ring for some seconds."""
        await asyncio.sleep(seconds)
        assert self.waiting.empty(), f"{self.address} rang: {self.waiting.get_nowait()}"

    def _on_incoming(self, call: Call) -> None:
        talk = self._adopt(call)
        if self.busy:
            self._later = asyncio.create_task(talk.reject())
        elif self.answers:
            self._later = asyncio.create_task(self._answer(talk))
        self.waiting.put_nowait(talk)

    @staticmethod
    async def _answer(talk: Talk) -> None:
        await talk.answer()

    def _adopt(self, call: Call) -> Talk:
        talk = Talk(call, self)
        self.talks.append(talk)
        return talk

    async def hang_up_everything(self) -> None:
        for talk in self.talks:
            if talk.call.state is not CallState.CLOSED:
                await talk.hang_up()
            talk._pump.cancel()
        self.talks.clear()
        while not self.waiting.empty():
            self.waiting.get_nowait()


class Switchboard:
    """The SIP stack under all telephones of this process: one at a time."""

    def __init__(self) -> None:
        self.runtime = Runtime(native_log_level="error")
        self.phones: list[Phone] = []

    async def start(self) -> "Switchboard":
        await self.runtime.start(
            Config(
                net_interface="127.0.0.1",
                max_concurrent_calls=None,
                native_log_level="error",
                extra_config_text="sip_verify_server no\nrtp_ports 32000-39999\n",
            )
        )
        return self

    async def phone(
        self,
        address: str,
        password: str,
        server: Server,
        *,
        transport: Transport = "udp",
        srtp: Srtp = "off",
        codecs: tuple[str, ...] = ("alaw", "ulaw"),
    ) -> Phone:
        """A telephone for `user@domain`, not yet registered."""
        user, domain = address.split("@")
        account = Account(
            user=user,
            domain=domain,
            password=password,
            registrar=server.proxy(transport),
            transport=transport,
            audio_codecs=tuple(CODECS[codec] for codec in codecs),
            extra_params=SRTP[srtp],
        )
        phone = Phone(address, await UserAgent.create(self.runtime, account))
        self.phones.append(phone)
        return phone

    async def clear(self) -> None:
        """Hangs up every call, and takes every telephone from the network."""
        for phone in self.phones:
            await phone.switch_off()
        self.phones.clear()

    async def stop(self) -> None:
        await self.clear()
        await self.runtime.close()
