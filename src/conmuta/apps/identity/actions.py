"""Verbs on people and profiles."""

import secrets
from collections.abc import Collection
from dataclasses import replace

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from conmuta.apps.identity.contracts import Person, Profile
from conmuta.apps.identity.errors import (
    NoSuchPerson,
    NoSuchProfile,
    NotYoursAlone,
    ProfileInUse,
    UnknownPermission,
)
from conmuta.apps.identity.homes import is_elsewhere, refuse_taken
from conmuta.apps.identity.models import AccessProfile, Membership, PasswordLink, User
from conmuta.apps.identity.permissions import Permission
from conmuta.apps.identity.queries import allowed, person_of
from conmuta.platform import audit
from conmuta.platform.scope import Scope

_SYLLABLES = 5


def permissions_of(names: Collection[str]) -> frozenset[Permission]:
    """Raises `UnknownPermission`, which names those that there are."""
    known = {permission.value for permission in Permission}
    for name in names:
        if name not in known:
            raise UnknownPermission(name=name, known=", ".join(sorted(known)))
    return frozenset(Permission(name) for name in names)


@transaction.atomic
def put_profile(scope: Scope, profile: Profile) -> bool:
    """Makes the profile, or makes it so; whether anything changed."""
    wanted = sorted(profile.permissions)
    rows = AccessProfile.objects.within(scope)
    row = rows.select_for_update().filter(name=profile.name).first()
    before = {"permissions": sorted(allowed(row))} if row else None
    if row is None:
        rows.create(name=profile.name, permissions=wanted)
    elif sorted(row.permissions) == wanted:
        return False
    else:
        row.permissions = wanted
        row.save(update_fields=["permissions"])
    verb = "changed" if before else "created"
    audit.record(scope, verb, f"identity.profile:{profile.name}", before, {"permissions": wanted})
    return True


@transaction.atomic
def remove_profile(scope: Scope, name: str) -> None:
    row = _profile(scope, name)
    holders = row.members.order_by("username").values_list("username", flat=True)
    if holders:
        raise ProfileInUse(name=name, people=", ".join(holders))
    row.delete()
    audit.record(scope, "removed", f"identity.profile:{name}")


@transaction.atomic
def put_person(scope: Scope, person: Person) -> tuple[bool, str | None]:
    """Makes the person, or makes them so: whether anything changed, and their first password
    where they are new. It cannot be read again, and must be changed."""
    person = replace(person, email=person.email.strip().lower())
    profile = _profile(scope, person.profile)
    members = Membership.objects.within(scope).select_related("user", "profile")
    row = members.select_for_update(of=("self",)).filter(username=person.username).first()
    if row is None:
        password = _join(scope, person, profile)
        _audit(scope, "created", None, person)
        return True, password
    before = person_of(row)
    if before == person:
        return False, None
    _change_user(scope, row, person)
    row.profile, row.is_active = profile, person.is_active
    row.save(update_fields=["profile", "is_active"])
    _audit(scope, "changed", before, person)
    return True, None


@transaction.atomic
def remove_person(scope: Scope, username: str) -> None:
    """Takes the person out of the tenant; who is left without any cannot sign in."""
    row = _member(scope, username)
    user = row.user
    row.delete()
    if not is_elsewhere(user, scope):
        user.delete()
    audit.record(scope, "removed", f"identity.person:{username}")


@transaction.atomic
def renew_password(scope: Scope, username: str) -> str:
    """A new first password for a person who lost theirs; their sessions end."""
    row = _member(scope, username)
    if is_elsewhere(row.user, scope):
        raise NotYoursAlone(username=username)
    password = _set_first_password(row.user)
    audit.record(scope, "renewed_password", f"identity.person:{username}")
    return password


@transaction.atomic
def put_platform_administrator(scope: Scope, email: str, name: str) -> str | None:
    """Makes a platform administrator; their first password, or None where they are one already.

    Who was a company's person before begins anew: that company may know the password, or have a
    passkey or an address of its own with the account. Their sessions end."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None and user.is_platform_administrator:
        return None
    user = user or User.objects.create_user(email, name=name)
    user.is_platform_administrator = True
    user.save(update_fields=["is_platform_administrator"])
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    PasswordLink.objects.filter(user=user).delete()
    password = _set_first_password(user)
    audit.record(scope, "created", f"identity.platform_administrator:{user.email}")
    return password


def _join(scope: Scope, person: Person, profile: AccessProfile) -> str | None:
    """Puts a new person into the tenant; their first password.

    Nobody of elsewhere: whoever first entered the address knows, or knew, that password."""
    refuse_taken(scope, person.username, person.email)
    user = User.objects.create_user(person.email, name=person.name, language=person.language)
    password = _set_first_password(user)
    Membership.objects.within(scope).create(
        user=user, username=person.username, profile=profile, is_active=person.is_active
    )
    return password


def _change_user(scope: Scope, row: Membership, person: Person) -> None:
    """Name, address and language are the person's own: a company sets them for those alone
    who belong to no other."""
    user, email = row.user, person.email
    if (user.email, user.name, user.language) == (email, person.name, person.language):
        return
    if is_elsewhere(user, scope):
        raise NotYoursAlone(username=person.username)
    refuse_taken(scope, person.username, email, user)
    user.email, user.name, user.language = email, person.name, person.language
    user.save(update_fields=["email", "name", "language"])


def _set_first_password(user: User) -> str:
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return password


def first_password() -> str:
    """Five groups of letters and digits that are not mistaken for each other: 97 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(_SYLLABLES)]
    return "-".join(groups)


def _audit(scope: Scope, verb: str, before: Person | None, after: Person) -> None:
    subject = f"identity.person:{after.username}"
    audit.record(scope, verb, subject, _facts(before) if before else None, _facts(after))


def _facts(person: Person) -> dict[str, object]:
    return {
        "email": person.email,
        "name": person.name,
        "profile": person.profile,
        "language": person.language,
        "is_active": person.is_active,
    }


def _profile(scope: Scope, name: str) -> AccessProfile:
    row = AccessProfile.objects.within(scope).filter(name=name).first()
    if row is None:
        raise NoSuchProfile(name=name)
    return row


def _member(scope: Scope, username: str) -> Membership:
    members = Membership.objects.within(scope).select_related("user", "profile")
    row = members.filter(username=username).first()
    if row is None:
        raise NoSuchPerson(username=username)
    return row
