"""Agenda: the call follows the value that an agenda has at this moment."""

from collections.abc import Iterable

from conmuta_compiler.agendas import agenda_tests, event_in_force
from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.schedules import sound
from conmuta_compiler.steps.common.ways import HANG_UP, leave
from conmuta_compiler.steps.common.words import Words, listed, words
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda


class AskAgenda(Fields, frozen=True, kw_only=True):
    """`agenda` by its name. The exits are its values."""

    agenda: str


class AgendaKind(StepKind[AskAgenda]):
    name = "agenda"
    title = words("Agenda", "Agenda")
    fields = AskAgenda
    marks_step = False

    def exits(self, fields: AskAgenda, plan: TenantPlan) -> tuple[Exit, ...]:
        agenda = agenda_of(plan, fields.agenda)
        values = dict.fromkeys((*agenda.values, agenda.default)) if agenda else ()
        return tuple(Exit(value, required=True) for value in values)

    def compile(self, here: Placed[AskAgenda]) -> Block:
        block = Block()
        agenda = agenda_of(here.plan, here.fields.agenda)
        if agenda is None:
            block.app(HANG_UP)
            return block
        labels: dict[str, str] = {}
        for application, test, value in agenda_tests(sound(agenda)):
            label = labels.setdefault(value, f"x{len(labels)}")
            block.app(f"{application}({test}?{label})")
        leave(here, block, agenda.default, labels.pop(agenda.default, ""))
        for value, label in labels.items():
            leave(here, block, value, label)
        return block

    def simulate(self, here: Placed[AskAgenda], call: Call) -> Outcome:
        agenda = agenda_of(call.plan, here.fields.agenda)
        if agenda is None:
            return Outcome(None, self.explain(here))
        event = event_in_force(sound(agenda), call.at)
        value = event.value if event else agenda.default
        return Outcome(value, _why(agenda, value, event.name if event else None))

    def explain(self, here: Placed[AskAgenda]) -> Words:
        agenda = agenda_of(here.plan, here.fields.agenda)
        return words(
            "Follows the agenda “{agenda}”: {values}.",
            "Sigue la agenda «{agenda}»: {values}.",
            agenda=agenda.title if agenda else here.fields.agenda,
            values=listed(agenda.values if agenda else ()),
        )

    def check(self, here: Placed[AskAgenda]) -> Iterable[Finding]:
        if agenda_of(here.plan, here.fields.agenda) is None:
            text = words(
                "The agenda “{agenda}” does not exist. Create it, or choose another.",
                "No existe la agenda «{agenda}». Créela o elija otra.",
                agenda=here.fields.agenda,
            )
            yield here.finding("agenda.missing", Severity.ERROR, text)


def agenda_of(plan: TenantPlan, name: str) -> Agenda | None:
    return next((agenda for agenda in plan.agendas if agenda.name == name), None)


def _why(agenda: Agenda, value: str, event: str | None) -> Words:
    if event is None:
        return words(
            "The agenda “{agenda}” says “{value}”, because no event covers this moment.",
            "La agenda «{agenda}» dice «{value}», porque ningún evento cubre este momento.",
            agenda=agenda.title,
            value=value,
        )
    return words(
        "The agenda “{agenda}” says “{value}”, because of the event “{event}”.",
        "La agenda «{agenda}» dice «{value}», por el evento «{event}».",
        agenda=agenda.title,
        value=value,
        event=event,
    )


KIND = AgendaKind()
