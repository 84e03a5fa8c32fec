"""Profiles and people of a tenant's file, over the doors of identity and extensions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.apps import apps

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Monitoring
from conmuta.apps.identity import api as identity
from conmuta.documents.entries import ProfileEntry, UserEntry
from conmuta.platform.forms import EMAIL, language_faults, named, title_faults
from conmuta.platform.models import TenantModel
from conmuta.platform.nouns import Change, Fault, Mention, Named, Noun, differences
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said

LONGEST_PROFILE_NAME = 80

_MEMBERSHIP = cast("type[TenantModel]", apps.get_model("identity", "Membership"))
_PROFILE = cast("type[TenantModel]", apps.get_model("identity", "AccessProfile"))


@dataclass(frozen=True, slots=True)
class PersonChange(Change[UserEntry]):
    """`password` is a new person's first one, which cannot be read again."""

    password: str | None = None


def _profile(user: UserEntry) -> Iterator[Named]:
    yield ("profile",), user.profile


def _monitors(user: UserEntry) -> Iterator[Named]:
    for index, name in enumerate(user.monitors):
        yield ("monitors", str(index)), name


PROFILES: Noun[ProfileEntry] = Noun("identity.profile", _PROFILE, ProfileEntry)
USERS: Noun[UserEntry] = Noun(
    "identity.person",
    _MEMBERSHIP,
    UserEntry,
    key="username",
    mentions=(
        Mention("identity.profile", _profile),
        Mention("extensions.department", _monitors),
    ),
)


def profile_faults(profile: ProfileEntry) -> Iterator[Fault]:
    """What is wrong in a profile."""
    yield from title_faults("name", profile.name, LONGEST_PROFILE_NAME)
    known = ", ".join(identity.Permission)
    for index, name in enumerate(profile.permissions):
        if name not in [*identity.Permission]:
            sentence = said(
                "`{name}` is not a permission; there are {known}.", name=name, known=known
            )
            yield Fault(("permissions", str(index)), sentence)


def user_faults(user: UserEntry) -> Iterator[Fault]:
    """What is wrong in a person."""
    yield from named("username", user.username)
    yield from title_faults("name", user.name)
    yield from language_faults(user.language or None)
    if not EMAIL.fullmatch(user.email):
        yield Fault(("email",), said("`{email}` is no e-mail address.", email=user.email))


def sorted_permissions(profile: ProfileEntry) -> ProfileEntry:
    """`profile` with its permissions in order, so that equal profiles are equal values."""
    return replace(profile, permissions=tuple(sorted(set(profile.permissions))))


def whole(user: UserEntry) -> UserEntry:
    """`user` as identity and extensions keep it."""
    monitors = tuple(sorted(set(user.monitors)))
    return replace(user, email=user.email.strip().lower(), monitors=monitors)


def profiles(scope: Scope) -> dict[str, ProfileEntry]:
    """Every access profile by its name."""
    return {
        profile.name: ProfileEntry(
            name=profile.name, permissions=tuple(sorted(profile.permissions))
        )
        for profile in identity.profiles(scope)
    }


def save_profiles(scope: Scope, wanted: Sequence[ProfileEntry]) -> list[Change[ProfileEntry]]:
    """Makes or changes profiles."""
    changes = differences(PROFILES, map(sorted_permissions, wanted), profiles(scope))
    for change in changes:
        if change.after is not None:
            permissions = identity.permissions_of(change.after.permissions)
            identity.put_profile(scope, identity.Profile(name=change.key, permissions=permissions))
    return changes


def remove_profiles(scope: Scope, names: Sequence[str]) -> list[Change[ProfileEntry]]:
    """Removes profiles that nobody has."""
    current = profiles(scope)
    for name in names:
        identity.remove_profile(scope, name)
    return [Change(name, current[name], None) for name in names]


def users(scope: Scope) -> dict[str, UserEntry]:
    """Every person by the short name, with the departments that the person may watch."""
    watched = extensions.monitoring(scope)
    return {person.username: _entry(person, watched) for person in identity.people(scope)}


def _entry(person: identity.Person, watched: Mapping[str, Monitoring]) -> UserEntry:
    seen = watched.get(person.username)
    return UserEntry(
        username=person.username,
        name=person.name,
        email=person.email,
        profile=person.profile,
        language=person.language,
        active=person.is_active,
        monitors=seen.departments if seen else (),
    )


def save_users(scope: Scope, wanted: Sequence[UserEntry]) -> list[PersonChange]:
    """Makes or changes people. A new person's password is in the change."""
    found = differences(USERS, map(whole, wanted), users(scope))
    changes = [_put(scope, change) for change in found if change.after is not None]
    watched = [
        Monitoring(person=change.key, departments=change.after.monitors)
        for change in changes
        if change.after is not None
    ]
    if watched:
        extensions.save_monitoring(scope, watched)
    return changes


def _put(scope: Scope, change: Change[UserEntry]) -> PersonChange:
    user = cast("UserEntry", change.after)
    person = identity.Person(
        username=user.username,
        email=user.email,
        name=user.name,
        profile=user.profile,
        language=user.language,
        is_active=user.active,
    )
    _, password = identity.put_person(scope, person)
    return PersonChange(change.key, change.before, user, password)


def remove_users(scope: Scope, names: Sequence[str]) -> list[Change[UserEntry]]:
    """Takes people out of the tenant."""
    current = users(scope)
    for name in names:
        identity.remove_person(scope, name)
    return [Change(name, current[name], None) for name in names]
