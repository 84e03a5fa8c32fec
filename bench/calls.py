"""CPU and clean rate of compiled calls against the shortest hand-written dialplan."""

import re
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import free_port
from tests.support.speech import speak

from bench.support import media, report, sipp
from bench.support.node import BenchNode, folder
from bench.support.turns import Turn, in_turns, watched
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda, AgendaEvent, Weekday
from conmuta_plan.flows import Flow, FlowStep, Prompt
from conmuta_plan.outside import Gateway, InboundNumber, RecordingRule, Target, TargetKind
from conmuta_plan.people import Extension

PAIRS = 9
TURN_CALLS = 80
CPU_RATE = 25.0
RATE_SECONDS = 4
TRIES = 3
RATES = (20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 230, 260, 300, 350)
HALVINGS = 2
"""Of the step between two of these: a step alone is up to a fifth of the rate."""
OURS, HAND = "ours", "hand"
CARRIER = {OURS: "127.0.0.31", HAND: "127.0.0.32"}
NO_RECORDS = {"cel.conf": "[general]\nenable=no\n"}
RELOAD_RECORDS = ["module reload cel"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three kinds of call: how it is made."""

    name: str
    title: str
    scenario: str
    number: str


KINDS = (
    Kind("extension", "(a) extension to extension", "phone", "200"),
    Kind("agenda", "(b) number, agenda, extension", "carrier", "29000000"),
    Kind("menu", "(c) number, agenda, menu with a key, extension", "key", "29000001"),
)

# The shortest that does the same, as a person would write it.
HAND_WRITTEN = """
[{phones}]
exten => 200,1,Dial(PJSIP/200@{domain})

[{inbound}]
exten => 29000000,1,GotoIfTime(00:00-23:59,mon-sun,*,*,America/Montevideo?open,1)
 same => n,Hangup()
exten => 29000001,1,GotoIfTime(00:00-23:59,mon-sun,*,*,America/Montevideo?menu,1)
 same => n,Hangup()
exten => open,1,Dial(PJSIP/200@{domain})
exten => menu,1,Answer()
 same => n,Background(/state/media/{digest})
 same => n,WaitExten(5)
exten => 1,1,Dial(PJSIP/200@{domain})
"""


def plan(tenant: str, prompt: Prompt, *, record: bool = False) -> TenantPlan:
    """Two extensions, a carrier, a number through an agenda, another through a menu too."""
    agenda = Agenda(
        name="hours",
        title="Hours",
        time_zone="America/Montevideo",
        values=("open", "closed"),
        default="closed",
        events=(
            AgendaEvent(
                name="always",
                value="open",
                weekdays=tuple(Weekday),
            ),
        ),
    )
    exits = {"open": "ring", "closed": "end"}
    ring = FlowStep(name="ring", kind="extension", fields={"number": "200"}, exits={})
    end = FlowStep(name="end", kind="hangup")
    hours = FlowStep(name="hours", kind="agenda", fields={"agenda": "hours"}, exits=exits)
    menu = FlowStep(
        name="menu",
        kind="menu",
        fields={"prompts": ["hello"], "seconds": 5},
        exits={"1": "ring", "timeout": "end", "invalid": "end"},
    )
    to_menu = FlowStep(
        name="hours",
        kind="agenda",
        fields={"agenda": "hours"},
        exits={"open": "menu", "closed": "end"},
    )
    domain = f"{tenant}.example.test"
    return TenantPlan(
        tenant=tenant,
        domain=domain,
        title=tenant,
        time_zone="America/Montevideo",
        language="es",
        country="UY",
        extensions=tuple(
            Extension(
                number=n, account=n, secret="s3cret-of-a-bench", name=f"E{n}", codecs=("alaw",)
            )
            for n in ("100", "200")
        ),
        agendas=(agenda,),
        flows=(
            Flow(name="short", title="Short", start="hours", steps=(hours, ring, end)),
            Flow(name="long", title="Long", start="hours", steps=(to_menu, menu, ring, end)),
        ),
        prompts=(prompt,),
        gateways=(
            Gateway(
                name="carrier",
                host=CARRIER.get(tenant, "127.0.0.33"),
                addresses=(CARRIER.get(tenant, "127.0.0.33"),),
                watch_seconds=0,
            ),
        ),
        numbers=tuple(
            InboundNumber(number=number, target=Target(kind=TargetKind.FLOW, name=flow))
            for number, flow in (("29000000", "short"), ("29000001", "long"))
        ),
        recording=(RecordingRule(record=True),) if record else (),
    )


def editor(phone_port: int, digest: str) -> Callable[[str, str, str], str]:
    """Gives telephone 200 a fixed place, and tenant `hand` its hand-written dialplan."""
    contexts: dict[str, str] = {}

    def edit(tenant: str, name: str, text: str) -> str:
        if name == "phones.conf":
            contexts[tenant] = re.search(r"^context\s*=\s*(\S+)", text, re.MULTILINE)[1]  # type: ignore[index]
            where = (
                f"[200@{tenant}.example.test]\ntype=aor\ncontact=sip:200@127.0.0.1:{phone_port}\n"
            )
            return re.sub(rf"\[200@{tenant}\.example\.test\]\s*\ntype\s*=\s*aor\n", where, text)
        if name == "extensions.conf" and tenant == HAND:
            return HAND_WRITTEN.format(
                phones=f"{HAND}-phones-hand",
                inbound="hand-in-carrier",
                domain="hand.example.test",
                digest=digest,
            )
        return text

    def edit_hand(tenant: str, name: str, text: str) -> str:
        text = edit(tenant, name, text)
        if tenant == HAND and name == "phones.conf":
            return re.sub(r"(?m)^context\s*=.*$", f"context={HAND}-phones-hand", text)
        return text

    return edit_hand


@dataclass
class Bench:
    """One Asterisk with both dialplans, and SIPp on either side."""

    node: BenchNode
    work: Path
    calling_port: int
    telephone: int
    """The process that answers."""

    @property
    def processes(self) -> tuple[int, ...]:
        """Whose CPU belongs to the measurement."""
        asterisk = self.node.home.process()
        return (self.telephone, *([asterisk.pid] if asterisk else []))

    def side(self, side: str) -> None:
        """Records and events on for ours, off for the hand-written."""
        self.node.change({} if side == OURS else NO_RECORDS, RELOAD_RECORDS)

    def call(self, kind: Kind, side: str, rate: float, calls: int) -> sipp.Counted:
        phone = kind.scenario == "phone"
        load = sipp.Load(
            kind.scenario,
            kind.number,
            rate,
            calls,
            talk_ms=100,
            host="127.0.0.1" if phone else CARRIER[side],
            user="100" if phone else "",
            password="s3cret-of-a-bench",
            domain=f"{side}.example.test" if phone else "",
        )
        settings = self.node.settings
        return sipp.call(load, f"127.0.0.1:{settings.udp_port}", self.calling_port, self.work)

    def cpu_ms(self, kind: Kind, side: str) -> Turn:
        """CPU of Asterisk for each call at a quiet rate, in milliseconds."""
        self.side(side)
        self.call(kind, side, CPU_RATE, 4)
        with watched(self.processes) as shared:
            before = self.node.cpu_seconds()
            counted = self.call(kind, side, CPU_RATE, TURN_CALLS)
            spent = (self.node.cpu_seconds() - before) * 1000 / max(counted.good, 1)
        if counted.failed > TURN_CALLS // 20:
            print(f"{kind.title}, {side}: {counted}", file=sys.stderr)
            return Turn(spent, 1.0)
        return Turn(spent, shared.others)

    def carries(self, kind: Kind, side: str, rate: int) -> bool:
        """Whether no call fails at `rate` and hardly a message is sent twice, in one try of few."""
        self.side(side)
        for _ in range(TRIES):
            counted = self.call(kind, side, rate, rate * RATE_SECONDS)
            reached = counted.good / max(counted.seconds, 1)
            if counted.clean and reached >= 0.8 * rate:
                return True
        return False

    def clean_rates(self, kind: Kind) -> dict[str, int]:
        """The highest rate that each side carries; they take turns at each."""
        best = {OURS: 0, HAND: 0}
        above = {OURS: 0, HAND: 0}
        going = [HAND, OURS]
        for rate in RATES:
            carried = [side for side in going if self.carries(kind, side, rate)]
            best |= dict.fromkeys(carried, rate)
            above |= dict.fromkeys(set(going) - set(carried), rate)
            going = carried
            if not going:
                break
        for _ in range(HALVINGS):
            for side in (HAND, OURS):
                self._halve(kind, side, best, above)
        print(f"{kind.title}: clean to {best}", file=sys.stderr)
        return best

    def _halve(self, kind: Kind, side: str, best: dict[str, int], above: dict[str, int]) -> None:
        """Between the highest rate that was carried and the lowest that was not."""
        between = (best[side] + above[side]) // 2
        if best[side] < between:
            (best if self.carries(kind, side, between) else above)[side] = between


def compare(bench: Bench, kind: Kind) -> dict[str, Any]:
    """Medians over pairs of turns; the rates after them."""
    pairs = in_turns(
        lambda: bench.cpu_ms(kind, OURS),
        lambda: bench.cpu_ms(kind, HAND),
        PAIRS,
    )
    told = f"{kind.title}: {pairs.ratio:.3f}, others {pairs.others:.0%}, {pairs.repeated} again"
    print(told, file=sys.stderr)
    rates = bench.clean_rates(kind)
    return {
        "cpu_ms": round(statistics.median(turn.value for turn in pairs.one), 3),
        "cpu_ms_hand": round(statistics.median(turn.value for turn in pairs.other), 3),
        "cpu_ratio": round(pairs.ratio, 3),
        "rate": rates[OURS],
        "rate_hand": rates[HAND],
        "rate_ratio": round(rates[OURS] / rates[HAND], 3) if rates[HAND] else None,
        "others_cpu": round(pairs.others, 3),
        "disturbed_turns": pairs.disturbed,
    }


def measure() -> report.Report:
    """All three kinds, then calls with media and recording."""
    with folder() as place:
        spoken = speak("hello", "Bienvenido. Marque uno.", "es")
        media_folder = place / "state/media"
        media_folder.mkdir(parents=True)
        (media_folder / f"{spoken.prompt.digest}.wav").write_bytes(spoken.wav.read_bytes())
        answer_port, calling_port = free_port(), free_port()
        plans = [
            plan(OURS, spoken.prompt),
            plan(HAND, spoken.prompt),
            plan("recorded", spoken.prompt, record=True),
        ]
        node = BenchNode.prepare(place / "state", plans, editor(answer_port, spoken.prompt.digest))
        node.home.start()
        try:
            with sipp.answering(answer_port) as telephone:
                bench = Bench(node, place, calling_port, telephone)
                found = {kind.name: compare(bench, kind) for kind in KINDS}
            bench.side(OURS)
            per_core = media.calls_per_core(node, place, answer_port, calling_port)
        finally:
            node.home.stop()
    return tell(found, per_core)


def tell(found: dict[str, dict[str, Any]], per_core: float) -> report.Report:
    rates = [row["rate_ratio"] for row in found.values() if row["rate_ratio"] is not None]
    figures = {
        "cpu_ratio": max(row["cpu_ratio"] for row in found.values()),
        "rate_ratio": min(rates) if rates else None,
        "cpu_ms_per_call": found["extension"]["cpu_ms"],
        "calls_per_core_media": round(per_core, 1),
        "kinds": found,
    }
    lines = [
        f"{kind.title}: {row['cpu_ms']:.2f} ms of CPU against {row['cpu_ms_hand']:.2f} "
        f"({row['cpu_ratio']:.2f}×); clean to {row['rate']}/s against {row['rate_hand']}/s"
        for kind in KINDS
        for row in (found[kind.name],)
    ]
    lines.append(f"with media and recording: {per_core:.0f} calls for each core")
    return report.Report("calls", figures, [*lines, *_busy(found)])


def _busy(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """In words, where the figures are those of a busy machine."""
    for kind in KINDS:
        row = found[kind.name]
        if row["disturbed_turns"]:
            yield (
                f"{kind.title}: other work took {row['others_cpu']:.0%} of the machine; "
                f"{row['disturbed_turns']} of {PAIRS} pairs of turns were disturbed"
            )
        if row["rate_ratio"] is None:
            yield f"{kind.title}: the machine is too busy for a rate, even the hand-written one"


def main(argv: list[str]) -> int:
    """`--json` for one JSON object."""
    args = report.parser("calls", __doc__ or "").parse_args(argv)
    where = report.machine()
    return report.show(measure(), as_json=args.json, where=where)
