"""Verbs on operators' people."""

from dataclasses import replace

from django.db import transaction

from conmuta.apps.identity.contracts import OperatorPerson, PersonInvited
from conmuta.apps.identity.errors import NoSuchOperatorPerson, NotYoursAlone
from conmuta.apps.identity.homes import is_elsewhere, refuse_taken
from conmuta.apps.identity.models import OperatorMembership, User
from conmuta.apps.identity.permissions import OperatorPermission
from conmuta.platform import audit, outbox
from conmuta.platform.models import UnscopedQuery
from conmuta.platform.scope import Scope

_KNOWN = frozenset(OperatorPermission)


def operator_people(scope: Scope) -> list[OperatorPerson]:
    """The people of the operator whose scope this is."""
    rows = OperatorMembership.objects.within(scope).select_related("user").order_by("username")
    return [person_of(row) for row in rows]


@transaction.atomic
def put_operator_person(scope: Scope, person: OperatorPerson) -> bool:
    """Makes the person, or makes them so; whether anything changed. Who is new gets a mail with
    a link to set their password."""
    if scope.operator_id is None:
        raise UnscopedQuery("An operator's people are written in that operator's scope.")
    person = replace(person, email=person.email.strip().lower())
    rows = OperatorMembership.objects.within(scope).select_related("user")
    row = rows.select_for_update(of=("self",)).filter(username=person.username).first()
    before = person_of(row) if row else None
    if before == person:
        return False
    if row is None:
        _join(scope, person)
    else:
        _change(scope, row, person)
    verb = "changed" if before else "created"
    was = _facts(before) if before else None
    audit.record(scope, verb, _subject(person.username), was, _facts(person))
    return True


@transaction.atomic
def remove_operator_person(scope: Scope, username: str) -> None:
    """Who is left without any tenant and operator cannot sign in."""
    row = _member(scope, username)
    user = row.user
    row.delete()
    if not is_elsewhere(user, scope):
        user.delete()
    audit.record(scope, "removed", _subject(username))


@transaction.atomic
def invite_operator_person(scope: Scope, username: str) -> None:
    """Sends the person another link; the ones before are over."""
    _member(scope, username)
    outbox.record(PersonInvited(username), scope)
    audit.record(scope, "invited", _subject(username))


def allowed(row: OperatorMembership) -> frozenset[OperatorPermission]:
    """A stored name that is no permission (any more) allows nothing."""
    return frozenset(OperatorPermission(name) for name in row.permissions if name in _KNOWN)


def person_of(row: OperatorMembership) -> OperatorPerson:
    return OperatorPerson(
        username=row.username,
        email=row.user.email,
        name=row.user.name,
        permissions=allowed(row),
        language=row.user.language,
        is_active=row.is_active,
    )


def _join(scope: Scope, person: OperatorPerson) -> None:
    refuse_taken(scope, person.username, person.email)
    user = User.objects.create_user(person.email, name=person.name, language=person.language)
    OperatorMembership.objects.within(scope).create(
        user=user,
        username=person.username,
        permissions=sorted(person.permissions),
        is_active=person.is_active,
    )
    outbox.record(PersonInvited(person.username), scope)


def _change(scope: Scope, row: OperatorMembership, person: OperatorPerson) -> None:
    user = row.user
    if (user.email, user.name, user.language) != (person.email, person.name, person.language):
        if is_elsewhere(user, scope):
            raise NotYoursAlone(username=person.username)
        refuse_taken(scope, person.username, person.email, user)
        user.email, user.name, user.language = person.email, person.name, person.language
        user.save(update_fields=["email", "name", "language"])
    row.permissions, row.is_active = sorted(person.permissions), person.is_active
    row.save(update_fields=["permissions", "is_active"])


def _member(scope: Scope, username: str) -> OperatorMembership:
    rows = OperatorMembership.objects.within(scope).select_related("user")
    row = rows.filter(username=username).first()
    if row is None:
        raise NoSuchOperatorPerson(username=username)
    return row


def _facts(person: OperatorPerson) -> dict[str, object]:
    return {
        "email": person.email,
        "name": person.name,
        "permissions": sorted(person.permissions),
        "language": person.language,
        "is_active": person.is_active,
    }


def _subject(username: str) -> str:
    return f"identity.operator_person:{username}"
