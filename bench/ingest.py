"""Calls per second from Asterisk's files to committed rows."""

import gzip
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bench.support import report
from conmuta.local.postgres import PostgresCluster

if TYPE_CHECKING:
    from conmuta.apps.tenancy.api import TenantFacts

NODES = 2
"""Each sends its streams by itself; the server takes them side by side."""

TENANTS = 10
BEGAN = 1_795_000_000
STREAMS = ("cel",)
SEED = 7

Cpu: TypeAlias = "Synchronized[float]"  # seconds
Line = tuple[float, int, str]
"""When it was written, a count that keeps equal times apart, the text."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One call to write: whose, when, and between whom."""

    tenant: str
    linkedid: str
    began: float
    rings: float
    talks: float
    inbound: bool
    answered: bool


def callers(node: int, count: int, rate: float) -> Iterator[Caller]:
    """Calls as a busy hour has them: 60 % come in by a menu, one in eight is not answered."""
    chance = random.Random(SEED + node)
    at = float(BEGAN)
    for number in range(count):
        at += chance.expovariate(rate)
        yield Caller(
            tenant=f"company-{chance.randrange(TENANTS)}",
            linkedid=f"{int(at)}.{number * 2}",
            began=at,
            rings=chance.uniform(2, 12),
            talks=chance.expovariate(1 / 30),
            inbound=chance.random() < 0.6,
            answered=chance.random() < 0.875,
        )


def events(caller: Caller) -> Iterator[tuple[float, str, str, str, str]]:
    """One call's events: seconds from its start, kind, uniqueid, our word, extra."""
    a, b = caller.linkedid, f"{caller.linkedid}1"
    yield 0, "CHAN_START", a, "", ""
    if caller.inbound:
        for word, told in (
            ("in", "24001000|carrier"),
            ("took", "principal|horario|tarde"),
            ("step", "principal|opciones|menu"),
        ):
            yield 0.01, "USER_DEFINED", a, word, f'{{"extra":"{told}"}}'
        yield 0.02, "ANSWER", a, "", ""
        yield 4, "USER_DEFINED", a, "took", '{"extra":"principal|opciones|1"}'
    else:
        yield 0.01, "USER_DEFINED", a, "internal", '{"extra":"551"}'
    rung = 4.0 if caller.inbound else 0.0
    yield rung + 0.02, "USER_DEFINED", a, "ring", '{"extra":"551"}'
    yield rung + 0.03, "CHAN_START", b, "", ""
    stop = rung + caller.rings
    if caller.answered:
        yield from _talk(caller, stop)
        stop += caller.talks
    status = "ANSWER" if caller.answered else "NOANSWER"
    outcome = "answered" if caller.answered else "no_answer"
    hung = '{"hangupcause":16,"hangupsource":"","dialstatus":"%s"}'
    yield stop, "HANGUP", b, "", hung % ""
    yield stop + 0.01, "USER_DEFINED", a, "result", f'{{"extra":"551|{outcome}"}}'
    yield stop + 0.02, "HANGUP", a, "", hung % status
    yield stop + 0.03, "LINKEDID_END", a, "", ""


def _talk(caller: Caller, at: float) -> Iterator[tuple[float, str, str, str, str]]:
    a, b = caller.linkedid, f"{caller.linkedid}1"
    bridge = f'{{"bridge_id":"{caller.linkedid}-bridge","bridge_technology":"simple_bridge"}}'
    yield at, "ANSWER", b, "", ""
    if not caller.inbound:
        yield at, "ANSWER", a, "", ""
    for unique in (b, a):
        yield at + 0.01, "BRIDGE_ENTER", unique, "", bridge
    for unique in (b, a):
        yield at + caller.talks, "BRIDGE_EXIT", unique, "", bridge


def cel_lines(caller: Caller) -> Iterator[tuple[float, str]]:
    """As `cel.csv` has them."""
    for after, kind, unique, word, extra in events(caller):
        own = unique == caller.linkedid
        number = ("099123456" if caller.inbound else "550") if own else "551"
        cells = (
            *(kind, f"{caller.began + after:.6f}", caller.tenant, unique, caller.linkedid),
            *(f"PJSIP/{number}@{caller.tenant}.example.test-{int(own):08x}", number, "Somebody"),
            *("551", f"{caller.tenant}-phones-internal", "Dial", "", word, extra),
        )
        yield caller.began + after, _quoted(cells)


def _quoted(cells: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


def write_files(node: int, folder: Path, count: int, rate: float) -> None:
    """A node's files in the order of time, as Asterisk would have appended."""
    folder.mkdir()
    lines: list[Line] = []
    for caller in callers(node, count, rate):
        for at, text in cel_lines(caller):
            lines.append((at, len(lines), text))
    with (folder / "cel.csv").open("w") as file:
        file.writelines(f"{text}\n" for _, _, text in sorted(lines))


def drain(node: int, stream: str, folder: Path, ready: Barrier, cpu: Cpu) -> None:
    """What agent and server do with one stream: cut, remember, zip, take, commit, forget."""
    import django

    django.setup()
    from conmuta.apps.fleet.actions import take_batch
    from conmuta.apps.fleet.api import Batch
    from conmuta.platform.scope import Scope
    from conmuta_node.memory import Memory
    from conmuta_node.spool.outbox import FileSource
    from conmuta_node.spool.tail import LineFile
    from conmuta_plan.node import Stream

    memory = Memory(folder / f"agent-{stream}" / "memory.sqlite3")
    source = FileSource(memory, Stream(stream), LineFile(folder / f"{stream}.csv"))
    with Scope.system("bench:ingest").active() as scope:
        ready.wait()
        began = time.process_time()
        while (cut := source.next_batch()) is not None:
            body = gzip.decompress(gzip.compress(cut.data, 6))
            batch = Batch(
                node_id=node,
                node=f"bench-{node}",
                stream=Stream(stream),
                number=cut.number,
                body=body,
            )
            take_batch(scope, batch)
            source.sent(cut)
    with cpu.get_lock():
        cpu.value += time.process_time() - began


def prepare_database(url: str, folder: Path) -> None:
    """Tables, a node and its tenants."""
    os.environ["CONMUTA_DATABASE_URL"] = url
    os.environ["CONMUTA_DATABASE_POOL"] = "0"
    os.environ["CONMUTA_STATE_DIR"] = str(folder)
    os.environ["CONMUTA_LOG_LEVEL"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "conmuta.wiring.settings"
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    from conmuta.apps.fleet import api as fleet
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform import secrets
    from conmuta.platform.scope import Scope
    from conmuta_plan.node import NodeSettings

    secrets.ensure_key_file(settings.CONMUTA.key_file)
    with Scope.system("bench:ingest").active() as scope:
        call_command("migrate", verbosity=0)
        for number in range(1, NODES + 1):
            fleet.create_node(scope, f"bench-{number}", NodeSettings())
        for number in range(TENANTS):
            slug = f"company-{number}"
            tenancy.create_tenant(scope, slug, _facts(slug))


def _facts(slug: str) -> "TenantFacts":
    from conmuta.apps.tenancy.api import TenantFacts

    return TenantFacts(
        domain=f"{slug}.example.test",
        title=slug,
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )


def rows_kept() -> dict[str, int]:
    """What the database holds at the end."""
    from django.db import connection

    from conmuta.platform.scope import Scope

    counts = {
        "calls": "SELECT count(*) FROM calls_call",
        "final": "SELECT count(*) FROM calls_call WHERE final",
        "events": "SELECT count(*) FROM calls_event",
        "kept_aside": "SELECT count(*) FROM calls_quarantined",
    }
    found = {}
    with Scope.system("bench:ingest").active(), connection.cursor() as cursor:
        for name, query in counts.items():
            cursor.execute(query)
            found[name] = cursor.fetchone()[0]
    return found


def measure(folder: Path) -> tuple[float, float]:
    """Seconds from the first cut to the last commit, and seconds of CPU of agents and servers;
    a process for each stream of each node."""
    from django.db import connections

    connections.close_all()
    spawn = multiprocessing.get_context("spawn")
    streams = [(node, stream) for node in range(1, NODES + 1) for stream in STREAMS]
    ready, cpu = spawn.Barrier(len(streams) + 1), spawn.Value("d", 0.0)
    workers = [
        spawn.Process(target=drain, args=(node, stream, folder / f"node-{node}", ready, cpu))
        for node, stream in streams
    ]
    for worker in workers:
        worker.start()
    ready.wait(timeout=120)
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a stream could not be taken; see above")
    return time.perf_counter() - began, cpu.value


def main(argv: Sequence[str]) -> int:
    """Write the files, take them, count."""
    parser = report.parser("ingest", "calls per second from files to committed rows")
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument(
        "--rate", type=float, default=50.0, help="calls a second in the traffic that was recorded"
    )
    args = parser.parse_args(argv)
    where = report.machine()
    folder = Path(tempfile.mkdtemp(prefix="conmuta-ingest-"))
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "postgres")
    try:
        cluster.up()
        prepare_database(_database(cluster), folder)
        for node in range(1, NODES + 1):
            write_files(node, folder / f"node-{node}", args.calls // NODES, args.rate)
        before = postgres_seconds(cluster)
        seconds, python = measure(folder)
        postgres = postgres_seconds(cluster) - before
        kept = rows_kept()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    cpu = {"python": python, "postgresql": postgres}
    per_call = {
        f"{name}_cpu_ms_per_call": round(used * 1000 / args.calls, 3) for name, used in cpu.items()
    }
    return _show(args.calls, seconds, kept | per_call, as_json=args.json, where=where)


def postgres_seconds(cluster: PostgresCluster) -> float:
    """CPU that the cluster's processes have used, those that ended included."""
    master = cluster.pid()
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            cells = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(stat.parent.name) == master:
            ticks += sum(map(int, cells[11:15]))
        elif int(cells[1]) == master:
            ticks += sum(map(int, cells[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _database(cluster: PostgresCluster) -> str:
    cluster.ensure_database()
    return cluster.url()


def _show(
    calls: int, seconds: float, kept: dict[str, float], *, as_json: bool, where: dict[str, object]
) -> int:
    right = kept["calls"] == kept["final"] == calls and not kept["kept_aside"]
    per_second = round(calls / seconds)
    python, postgres = (kept[f"{name}_cpu_ms_per_call"] for name in ("python", "postgresql"))
    cpu = f"CPU a call: {python} ms of agent and server, {postgres} ms of PostgreSQL"
    lines = [
        f"{per_second} calls/s: {calls} calls in {seconds:.1f} s",
        f"{kept['events']} events, {kept['final']} calls final"
        + ("" if right else ": NOT ALL CALLS ARE RIGHT"),
        cpu,
    ]
    figures = {"calls_per_s": per_second, **kept}
    report.show(report.Report("ingest", figures, lines), as_json=as_json, where=where)
    return 0 if right else 1
