"""Verbs on departments, extensions and their like. Each returns what it changed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from django.db import transaction

from conmuta.apps.extensions import numbers, queries, rules
from conmuta.apps.extensions.contracts import (
    ConferenceRoom,
    Department,
    Extension,
    Mailbox,
    SpeedDial,
    Telephony,
)
from conmuta.apps.extensions.errors import NumberInUse, SpeedDialLeadsOn
from conmuta.apps.fleet import api as fleet
from conmuta.platform import nouns
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope

S = TypeVar("S")


@transaction.atomic
def save_departments(scope: Scope, departments: Sequence[Department]) -> list[Change[Department]]:
    """Makes or changes departments. No call depends on them."""
    nouns.refuse(queries.DEPARTMENTS, departments, rules.department_faults)
    return nouns.put(scope, queries.DEPARTMENTS, departments)


@transaction.atomic
def remove_departments(scope: Scope, names: Sequence[str]) -> list[Change[Department]]:
    """Removes departments that have no extension and no queue."""
    return nouns.remove(scope, queries.DEPARTMENTS, names)


@transaction.atomic
def save_extensions(scope: Scope, extensions: Sequence[Extension]) -> list[Change[Extension]]:
    """Makes or changes extensions with their mailboxes.

    A blank secret or PIN is kept as it is, or made where there is none.
    """
    nouns.refuse(queries.EXTENSIONS, extensions, rules.extension_faults)
    nouns.lock(scope)
    before = queries.extensions(scope)
    wanted = [rules.whole(extension) for extension in extensions]
    _refuse_shared_accounts({**before, **{item.number: item for item in wanted}})
    changed = _put_extensions(scope, wanted, before)
    after = queries.extensions(scope) if changed else before
    found = [Change(number, before.get(number), after[number]) for number in changed]
    return fleet.touched(scope, found)


def _put_extensions(
    scope: Scope, wanted: Sequence[Extension], before: dict[str, Extension]
) -> list[str]:
    bare = [replace(item, mailbox=None) for item in wanted]
    changes = nouns.put(scope, queries.EXTENSIONS, bare)
    if any(change.before is None for change in changes):
        held = {number: number for number in before}
        new = {item.number: item.number for item in wanted}
        numbers.take(scope, queries.EXTENSIONS.name, {**held, **new})
    boxes = [item.mailbox for item in wanted if item.mailbox is not None]
    changed = nouns.put(scope, queries.MAILBOXES, boxes)
    gone = nouns.remove(scope, queries.MAILBOXES, _without_mailbox(wanted, before))
    touched = {change.key for change in changes} | {box.key for box in [*changed, *gone]}
    return [item.number for item in wanted if item.number in touched]


def _without_mailbox(wanted: Sequence[Extension], before: dict[str, Extension]) -> list[str]:
    had = {number for number, item in before.items() if item.mailbox is not None}
    return [item.number for item in wanted if item.mailbox is None and item.number in had]


def _refuse_shared_accounts(extensions: dict[str, Extension]) -> None:
    holders: dict[str, str] = {}
    for item in extensions.values():
        holder = holders.setdefault(item.account, item.number)
        if holder != item.number:
            raise NumberInUse(number=f"account {item.account}", where=f"extension {holder}")


@transaction.atomic
def remove_extensions(scope: Scope, wanted: Sequence[str]) -> list[Change[Extension]]:
    """Removes extensions, with their mailboxes, that no agent, number or rule names."""
    nouns.lock(scope)
    before = queries.extensions(scope)
    gone = nouns.remove(scope, queries.EXTENSIONS, wanted)
    if not gone:
        return []
    keys = {change.key for change in gone}
    own = [number for number in keys if before[number].mailbox is not None]
    nouns.remove(scope, queries.MAILBOXES, own)
    numbers.take(scope, queries.EXTENSIONS.name, {n: n for n in before if n not in keys})
    return fleet.touched(scope, [Change(key, before[key], None) for key in sorted(keys)])


@transaction.atomic
def set_feature(scope: Scope, number: str, feature: str, value: str) -> list[Change[Extension]]:
    """Keeps what a telephone set for its extension (`conmuta_plan.node.FeatureSet`).

    An extension that is no more, and a value that no extension can have, are passed over: the
    telephone has long hung up.
    """
    nouns.lock(scope)
    extension = queries.extensions(scope).get(number)
    if extension is None:
        return []
    wanted = rules.with_feature(extension, feature, value)
    if any(rules.extension_faults(wanted)):
        return []
    return save_extensions(scope, [wanted])


@transaction.atomic
def save_mailboxes(scope: Scope, mailboxes: Sequence[Mailbox]) -> list[Change[Mailbox]]:
    """Makes or changes general mailboxes."""
    nouns.refuse(queries.MAILBOXES, mailboxes, rules.mailbox_faults)
    wanted = [replace(mailbox, general=True) for mailbox in mailboxes]
    changes = nouns.put(scope, queries.MAILBOXES, wanted)
    return _taken(scope, changes, queries.MAILBOXES, queries.general_mailboxes)


@transaction.atomic
def remove_mailboxes(scope: Scope, wanted: Sequence[str]) -> list[Change[Mailbox]]:
    """Removes general mailboxes that no flow and no number names."""
    general = queries.general_mailboxes(scope)
    gone = [number for number in wanted if number in general]
    changes = nouns.remove(scope, queries.MAILBOXES, gone)
    return _taken(scope, changes, queries.MAILBOXES, queries.general_mailboxes)


@transaction.atomic
def save_conferences(scope: Scope, rooms: Sequence[ConferenceRoom]) -> list[Change[ConferenceRoom]]:
    """Makes or changes conference rooms."""
    nouns.refuse(queries.CONFERENCES, rooms, rules.conference_faults)
    changes = nouns.put(scope, queries.CONFERENCES, rooms)
    return _taken(scope, changes, queries.CONFERENCES, queries.conferences)


@transaction.atomic
def remove_conferences(scope: Scope, wanted: Sequence[str]) -> list[Change[ConferenceRoom]]:
    """Removes conference rooms that no number and no flow names."""
    changes = nouns.remove(scope, queries.CONFERENCES, wanted)
    return _taken(scope, changes, queries.CONFERENCES, queries.conferences)


@transaction.atomic
def save_speed_dials(scope: Scope, dials: Sequence[SpeedDial]) -> list[Change[SpeedDial]]:
    """Makes or changes speed dials; none leads to another, which would go on for ever."""
    nouns.refuse(queries.SPEED_DIALS, dials, rules.speed_dial_faults)
    changes = nouns.put(scope, queries.SPEED_DIALS, dials)
    _refuse_leading_on(queries.speed_dials(scope))
    return _taken(scope, changes, queries.SPEED_DIALS, queries.speed_dials)


def _refuse_leading_on(dials: dict[str, SpeedDial]) -> None:
    for code, dial in sorted(dials.items()):
        if dial.number in dials:
            raise SpeedDialLeadsOn(code=code, number=dial.number)


@transaction.atomic
def remove_speed_dials(scope: Scope, codes: Sequence[str]) -> list[Change[SpeedDial]]:
    """Removes speed dials."""
    changes = nouns.remove(scope, queries.SPEED_DIALS, codes)
    return _taken(scope, changes, queries.SPEED_DIALS, queries.speed_dials)


@transaction.atomic
def save_telephony(scope: Scope, settings: Sequence[Telephony]) -> list[Change[Telephony]]:
    """Sets what holds for all telephones: parking, feature codes, the mails' sender."""
    nouns.refuse(queries.TELEPHONY, settings, rules.telephony_faults)
    changes = nouns.put(scope, queries.TELEPHONY, settings)
    for change in changes:
        if change.after is not None:
            taken = {**rules.codes(change.after), **rules.slots(change.after)}
            numbers.take(scope, queries.TELEPHONY.name, taken)
    return fleet.touched(scope, changes)


def _taken(
    scope: Scope,
    changes: list[Change[S]],
    noun: nouns.Noun[S],
    there: "nouns.Loader[S]",
) -> list[Change[S]]:
    """Settles the register of numbers after a table of dialled things changed."""
    if any(change.before is None or change.after is None for change in changes):
        numbers.take(scope, noun.name, {number: number for number in there(scope)})
    return fleet.touched(scope, changes)
