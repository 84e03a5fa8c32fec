"""Who may open a page. A view without one of these doors fails a test.

Each puts the scope in force before the view runs, and hands it over. A company that is not
one's own is not there (404); in one's own, what the profile does not allow is refused (403).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from conmuta.apps.identity.contracts import Access, OperatorAccess
from conmuta.apps.identity.models import User
from conmuta.apps.identity.permissions import OperatorPermission, Permission
from conmuta.apps.identity.queries import access as access_of
from conmuta.apps.identity.queries import operator_access
from conmuta.apps.tenancy.errors import NoSuchOperator, NoSuchTenant
from conmuta.platform import audit
from conmuta.platform.errors import Forbidden
from conmuta.platform.scope import Scope

HELP_NOTED_SECONDS = 3600

View = Callable[..., HttpResponse]
V = TypeVar("V", bound=Callable[..., Any])


def public(view: V) -> V:
    """Open to strangers."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def for_person(view: View) -> View:
    """Open to whoever is signed in; no company's data. The view gets `(request, user)`."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = _person(request)
        if user is None:
            return redirect_to_login(request.get_full_path())
        return view(request, user, *args, **kwargs)

    checked.door = "person"  # type: ignore[attr-defined]
    return checked


def for_platform(view: View) -> View:
    """Open to platform administrators, over all companies. The view gets `(request, scope)`."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = _person(request)
        if user is None:
            return redirect_to_login(request.get_full_path())
        if not user.is_platform_administrator:
            raise Forbidden
        with Scope.system(f"person:{user.pk}").active() as scope:
            return view(request, scope, *args, **kwargs)

    checked.door = "platform"  # type: ignore[attr-defined]
    return checked


def for_tenant(permission: Permission | None) -> Callable[[View], View]:
    """Open to a company's people with `permission` (None: any of them). The view gets
    `(request, scope, access)`; the address has the company as `tenant`."""

    def door(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, tenant: str, *args: Any, **kwargs: Any) -> HttpResponse:
            user = _person(request)
            if user is None:
                return redirect_to_login(request.get_full_path())
            access = allowed_access(user, tenant, permission)
            request.access = access  # type: ignore[attr-defined]
            scope = Scope.for_tenant(access.tenant_id, f"person:{user.pk}")
            with scope.active(), timezone.override(access.time_zone), _spoken(request, access):
                _note_help(request, scope, access)
                return view(request, scope, access, *args, **kwargs)

        checked.door = "tenant"  # type: ignore[attr-defined]
        return checked

    return door


def for_operator(permission: OperatorPermission | None) -> Callable[[View], View]:
    """Open to an operator's people with `permission` (None: any of them), and to the platform's.
    The view gets `(request, scope, access)`; the address has the operator as `operator`."""

    def door(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, operator: str, *args: Any, **kwargs: Any) -> HttpResponse:
            user = _person(request)
            if user is None:
                return redirect_to_login(request.get_full_path())
            access = allowed_operator(user, operator, permission)
            request.operator_access = access  # type: ignore[attr-defined]
            scope = Scope.for_operator(access.operator_id, f"person:{user.pk}")
            with scope.active(), timezone.override(access.time_zone), _spoken(request, access):
                return view(request, scope, access, *args, **kwargs)

        checked.door = "operator"  # type: ignore[attr-defined]
        return checked

    return door


def allowed_operator(
    user: User, operator: str, permission: OperatorPermission | None
) -> OperatorAccess:
    """Raises `NoSuchOperator` or `Forbidden`."""
    access = operator_access(user, operator)
    if access is None:
        raise NoSuchOperator(slug=operator)
    if permission is not None and permission not in access.permissions:
        raise Forbidden
    return access


def _note_help(request: HttpRequest, scope: Scope, access: Access) -> None:
    """Who helps from the operator is on the company's record, once an hour."""
    if access.helps is None:
        return
    key = f"helps:{access.tenant_id}"
    now = timezone.now().timestamp()
    if now - request.session.get(key, 0) > HELP_NOTED_SECONDS:
        request.session[key] = now
        subject = f"tenancy.tenant:{access.tenant}"
        audit.record(scope, "entered_to_help", subject, operator_id=access.helps)


def _spoken(
    request: HttpRequest, access: Access | OperatorAccess
) -> AbstractContextManager[object]:
    """The company's or the operator's language, for who chose none."""
    user = _person(request)
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or (user and user.language)
    return nullcontext() if has_chosen else translation.override(access.language)


def allowed_access(user: User, tenant: str, permission: Permission | None) -> Access:
    """Raises `NoSuchTenant` or `Forbidden`."""
    access = access_of(user, tenant)
    if access is None:
        raise NoSuchTenant(slug=tenant)
    if permission is not None and permission not in access.permissions:
        raise Forbidden
    return access


def _person(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_active else None
