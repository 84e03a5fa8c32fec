"""Conference: the caller enters a room, with its PIN where it has one."""

from collections.abc import Iterable

from conmuta_compiler.steps.common.block import Block
from conmuta_compiler.steps.common.call import Call, Outcome
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.kind import Exit, Fields, Placed, StepKind
from conmuta_compiler.steps.common.ways import HANG_UP, local_context
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


class EnterConference(Fields, frozen=True, kw_only=True):
    """`room` by its number."""

    room: str


class ConferenceKind(StepKind[EnterConference]):
    name = "conference"
    title = words("Conference room", "Sala de conferencia")
    fields = EnterConference
    waits = True

    def exits(self, _fields: EnterConference, _plan: TenantPlan) -> tuple[Exit, ...]:
        return ()

    def compile(self, here: Placed[EnterConference]) -> Block:
        block = Block()
        room = here.fields.room
        block.app(f"Goto({local_context(here.plan)},{room},1)" if _known(here) else HANG_UP)
        return block

    def simulate(self, here: Placed[EnterConference], _call: Call) -> Outcome:
        return Outcome(None, self.explain(here))

    def explain(self, here: Placed[EnterConference]) -> Words:
        room = here.fields.room
        return words("Enters the room {room}.", "Entra en la sala {room}.", room=room)

    def check(self, here: Placed[EnterConference]) -> Iterable[Finding]:
        if not _known(here):
            text = words(
                "The conference room {room} does not exist. Create it, or choose another.",
                "No existe la sala {room}. Créela o elija otra.",
                room=here.fields.room,
            )
            yield here.finding("conference.missing", Severity.ERROR, text)


def _known(here: Placed[EnterConference]) -> bool:
    return any(room.number == here.fields.room for room in here.plan.conferences)


KIND = ConferenceKind()
