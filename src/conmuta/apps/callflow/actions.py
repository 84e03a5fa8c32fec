"""Verbs on agendas, flows, prompts, music and the reception. Each returns what it changed."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language

from conmuta.apps.callflow import audio, models, queries, reach, rules
from conmuta.apps.callflow.contracts import Agenda, Flow, Music, Prompt, ReceptionFlows
from conmuta.apps.callflow.errors import NeverEnds
from conmuta.apps.fleet import api as fleet
from conmuta.platform import nouns
from conmuta.platform.nouns import Change, Fault
from conmuta.platform.scope import Scope


@transaction.atomic
def save_agendas(scope: Scope, agendas: Sequence[Agenda]) -> list[Change[Agenda]]:
    """Makes or changes agendas."""
    nouns.refuse(queries.AGENDAS, agendas, rules.agenda_faults)
    return fleet.touched(scope, nouns.put(scope, queries.AGENDAS, agendas))


@transaction.atomic
def remove_agendas(scope: Scope, names: Sequence[str]) -> list[Change[Agenda]]:
    """Removes agendas that no flow asks."""
    return fleet.touched(scope, nouns.remove(scope, queries.AGENDAS, names))


@transaction.atomic
def save_flows(scope: Scope, flows: Sequence[Flow]) -> list[Change[Flow]]:
    """Makes or changes flows. What their steps name must be there, and no call turns in them
    for ever."""
    nouns.refuse(queries.FLOWS, flows, _flow_faults)
    changes = nouns.put(scope, queries.FLOWS, flows)
    if changes:
        _refuse_endless(queries.flows(scope).values())
    return fleet.touched(scope, changes)


def _flow_faults(flow: Flow) -> Iterator[Fault]:
    yield from rules.flow_faults(flow)
    yield from reach.inside_faults(flow, settings.CONMUTA.web_service_hosts)


def _refuse_endless(flows: Iterable[Flow]) -> None:
    language = "es" if (get_language() or "").startswith("es") else "en"
    for finding in rules.endless(flows):
        raise NeverEnds(where=finding.where, reason=finding.text(language))


@transaction.atomic
def remove_flows(scope: Scope, names: Sequence[str]) -> list[Change[Flow]]:
    """Removes flows that no number, no other flow and no reception enters."""
    return fleet.touched(scope, nouns.remove(scope, queries.FLOWS, names))


def save_prompts(scope: Scope, prompts: Sequence[Prompt]) -> list[Change[Prompt]]:
    """Makes or changes prompts: speaks what has no audio yet, and keeps the version before."""
    nouns.refuse(queries.PROMPTS, prompts, rules.prompt_faults)
    ready = audio.prepared(scope, prompts)
    with transaction.atomic():
        changes = nouns.put(scope, queries.PROMPTS, ready)
        _keep_versions(scope, [change.after for change in changes if change.after is not None])
        return fleet.touched(scope, changes)


def _keep_versions(scope: Scope, prompts: Sequence[Prompt]) -> None:
    names = [prompt.name for prompt in prompts]
    rows = models.Prompt.objects.within(scope).filter(name__in=names)
    last = {
        name: (pk, number or 0)
        for name, pk, number in rows.annotate(last=Max("versions__number")).values_list(
            "name", "pk", "last"
        )
    }
    versions = [
        models.PromptVersion(
            prompt_id=last[prompt.name][0],
            number=last[prompt.name][1] + 1,
            digest=prompt.digest,
            text=prompt.text,
            language=prompt.language,
        )
        for prompt in prompts
    ]
    models.PromptVersion.objects.within(scope).bulk_create(versions)


@transaction.atomic
def remove_prompts(scope: Scope, names: Sequence[str]) -> list[Change[Prompt]]:
    """Removes prompts, with their versions, that no flow, queue or mailbox plays."""
    return fleet.touched(scope, nouns.remove(scope, queries.PROMPTS, names))


@transaction.atomic
def save_music(scope: Scope, music: Sequence[Music]) -> list[Change[Music]]:
    """Makes or changes music on hold, of files that are kept already. Raises `NoSuchMedia`."""
    nouns.refuse(queries.MUSIC, music, rules.music_faults)
    audio.refuse_missing(music)
    return fleet.touched(scope, nouns.put(scope, queries.MUSIC, music))


@transaction.atomic
def remove_music(scope: Scope, names: Sequence[str]) -> list[Change[Music]]:
    """Removes music that no queue plays."""
    return fleet.touched(scope, nouns.remove(scope, queries.MUSIC, names))


@transaction.atomic
def save_reception(
    scope: Scope, receptions: Sequence[ReceptionFlows]
) -> list[Change[ReceptionFlows]]:
    """Sets the flows entered when a call inside the company does not arrive."""
    return fleet.touched(scope, nouns.put(scope, queries.RECEPTION, receptions))
