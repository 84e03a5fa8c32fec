"""Who may do what, in which company; and when in doubt, nothing."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.errors import (
    EmailElsewhere,
    EmailTaken,
    NotYoursAlone,
    ProfileInUse,
    UnknownPermission,
)
from conmuta.apps.identity.models import AccessProfile, Membership, User
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

SUPERVISOR = identity.Profile(
    name="Supervisor",
    permissions=frozenset({identity.Permission.LISTEN_AUDIO, identity.Permission.DASHBOARD}),
)


def ana(**facts: object) -> identity.Person:
    given = {
        "username": "adiaz",
        "email": "ana@example.test",
        "name": "Ana",
        "profile": "Supervisor",
    }
    return identity.Person(**(given | facts))


def join(scope: Scope, person: identity.Person) -> str | None:
    with scope.active():
        identity.put_profile(scope, SUPERVISOR)
        return identity.put_person(scope, person)[1]


def test_a_person_may_do_what_their_profile_says_and_no_more(
    two_tenants: tuple[Scope, Scope],
) -> None:
    join(two_tenants[0], ana())
    access = identity.access(User.objects.get(), "alpha")
    assert access is not None
    assert access.permissions == SUPERVISOR.permissions
    assert identity.access(User.objects.get(), "beta") is None


def test_a_new_person_gets_a_password_once_and_must_change_it(
    two_tenants: tuple[Scope, Scope],
) -> None:
    password = join(two_tenants[0], ana())
    user = User.objects.get()
    assert password is not None
    assert user.check_password(password)
    assert user.password.startswith("argon2")
    assert user.must_change_password
    assert join(two_tenants[0], ana()) is None


def test_the_same_person_again_changes_nothing(alpha: Scope) -> None:
    identity.put_profile(alpha, SUPERVISOR)
    identity.put_person(alpha, ana())
    assert identity.put_person(alpha, ana(email="ANA@example.test")) == (False, None)
    assert identity.put_profile(alpha, SUPERVISOR) is False


def belongs_to_both(alpha: Scope, beta: Scope) -> None:
    """Ana, as an invitation that she accepted would leave her."""
    join(alpha, ana())
    with beta.active():
        identity.put_profile(beta, SUPERVISOR)
        Membership.objects.within(beta).create(
            user=User.objects.get(),
            username="ana",
            profile=AccessProfile.objects.within(beta).get(),
        )


def test_a_person_of_two_companies_enters_both(two_tenants: tuple[Scope, Scope]) -> None:
    belongs_to_both(*two_tenants)
    entered = identity.accesses(User.objects.get())
    assert [access.tenant for access in entered] == ["alpha", "beta"]


def test_who_enters_an_address_first_does_not_get_into_the_company_that_enters_it_then(
    two_tenants: tuple[Scope, Scope],
) -> None:
    """Alpha makes a person with the address of Beta's boss, and so knows the first password."""
    alpha, beta = two_tenants
    boss = ana(username="boss", email="boss@beta.example.test")
    password = join(alpha, boss)
    with pytest.raises(EmailElsewhere, match="another address"):
        join(beta, boss)
    user = User.objects.get(email="boss@beta.example.test")
    assert password is not None
    assert user.check_password(password)
    assert [access.tenant for access in identity.accesses(user)] == ["alpha"]


def test_a_company_that_was_removed_leaves_no_password_behind(
    two_tenants: tuple[Scope, Scope],
) -> None:
    known = join(two_tenants[0], ana())
    with Scope.system("test").active() as system:
        tenancy.remove_tenant(system, "alpha")
    join(two_tenants[1], ana())
    user = User.objects.get()
    assert known is not None
    assert not user.check_password(known)


def test_a_person_is_not_given_an_address_of_elsewhere(two_tenants: tuple[Scope, Scope]) -> None:
    alpha, beta = two_tenants
    join(alpha, ana())
    join(beta, ana(username="eva", email="eva@example.test"))
    with pytest.raises(EmailElsewhere):
        join(beta, ana(username="eva"))


def test_a_company_that_made_the_platforms_administrator_does_not_know_their_password(
    two_tenants: tuple[Scope, Scope],
) -> None:
    known = join(two_tenants[0], ana())
    user = User.objects.get()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    EmailAddress.objects.create(user=user, email="thief@example.test", primary=False)
    with Scope.system("test").active() as system:
        new = identity.put_platform_administrator(system, "ana@example.test", "Ana")
    user.refresh_from_db()
    assert known is not None
    assert new is not None
    assert user.check_password(new)
    assert not user.check_password(known)
    assert user.must_change_password
    assert not Authenticator.objects.exists()
    assert not EmailAddress.objects.exists()


def test_one_company_cannot_take_over_a_person_of_another(
    two_tenants: tuple[Scope, Scope],
) -> None:
    beta = two_tenants[1]
    belongs_to_both(*two_tenants)
    with beta.active():
        with pytest.raises(NotYoursAlone):
            identity.renew_password(beta, "ana")
        with pytest.raises(NotYoursAlone):
            identity.put_person(beta, ana(username="ana", email="thief@example.test"))


def test_a_company_cannot_take_over_the_platform_administrator(alpha: Scope) -> None:
    with Scope.system("test").active() as system:
        identity.put_platform_administrator(system, "root@example.test", "Root")
    identity.put_profile(alpha, SUPERVISOR)
    with pytest.raises(EmailElsewhere):
        identity.put_person(alpha, ana(email="root@example.test"))
    identity.put_person(alpha, ana())
    with Scope.system("test").active() as system:
        identity.put_platform_administrator(system, "ana@example.test", "Ana")
    with pytest.raises(NotYoursAlone):
        identity.renew_password(alpha, "adiaz")
    identity.remove_person(alpha, "adiaz")
    assert User.objects.filter(email="ana@example.test").exists()


def test_who_leaves_their_last_company_is_gone(alpha: Scope) -> None:
    identity.put_profile(alpha, SUPERVISOR)
    identity.put_person(alpha, ana())
    identity.remove_person(alpha, "adiaz")
    assert not User.objects.exists()


def test_an_address_is_one_persons(alpha: Scope) -> None:
    identity.put_profile(alpha, SUPERVISOR)
    identity.put_person(alpha, ana())
    with pytest.raises(EmailTaken):
        identity.put_person(alpha, ana(username="other"))


def test_a_person_who_was_deactivated_may_enter_nothing(two_tenants: tuple[Scope, Scope]) -> None:
    join(two_tenants[0], ana())
    join(two_tenants[0], ana(is_active=False))
    assert identity.access(User.objects.get(), "alpha") is None


def test_a_permission_that_is_no_longer_known_allows_nothing(
    two_tenants: tuple[Scope, Scope],
) -> None:
    join(two_tenants[0], ana())
    with two_tenants[0].active() as alpha:
        AccessProfile.objects.within(alpha).update(permissions=["everything", "dashboard"])
    access = identity.access(User.objects.get(), "alpha")
    assert access is not None
    assert access.permissions == {identity.Permission.DASHBOARD}


def test_a_misspelt_permission_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownPermission, match="listen_audio"):
        identity.permissions_of(["listen_audios"])


def test_a_profile_that_somebody_has_is_not_removed(alpha: Scope) -> None:
    identity.put_profile(alpha, SUPERVISOR)
    identity.put_person(alpha, ana())
    with pytest.raises(ProfileInUse, match="adiaz"):
        identity.remove_profile(alpha, "Supervisor")
