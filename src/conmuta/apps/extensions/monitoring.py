"""Who may watch which department."""

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction

from conmuta.apps.extensions import models, queries
from conmuta.apps.extensions.contracts import Monitoring
from conmuta.platform import nouns
from conmuta.platform.nouns import Change, UnknownName
from conmuta.platform.scope import Scope

MONITORING = nouns.Noun("extensions.monitoring", models.Monitoring, Monitoring, key="person")


@transaction.atomic
def save_monitoring(scope: Scope, wanted: Sequence[Monitoring]) -> list[Change[Monitoring]]:
    """Sets, for each person named, the departments that this person may watch."""
    nouns.lock(scope)
    current = queries.monitoring(scope)
    changes = list(_differences(wanted, current))
    if changes:
        _write(scope, {change.key: change.after for change in changes if change.after})
        nouns.note(scope, MONITORING, changes)
    return changes


def _differences(
    wanted: Sequence[Monitoring], current: Mapping[str, Monitoring]
) -> Iterator[Change[Monitoring]]:
    for item in wanted:
        before = current.get(item.person)
        after = Monitoring(person=item.person, departments=tuple(sorted(set(item.departments))))
        if after.departments != (before.departments if before else ()):
            yield Change(item.person, before, after)


def _write(scope: Scope, wanted: Mapping[str, Monitoring]) -> None:
    people = _people(scope, wanted)
    rows = models.Department.objects.within(scope).values_list("name", "pk")
    departments = dict(rows)
    models.Monitoring.objects.within(scope).filter(person_id__in=people.values()).delete()
    new = [
        models.Monitoring(person_id=people[person], department_id=_known(departments, person, name))
        for person, item in wanted.items()
        for name in item.departments
    ]
    models.Monitoring.objects.within(scope).bulk_create(new)


def _people(scope: Scope, wanted: Mapping[str, Monitoring]) -> dict[str, int]:
    people = nouns.ids(scope, MONITORING.target_model("person"), "username", wanted)
    for person in wanted:
        if person not in people:
            raise UnknownName(noun="monitoring", name=person, what="person", missing=person)
    return people


def _known(departments: Mapping[str, int], person: str, name: str) -> int:
    if name not in departments:
        raise UnknownName(noun="monitoring", name=person, what="department", missing=name)
    return departments[name]
