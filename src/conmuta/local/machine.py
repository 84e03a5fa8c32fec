"""A whole machine: what `./conmuta up` puts up, in order, and takes down again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO
from urllib.error import URLError
from urllib.request import urlopen

import msgspec

from conmuta.local import console, here, ports, processes, services, state, turn
from conmuta.local.asterisk_root import ensure_root
from conmuta.local.errors import MachineError
from conmuta.local.places import Places
from conmuta.local.postgres import PostgresCluster
from conmuta.local.say import Say, say, step
from conmuta.local.seed import Seeded, Wish
from conmuta.local.services import Layout
from conmuta.local.supervisor import Service, Supervisor, end_of_log
from conmuta_plan.node import NodeSettings

SERVED_SECONDS = 60
LEFTOVER_SECONDS = 10
KEEPS_CALLS = frozenset({"node"})
"""Told to stop, the agent stops Asterisk; killed, it leaves calls to the next agent."""
READY_SECONDS = 60
DATABASE_PAUSE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the person asked for."""

    demo: Path | None
    listen: str


@dataclass(slots=True)
class Machine:
    """The parts that run now. `up` and `down` are each other's reverse."""

    places: Places
    choice: Choice
    tell: Say = say
    cluster: PostgresCluster | None = None
    layout: Layout | None = None
    ready: bool = True
    reserved: ports.Reserved = field(default_factory=ports.Reserved)
    turn: TextIO | None = None
    supervisor: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.places.log, self.tell)

    def up(self) -> Seeded:
        """Put everything up. Raises MachineError with what to do."""
        self.turn = take_turn(self.places)
        before = state.read(self.places.state_file)
        clear_the_way(before, self.tell)
        root = ensure_root(self.places.cache, self.tell)
        database = self._database()
        self.layout = Layout(
            places=self.places,
            listen=self.choice.listen,
            ports=self._ports(before),
            asterisk_root=root,
            database_url=database,
        )
        self.reserved.hold((ports.WEB, *ports.NODE), self.layout.ports)
        seeded = self._seed()
        self._serve(self.layout)
        return seeded

    def remember(self) -> None:
        """Write what runs, for `./conmuta status`."""
        layout = self.laid_out()
        state.write(
            self.places.state_file,
            state.RunState(
                supervisor=state.this_process(),
                services=self.supervisor.marks(),
                ports=layout.ports,
                web=layout.web,
                database_url=layout.database_url,
                node_state=str(layout.node_state),
                restarts=self.supervisor.restarts(),
            ),
        )

    def look(self) -> bool:
        """Notice what died and start it again; whether anything changed."""
        return self._look_at_database() | self.supervisor.look()

    def calls_up(self) -> int:
        """Calls in progress on this machine's Asterisk."""
        layout = self.laid_out()
        return console.calls_up(layout.asterisk_root, layout.node_state)

    def down(self, forced: Callable[[], bool]) -> None:
        """Stop everything, last started first; safe at any point. `forced`: wait for nothing."""
        self.reserved.release()
        for name in reversed(list(self.supervisor.running)):
            self.tell(f"• Stopping the {name}")
            self.supervisor.stop(name, forced)
        if self.layout is not None:
            self._stop_asterisk(self.layout)
        if self.cluster is not None:
            self.tell("• Stopping PostgreSQL")
            self.cluster.stop("immediate" if forced() else "fast")
        state.forget(self.places.state_file)

    def _stop_asterisk(self, layout: Layout) -> None:
        """Where the agent was killed before it could."""
        if services.asterisk_runs(layout.node_state):
            self.tell("• Stopping Asterisk, which its agent left running")
            console.ask(layout.asterisk_root, layout.node_state, "core stop now")

    # ------------------------------------------------------------ the steps

    def _ports(self, before: state.RunState | None) -> Mapping[str, int]:
        while True:
            chosen = choose_ports(self.places, before, self.tell)
            if self.reserved.claim(chosen):
                return chosen

    def _database(self) -> str:
        given = here.given_database(self.places)
        if given:
            self.tell("• Using the database that the settings name")
            return given
        cluster = services.cluster_of(self.places)
        if cluster.home != self.places.var / "postgres":
            self.tell(f"  PostgreSQL's user cannot reach {self.places.var}: using {cluster.home}")
        with step("Starting a PostgreSQL of our own", self.tell):
            self.cluster = cluster
            cluster.up()
            cluster.ensure_database()
        return cluster.url()

    def _look_at_database(self) -> bool:
        if self.cluster is None or self.cluster.pid() is not None:
            return False
        self.tell("! PostgreSQL ended by itself. Starting it again; calls go on meanwhile.")
        try:
            self.cluster.up()
        except MachineError as fault:
            self.tell(f"! {fault}")
            time.sleep(DATABASE_PAUSE)
            return False
        self.tell("• PostgreSQL was started again.")
        return True

    def _seed(self) -> Seeded:
        demo = self.choice.demo
        settings = node_settings(self.laid_out().ports)
        wish = Wish(node=settings, demo=str(demo) if demo else None)
        with self._beside("conmuta.local.seed") as child:
            answer, _ = child.communicate(msgspec.json.encode(wish))
        if child.returncode != 0:
            raise MachineError("The database could not be made ready; the reason stands above.")
        return msgspec.json.decode(answer, type=Seeded)

    def _await_the_node(self, since: float) -> None:
        with self._beside("conmuta.local.ready", str(READY_SECONDS), str(since)) as child:
            while child.poll() is None:
                if self.look():
                    self.remember()
                time.sleep(0.1)
        if child.returncode != 0:
            self.ready = False
            self.tell("! Not all is well yet; ./conmuta status tells how it goes.")

    @contextlib.contextmanager
    def _beside(self, module: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A module that needs Django, which this long-lived process does without."""
        layout = self.laid_out()
        given = {**services.environment(), **services.server_environment(layout)}
        with subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env={**given, **here.ONE_CONNECTION},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to hear
        ) as child:
            try:
                yield child
            finally:
                if child.poll() is None:  # we are told to stop: it would miss the database
                    os.killpg(child.pid, signal.SIGKILL)

    def _serve(self, layout: Layout) -> None:
        with step("Starting the web server", self.tell):
            self.reserved.release(ports.WEB.name)
            self._start(services.server(layout))
            self._until("server", lambda: answers(layout.web))
        with step("Starting the worker", self.tell):
            self._start(services.worker(layout))
        with step("Starting the node agent and Asterisk", self.tell):
            self.reserved.release()
            since = time.time()
            self._start(services.node(layout))
            self._await_the_node(since)

    def _start(self, service: Service) -> None:
        self.supervisor.start(service)
        self.remember()  # at once: a run that dies while starting is found by the next

    def _until(self, name: str, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + SERVED_SECONDS
        while not ready():
            if not self.supervisor.is_up(name) or time.monotonic() > until:
                told = end_of_log(self.places.log, name)
                raise MachineError(f"The {name} did not start. Its last words:\n{told}")
            time.sleep(0.1)

    def laid_out(self) -> Layout:
        """Where this run's parts are; MachineError before there is one."""
        if self.layout is None:
            raise MachineError("Nothing runs yet.")
        return self.layout


def take_turn(places: Places) -> TextIO:
    """This start's turn in the folder. Raises MachineError where another runs or is starting."""
    try:
        return turn.take(places.run / "up.lock")
    except turn.TakenBy as other:
        clear_the_way(state.read(places.state_file), say)
        raise MachineError(
            f"Another ./conmuta up is starting here (process {other.process}). "
            "Wait until it runs, or stop it with Ctrl-C."
        ) from None


def clear_the_way(before: state.RunState | None, tell: Say) -> None:
    """Refuse a second run at once; stop what a run that died left behind."""
    if before is None:
        return
    if before.running:
        raise MachineError(
            f"Conmuta already runs here (process {before.supervisor.pid}), at {before.web}. "
            "See ./conmuta status"
        )
    for name, process in before.leftovers().items():
        tell(f"• An earlier run did not stop in order: ending its {name}")
        if name in KEEPS_CALLS:
            processes.send(process, signal.SIGKILL)
        else:
            processes.end(process, LEFTOVER_SECONDS)


def choose_ports(
    places: Places, before: state.RunState | None, tell: Say, free: ports.IsFree = ports.is_free
) -> Mapping[str, int]:
    """The usual ports or the next free; those that our own Asterisk still holds stay."""
    held = _held_by_our_asterisk(places, before)
    wanted = [each for each in (ports.WEB, *ports.NODE) if each.name not in held]
    chosen = {**held, **ports.choose(wanted, set(held.values()), free)}
    for line in ports.moved(wanted, chosen):
        tell(f"  {line}")
    return chosen


def _held_by_our_asterisk(places: Places, before: state.RunState | None) -> dict[str, int]:
    """Asterisk outlives a run that died, and its calls with it: its ports must not move."""
    if before is None or not services.asterisk_runs(places.var / "node"):
        return {}
    return {each.name: before.ports[each.name] for each in ports.NODE if each.name in before.ports}


def node_settings(chosen: Mapping[str, int]) -> NodeSettings:
    """How this machine's Asterisk listens."""
    return replace(
        NodeSettings(),
        udp_port=chosen["sip"],
        tcp_port=chosen["sip"],
        tls_port=chosen["sip_tls"],
        http_port=chosen["asterisk_http"],
        ami_port=chosen["ami"],
    )


def answers(web: str) -> bool:
    """Whether the web server answers; what it answers is its own matter."""
    try:
        with urlopen(f"{web}/healthz", timeout=2):  # noqa: S310 — our own http address
            return True
    except URLError as error:
        return hasattr(error, "code")
    except OSError:
        return False
