"""What there is, by name, and what names what."""

from collections.abc import Callable, Iterator

from conmuta.apps.callflow import models
from conmuta.apps.callflow.contracts import (
    Agenda,
    Flow,
    FlowStep,
    Music,
    Prompt,
    PromptVersionView,
    ReceptionFlows,
)
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, Reference, declare
from conmuta.platform.scope import Scope

DIALLED = "dialled"
READ_ALOUD = ("number:", "digits:")
BRANCHES = ("no_answer", "busy", "unavailable", "invalid")


def _step_names(field: str) -> Callable[[Flow], Iterator[Named]]:
    """What the steps hold in a field of this name, or in `…_field`, or in a list of them."""

    def pick(flow: Flow) -> Iterator[Named]:
        for step in flow.steps:
            for name, value in _held(step, field):
                yield ("steps", step.name, name), value

    return pick


def _held(step: FlowStep, field: str) -> Iterator[tuple[str, str]]:
    for name, value in step.fields.items():
        if name in (field, f"{field}s") or name.endswith((f"_{field}", f"_{field}s")):
            for item in value if isinstance(value, list | tuple) else (value,):
                if isinstance(item, str) and item and not item.startswith(READ_ALOUD):
                    yield name, item


def _rung(flow: Flow) -> Iterator[Named]:
    for step in flow.steps:
        number = step.fields.get("number", DIALLED)
        if step.kind == "extension" and number != DIALLED:
            yield ("steps", step.name, "number"), str(number)


def _mailboxes(flow: Flow) -> Iterator[Named]:
    for where, number in _step_names("mailbox")(flow):
        if number != DIALLED:
            yield where, number


AGENDAS = declare(Noun("callflow.agenda", models.Agenda, Agenda))
PROMPTS = declare(Noun("callflow.prompt", models.Prompt, Prompt))
MUSIC = declare(Noun("callflow.music", models.Music, Music))
FLOWS = declare(
    Noun(
        "callflow.flow",
        models.Flow,
        Flow,
        mentions=(
            Mention("callflow.agenda", _step_names("agenda")),
            Mention("callflow.prompt", _step_names("prompt")),
            Mention("callflow.flow", _step_names("flow")),
            Mention("queues.queue", _step_names("queue")),
            Mention("extensions.extension", _rung),
            Mention("extensions.mailbox", _mailboxes),
            Mention("extensions.conference", _step_names("room")),
        ),
    )
)
RECEPTION = declare(
    Noun(
        "callflow.reception",
        models.Reception,
        ReceptionFlows,
        references={branch: Reference("callflow.flow") for branch in BRANCHES},
    )
)


def agendas(scope: Scope) -> dict[str, Agenda]:
    return nouns.load(scope, AGENDAS)


def flows(scope: Scope) -> dict[str, Flow]:
    return nouns.load(scope, FLOWS)


def prompts(scope: Scope) -> dict[str, Prompt]:
    return nouns.load(scope, PROMPTS)


def music(scope: Scope) -> dict[str, Music]:
    return nouns.load(scope, MUSIC)


def reception(scope: Scope) -> dict[str, ReceptionFlows]:
    """At most one, under the key `reception`."""
    return nouns.load(scope, RECEPTION)


def prompt_versions(scope: Scope, name: str) -> list[PromptVersionView]:
    """Every version of a prompt, the first one first."""
    rows = models.PromptVersion.objects.within(scope).filter(prompt__name=name)
    return [
        PromptVersionView(
            number=row.number,
            digest=row.digest,
            text=row.text,
            language=row.language,
            made_at=row.made_at.isoformat(),
        )
        for row in rows.order_by("number")
    ]
