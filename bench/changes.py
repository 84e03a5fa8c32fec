"""From a saved change to the new behaviour on a node with many tenants, and calls meanwhile."""

import asyncio
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.phones import Server
from tests.support.ports import free_port
from tests.support.rawsip import RawSip

from bench.support import document, report, sipp, whole
from bench.support.company import EXTENSIONS, tenant_name
from bench.support.node import cpu_seconds, folder
from conmuta_node.asterisk import AsteriskHome

if TYPE_CHECKING:
    from conmuta.local.state import RunState

CHANGES = 60
PAUSE = 0.6
POLL = 0.02
PATIENCE = 30.0
CALL_RATE = 40
CALL_SECONDS = 30
CALLED = "501"


@dataclass
class Bench:
    """The running product; `done` collects seconds by kind of change."""

    state: "RunState"
    home: AsteriskHome
    tenants: int
    done: dict[str, list[float]] = field(default_factory=lambda: {"password": [], "number": []})

    @property
    def server(self) -> Server:
        sip = self.state.ports["sip"]
        return Server("127.0.0.1", sip, sip, self.state.ports["sip_tls"])

    def change(self, turn: int) -> None:
        """One saved change, and the wait until a telephone or the dialplan behaves by it."""
        index = 1 + turn * 7 % (self.tenants - 1)
        if turn % 2:
            secret = f"Another-{turn}-secret"
            text = document.with_secret(index, "510", secret)
            self._timed("password", text, lambda: self._registers(index, secret))
        else:
            target = str(502 + turn % 15)
            text = document.with_target(index, target)
            self._timed("number", text, lambda: self._leads(index, target))

    def _timed(self, kind: str, text: str, behaves: Callable[[], bool]) -> None:
        save(text)
        saved = time.monotonic()
        while not behaves():
            if time.monotonic() - saved > PATIENCE:
                raise RuntimeError(f"a changed {kind} is not in force after {PATIENCE:.0f} s")
            time.sleep(POLL)
        self.done[kind].append(time.monotonic() - saved)

    def _registers(self, index: int, secret: str) -> bool:
        return register(self.server, f"510@{tenant_name(index)}.example.test", secret, 0) == 200

    def _leads(self, index: int, target: str) -> bool:
        shown = self.home.cli(f"dialplan show 29000000@{tenant_name(index)}-in-carrier")
        return f"{tenant_name(index)}-ring,{target}" in shown


def save(text: str) -> None:
    """What `conmuta apply` does with a file; the clock starts when it returns."""
    from conmuta.documents import api as documents
    from conmuta.platform.scope import Scope

    with Scope.system("system:bench").active() as scope:
        documents.apply(scope, documents.read(text))


def register(server: Server, address: str, secret: str, port: int) -> int:
    """The final status of a REGISTER, sent from `port`, where the telephone is called then."""

    async def once() -> int:
        phone = await RawSip.open(server, address, secret, port)
        try:
            domain = address.partition("@")[2]
            headers = {"Expires": "3600"}
            return (await phone.request("REGISTER", f"sip:{domain}", headers)).status
        finally:
            phone.close()

    return asyncio.run(once())


def measure(tenants: int) -> report.Report:
    """Everything up, `tenants` applied and in force, calls at rest, calls during changes."""
    with folder() as place, whole.product(place / "var", place / "up.log") as (places, state):
        whole.as_server(places)
        bench = Bench(state, whole.asterisk(state), tenants)
        filled = _fill(bench, tenants)
        answer_port, calling_port = free_port(), free_port()
        address = f"{CALLED}@{tenant_name(0)}.example.test"
        assert register(bench.server, address, document.SECRET, answer_port) == 200
        with sipp.answering(answer_port):
            rest = _calls(bench, place, calling_port)
            used = _cpu(bench)
            busy = _calls_during_changes(bench, place, calling_port)
            used = _cpu(bench) - used
    return tell(bench, filled, (rest, busy), used)


def _fill(bench: Bench, tenants: int) -> float:
    began = time.monotonic()
    for index in range(tenants):
        save(document.whole(index))
        if index % 100 == 99:
            print(f"{index + 1} tenants saved, {time.monotonic() - began:.0f} s", file=sys.stderr)
    last = f"510@{tenant_name(tenants - 1)}.example.test"
    while register(bench.server, last, document.SECRET, 0) != 200:
        time.sleep(0.5)
    return time.monotonic() - began


def _calls(bench: Bench, place: Path, port: int) -> sipp.Counted:
    load = sipp.Load(
        "phone",
        CALLED,
        CALL_RATE,
        CALL_RATE * CALL_SECONDS,
        talk_ms=200,
        user="500",
        password=document.SECRET,
        domain=f"{tenant_name(0)}.example.test",
    )
    return sipp.call(load, f"127.0.0.1:{bench.state.ports['sip']}", port, place)


def _calls_during_changes(bench: Bench, place: Path, port: int) -> sipp.Counted:
    counted: list[sipp.Counted] = []
    caller = threading.Thread(target=lambda: counted.append(_calls(bench, place, port)))
    caller.start()
    for turn in _turns(caller):
        bench.change(turn)
        time.sleep(PAUSE)
    caller.join()
    return counted[0]


def _turns(caller: threading.Thread) -> Iterator[int]:
    """At least `CHANGES` changes, and as many as fit while calls are made."""
    turn = 0
    while turn < CHANGES or caller.is_alive():
        yield turn
        turn += 1


def _cpu(bench: Bench) -> float:
    process = bench.home.process()
    return cpu_seconds(process.pid) if process else 0.0


def tell(
    bench: Bench, filled: float, calls: tuple[sipp.Counted, sipp.Counted], used: float
) -> report.Report:
    rest, busy = calls
    times = sorted(bench.done["password"] + bench.done["number"])
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    rates = [each.good / max(each.seconds, 1) for each in calls]
    figures: dict[str, Any] = {
        "p50_s": round(p50, 3),
        "p95_s": round(p95, 3),
        "rate_ratio": round(rates[1] / rates[0], 3),
        "calls_harmed": busy.failed,
        "calls_failed_at_rest": rest.failed,
        "changes": len(times),
        "asterisk_cpu_s": round(used, 1),
        "tenants": bench.tenants,
        "fill_s": round(filled, 1),
        "p95_by_kind": {
            kind: round(statistics.quantiles(found, n=20)[-1], 3)
            for kind, found in bench.done.items()
        },
    }
    harmed = f"{busy.failed} harmed ({rest.failed} failed at rest)"
    lines = [
        f"{bench.tenants} tenants × {EXTENSIONS} extensions, applied in {filled:.0f} s",
        f"{len(times)} changes: p50 {p50:.2f} s, p95 {p95:.2f} s from saved to in force",
        f"calls: {rates[0]:.1f}/s at rest, {rates[1]:.1f}/s during changes, {harmed}",
        f"Asterisk used {used:.1f} s of CPU meanwhile, calls included",
    ]
    return report.Report("changes", figures, lines)


def main(argv: list[str]) -> int:
    """`--tenants N`; `--json` for one JSON object."""
    parser = report.parser("changes", __doc__ or "")
    parser.add_argument("--tenants", type=int, default=1000, help="how many companies (1000)")
    args = parser.parse_args(argv)
    where = report.machine()
    return report.show(measure(args.tenants), as_json=args.json, where=where)
