"""Calls as Asterisk writes them: lines of cel.csv and queue_log, by hand.

The shapes are those of the recorded files in `fixtures/`; here any time and any call can be told.
"""

import csv
import io
import json
from dataclasses import dataclass, field

T0 = 1_795_000_000.25
"""2026-11-18 11:06:40 UTC."""


@dataclass
class Scene:
    """One linkedid's lines, written in order, each `step` seconds after the one before."""

    tenant: str = "alpha"
    linkedid: str = "1795000000.10"
    clock: float = T0
    cel: list[list[str]] = field(default_factory=list)
    queue_log: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def wait(self, seconds: float) -> "Scene":
        self.clock += seconds
        return self

    def event(
        self, kind: str, unique: str, *, number: str = "", extra: object = "", **more: str
    ) -> "Scene":
        detail = json.dumps(extra) if isinstance(extra, dict) else str(extra)
        cells = {"tenant": self.tenant, "name": "", "exten": "", "context": "", "peer": ""} | more
        self.cel.append(
            [
                *(kind, f"{self.clock:.6f}", cells["tenant"], unique, self.linkedid),
                *(self.name_of(unique, number, more.get("channel", "")), number),
                *(cells["name"], cells["exten"], cells["context"], cells.get("app", "")),
                *(cells["peer"], more.get("user", ""), detail),
            ]
        )
        self.clock += 0.01
        return self

    def name_of(self, unique: str, number: str, given: str) -> str:
        """A channel keeps the name that it was first given."""
        return self.names.setdefault(unique, given or self.telephone(number, unique))

    def telephone(self, number: str, unique: str) -> str:
        """The name of a channel of the company's own."""
        return f"PJSIP/{number or 'x'}@{self.tenant}.example.test-{unique[-2:]}"

    def tell(self, word: str, detail: str, unique: str = "", number: str = "") -> "Scene":
        unique = unique or self.linkedid
        return self.event("USER_DEFINED", unique, number=number, user=word, extra={"extra": detail})

    def start(self, unique: str, number: str, name: str = "") -> "Scene":
        return self.event("CHAN_START", unique, number=number, name=name)

    def bridge(self, *uniques: str, kind: str = "BRIDGE_ENTER", bridge: str = "b1") -> "Scene":
        extra = {"bridge_id": bridge, "bridge_technology": "simple_bridge"}
        for unique in uniques:
            self.event(kind, unique, extra=extra)
        return self

    def end(self, *uniques: str, status: str = "") -> "Scene":
        for unique in uniques:
            shown = status if unique == self.linkedid else ""
            extra = {"hangupcause": 16, "hangupsource": "", "dialstatus": shown}
            self.event("HANGUP", unique, extra=extra).event("CHAN_END", unique)
        return self

    def over(self) -> "Scene":
        return self.event("LINKEDID_END", self.linkedid)

    def queue(self, kind: str, *data: object, agent: str = "NONE", call: str = "") -> "Scene":
        parts = [int(self.clock), call or self.linkedid, f"{self.tenant}-ventas", agent, kind]
        self.queue_log.append("|".join(map(str, [*parts, *data])))
        return self


def csv_lines(rows: list[list[str]]) -> list[str]:
    """Each row as one line, every cell in quotes."""
    lines = []
    for row in rows:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
        lines.append(text.getvalue())
    return lines


def body(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def answered_inside(scene: Scene | None = None) -> Scene:
    """550 dials 551, who answers after four seconds; they talk for twenty."""
    scene = scene or Scene()
    a, b = scene.linkedid, f"{scene.linkedid}1"
    scene.start(a, "550", "Ana").tell("internal", "551", number="550").tell("ring", "551")
    scene.start(b, "551").wait(4).event("ANSWER", b, number="551").event("ANSWER", a, number="550")
    scene.bridge(a, b).wait(20).bridge(b, a, kind="BRIDGE_EXIT")
    scene.tell("result", "551|answered")
    return scene.end(b, a, status="ANSWER").over()


def voicemail_after_no_answer(scene: Scene | None = None) -> Scene:
    """From outside to 551, who does not answer; the caller leaves a message."""
    scene = scene or Scene()
    a, b = scene.linkedid, f"{scene.linkedid}1"
    scene.start(a, "099123456").tell("in", "24001000|carrier", number="099123456")
    scene.tell("ring", "551").start(b, "551").wait(25).end(b)
    scene.tell("result", "551|no_answer").event("ANSWER", a).tell("voicemail", "551").wait(9)
    return scene.end(a, status="NOANSWER").over()


def queue_answered(scene: Scene | None = None) -> Scene:
    """From outside into the queue ventas; agent 601 answers after twelve seconds."""
    scene = scene or Scene()
    a, b = scene.linkedid, f"{scene.linkedid}1"
    scene.start(a, "099123456").tell("in", "24001000|carrier", number="099123456")
    scene.event("ANSWER", a).queue("ENTERQUEUE", "", "099123456", 1).wait(7)
    scene.tell("ring", "551").start(b, "551").wait(5).event("ANSWER", b, number="551")
    scene.queue("CONNECT", 12, b, 5, agent="alpha-601").bridge(a, b).wait(30)
    scene.bridge(a, b, kind="BRIDGE_EXIT").queue("COMPLETECALLER", 12, 30, 1, agent="alpha-601")
    scene.tell("queue", "ventas|answered")
    return scene.end(b, a, status="ANSWER").over()


def queue_abandoned(scene: Scene | None = None) -> Scene:
    """From outside into the queue; hangs up after forty seconds."""
    scene = scene or Scene()
    a = scene.linkedid
    scene.start(a, "099123456").tell("in", "24001000|carrier", number="099123456")
    scene.event("ANSWER", a).queue("ENTERQUEUE", "", "099123456", 1).wait(40)
    scene.queue("ABANDON", 1, 1, 40).tell("queue", "ventas|abandoned")
    return scene.end(a).over()


def refused_pin(scene: Scene | None = None) -> Scene:
    """550 dials abroad and does not know the PIN."""
    scene = scene or Scene()
    a = scene.linkedid
    scene.start(a, "550", "Ana").event("ANSWER", a).wait(15)
    scene.event(
        "USER_DEFINED",
        a,
        number="550",
        user="refused",
        extra={"extra": "pin|0034911234567"},
        exten="s",
    )
    return scene.end(a).over()


def failover_out(scene: Scene | None = None) -> Scene:
    """550 dials a mobile; the first gateway fails, the second carries the call."""
    scene = scene or Scene()
    a, b, c = (f"{scene.linkedid}{suffix}" for suffix in ("", "1", "2"))
    scene.start(a, "550", "Ana").tell("out", "mobile|099123456|first", number="550")
    scene.start(b, "099123456").end(b).tell("out", "mobile|099123456|second", number="550")
    scene.start(c, "099123456").wait(6).event("ANSWER", c).event("ANSWER", a).bridge(a, c)
    scene.wait(11).bridge(a, c, kind="BRIDGE_EXIT")
    return scene.end(c, a, status="ANSWER").over()


def answered_on_net(caller: str = "alpha", called: str = "beta") -> Scene:
    """550 of `caller` dials a number of `called` within their operator's net; its 570 answers.

    As Asterisk writes it: what the called company rings goes under the caller's account.
    """
    scene, there = Scene(tenant=caller), Scene(tenant=called)
    a, near, far, b = (f"{scene.linkedid}{end}" for end in ("", "1", "2", "3"))
    local = {n: f"Local/59824005555@o-norte-within-00000001;{n}" for n in (1, 2)}
    phone = there.telephone("570", b)
    scene.start(a, "550", "Ana").tell("out", "local|24005555|o-norte:on-net|59824005555")
    scene.event("CHAN_START", near, channel=local[1])
    scene.event("CHAN_START", far, tenant=called, number="59824001111", channel=local[2])
    scene.event("CHAN_START", b, tenant=called, number="570", channel=phone)
    scene.wait(3).event("ANSWER", b, number="570", channel=phone)
    scene.event("ANSWER", far, tenant=called, number="59824001111", channel=local[2])
    scene.event("ANSWER", near, number="59824005555", channel=local[1])
    scene.event("ANSWER", a, number="550")
    for bridge, ends in (
        ("b1", ((a, "", ""), (near, local[1], ""))),
        ("b2", ((far, local[2], called), (b, phone, ""))),
    ):
        extra = {"bridge_id": bridge, "bridge_technology": "simple_bridge"}
        for unique, channel, account in ends:
            named = {"tenant": account} if account else {}
            scene.event("BRIDGE_ENTER", unique, extra=extra, channel=channel, **named)
    scene.wait(20)
    scene.event("HANGUP", b, channel=phone).event("HANGUP", far, tenant=called, channel=local[2])
    return scene.event("HANGUP", near, channel=local[1]).end(a, status="ANSWER").over()
