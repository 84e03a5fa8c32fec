"""Plays a call from its beginning: an inbound number, or what an extension dials inside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conmuta_compiler.rehearse.told import Moment, Rehearsal, step_event, took_event
from conmuta_compiler.steps import kind_of, placed
from conmuta_compiler.steps.common.call import Call, Outcome, World
from conmuta_compiler.steps.common.people import mailbox_numbers
from conmuta_compiler.steps.common.ringing import ring
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.outside import Target, TargetKind

LONGEST = 500  # moments; a path beyond that is no use to anyone


def rehearse(
    plan: TenantPlan,
    dialled: str,
    at: datetime,
    keys: Iterable[str] = (),
    world: World | None = None,
    caller: str = "",
) -> Rehearsal:
    """The path of a call to `dialled` (an inbound number, or a number inside) at `at`.

    `keys` holds what the caller presses, one item for each time that a step listens ("1",
    "550"; "" stays silent). `world` says what comes of extensions, queues and numbers; all
    answer otherwise. `at` knows its zone. Raises `FlowError` for a flow that cannot be compiled.
    """
    call = Call(
        plan=plan,
        at=at,
        keys=list(keys),
        caller=caller,
        number=dialled,
        world=world or World(),
        language=plan.language,
    )
    path = _Path(call)
    path.begin(dialled)
    return Rehearsal(
        moments=tuple(path.moments),
        events=tuple(path.events),
        pressed=tuple(call.heard),
        loops=path.loops,
    )


@dataclass(slots=True)
class _Path:
    """The rehearsal so far."""

    call: Call
    moments: list[Moment] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    seen: set[object] = field(default_factory=set)
    loops: bool = False

    def tell(self, text: Words) -> None:
        self.moments.append(Moment(words=text))

    def begin(self, dialled: str) -> None:
        inbound = next((n for n in self.call.plan.numbers if n.number == dialled), None)
        if inbound is None:
            self.inside(dialled)
            return
        self.call.language = inbound.language or self.call.language
        self.tell(
            words(
                "A call enters by the number {number}.",
                "Entra una llamada por el número {number}.",
                number=dialled,
            )
        )
        self.target(inbound.target)

    def target(self, target: Target) -> None:
        """Goes where a number or a reception points."""
        if target.kind is TargetKind.FLOW:
            self.flow(target.name)
        elif target.kind is TargetKind.EXTENSION:
            self.ring(target.name)
        else:
            self.tell(_ARRIVES[target.kind](target.name))

    def inside(self, number: str) -> None:
        """What an extension reaches by dialling `number`."""
        plan = self.call.plan
        kinds: Mapping[TargetKind, Iterable[tuple[str | None, str]]] = {
            TargetKind.EXTENSION: ((e.number, e.number) for e in plan.extensions),
            TargetKind.QUEUE: ((q.number, q.name) for q in plan.queues),
            TargetKind.CONFERENCE: ((r.number, r.number) for r in plan.conferences),
            TargetKind.MAILBOX: ((m.number, m.number) for m in plan.mailboxes),
        }
        for kind, numbers in kinds.items():
            for known, name in numbers:
                if known == number:
                    self.target(Target(kind=kind, name=name))
                    return
        self.ring(number)

    def ring(self, number: str) -> None:
        """A direct call to an extension, with the tenant's reception behind it."""
        rung = ring(self.call, number)
        self.call.dialled, self.call.result = number, rung.result
        self.tell(rung.words)
        if rung.result == "answered":
            return
        flow = getattr(self.call.plan.reception, rung.result, None)
        if flow:
            self.flow(flow)
        elif number in mailbox_numbers(self.call.plan):
            self.tell(_ARRIVES[TargetKind.MAILBOX](number))

    def flow(self, name: str) -> None:
        """Walks through flows until the call ends or goes round in circles."""
        here: tuple[Flow, FlowStep] | None = self.start(name)
        while here is not None:
            if self.again(here):
                return
            here = self.step(*here)

    def again(self, here: tuple[Flow, FlowStep]) -> bool:
        """Whether the call has been at this very point before."""
        state = (here[0].name, here[1].name, self.call.state())
        if state not in self.seen and len(self.moments) < LONGEST:
            self.seen.add(state)
            return False
        self.loops = True
        self.tell(
            words(
                "From here the call repeats itself until the caller hangs up.",
                "Desde aquí la llamada se repite hasta que se cuelgue.",
            )
        )
        return True

    def start(self, name: str) -> tuple[Flow, FlowStep] | None:
        flow = next((flow for flow in self.call.plan.flows if flow.name == name), None)
        step = _step(flow, flow.start) if flow else None
        if flow is None or step is None:
            self.tell(
                words(
                    "The flow “{flow}” has no beginning: the call ends.",
                    "El flujo «{flow}» no tiene comienzo: la llamada termina.",
                    flow=name,
                )
            )
            return None
        return flow, step

    def step(self, flow: Flow, step: FlowStep) -> tuple[Flow, FlowStep] | None:
        """Plays one step; what follows it, or None."""
        here = placed(self.call.plan, flow, step)
        kind = kind_of(step)
        if kind.marks_step:
            self.events.append(step_event(flow.name, step.name, step.kind))
        outcome = kind.simulate(here, self.call)
        way = outcome.exit if outcome.exit in step.exits else None
        self.moments.append(
            Moment(words=outcome.words, flow=flow.name, step=step.name, kind=step.kind, exit=way)
        )
        return self.follow(flow, step, outcome, way)

    def follow(
        self, flow: Flow, step: FlowStep, outcome: Outcome, way: str | None
    ) -> tuple[Flow, FlowStep] | None:
        if outcome.flow is not None:
            return self.start(outcome.flow)
        if way is None:
            self.ended(step, outcome)
            return None
        if way != "next":
            self.events.append(took_event(flow.name, step.name, way))
        target = _step(flow, step.exits[way])
        return (flow, target) if target else None

    def ended(self, step: FlowStep, outcome: Outcome) -> None:
        """Says that an exit leads nowhere, unless the call simply ended there."""
        if outcome.exit in {None, "answered", "next"}:
            return
        self.tell(
            words(
                "The exit “{exit}” of {step} leads nowhere: the call ends.",
                "La salida «{exit}» de {step} no lleva a ninguna parte: la llamada termina.",
                exit=outcome.exit,
                step=step.name,
            )
        )


def _step(flow: Flow, name: str) -> FlowStep | None:
    return next((step for step in flow.steps if step.name == name), None)


def _queue(name: str) -> Words:
    return words("The call waits in the queue “{q}”.", "Espera en la cola «{q}».", q=name)


def _room(number: str) -> Words:
    return words("The call enters the room {n}.", "Entra en la sala {n}.", n=number)


def _mailbox(number: str) -> Words:
    return words(
        "The caller leaves a message in the mailbox {n}.",
        "Se deja un mensaje en el buzón {n}.",
        n=number,
    )


_ARRIVES = {
    TargetKind.QUEUE: _queue,
    TargetKind.CONFERENCE: _room,
    TargetKind.MAILBOX: _mailbox,
}
