"""`./conmuta up` from its first line to its last: up, watched, and down in order."""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from conmuta.local import untold
from conmuta.local.errors import MachineError
from conmuta.local.machine import Choice, Machine
from conmuta.local.places import Places
from conmuta.local.ports import own_address
from conmuta.local.say import Say, say
from conmuta.local.seed import Seeded
from conmuta.local.welcome import Where, welcome

LOOK_EVERY = 0.5
CUT, KILL = 2, 3


class Stops:
    """Ctrl-C and SIGTERM, counted: one asks, the second cuts calls, the third kills."""

    def __init__(self) -> None:
        self.count = 0
        self.at_once = True  # while starting, a stop interrupts whatever step runs
        self._heard = threading.Event()

    def listen(self) -> None:
        """Take the signals over."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.hear)

    def hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.count += 1
        self._heard.set()
        if self.at_once:
            raise KeyboardInterrupt

    @property
    def cut(self) -> bool:
        return self.count >= CUT

    @property
    def kill(self) -> bool:
        return self.count >= KILL

    def wait(self, seconds: float) -> bool:
        """Whether a stop was asked, now or within `seconds`."""
        return self._heard.wait(seconds)


def run(places: Places, choice: Choice, drain_seconds: int, tell: Say = say) -> int:
    """Put everything up and keep it so; the exit code."""
    stops, machine = Stops(), Machine(places, choice, tell)
    stops.listen()
    began = time.monotonic()
    try:
        seeded = machine.up()
        stops.at_once = False
        what = "Everything runs" if machine.ready else "Conmuta runs, but not all is well"
        tell(f"• {what}, after {time.monotonic() - began:.1f} s\n")
        print(_welcome(machine, seeded), flush=True)
        untold.forget(places.var)
        watch(machine, stops)
        drain(machine, stops, drain_seconds, tell)
    except MachineError as fault:
        tell(f"\nconmuta: {fault}")
        return 1
    except KeyboardInterrupt:
        tell("\n• Stopped while starting")
        return 130
    finally:
        stops.at_once = False
        machine.down(lambda: stops.kill)
    tell("Conmuta is stopped. ./conmuta up starts it again with all that it knows.")
    return 0


def watch(machine: Machine, stops: Stops) -> None:
    """Notice deaths and mend them until a stop is asked."""
    while not stops.wait(LOOK_EVERY):
        if machine.look():
            machine.remember()


def drain(
    machine: Machine,
    stops: Stops,
    seconds: int,
    tell: Say,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait for calls that are up, with a warning; a second Ctrl-C cuts them."""
    calls = machine.calls_up()
    if not calls:
        return
    tell(f"! Calls up: {calls}. Waiting up to {seconds} s for them to end. Ctrl-C cuts them now.")
    until = clock() + seconds
    while calls and not stops.cut and clock() < until:
        time.sleep(LOOK_EVERY)
        calls = machine.calls_up()
    if calls:
        tell(f"! Calls cut: {calls}")


def _welcome(machine: Machine, seeded: Seeded) -> str:
    layout = machine.laid_out()
    where = Where(
        web=layout.web,
        address=own_address(),
        sip_port=layout.ports["sip"],
        tls_port=layout.ports["sip_tls"],
    )
    return welcome(seeded, where)
