"""Who may call what: bearer tokens, their scopes, and the data that they open.

A token is a tenant's, an operator's or the platform's (`identity.api.token_access`). A tenant
that it may not see is not there (404).
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.contracts import TokenAccess
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.errors import OperatorsAlone
from conmuta.platform import pace
from conmuta.platform.errors import NotFound, Problem, Unauthenticated
from conmuta.platform.scope import Scope
from conmuta.rest.errors import ScopeMissing

View = Callable[..., Any]

REQUESTS_A_MINUTE = 600
FAILURES_A_MINUTE = 30
FILES_A_MINUTE = 30

AT = "/tenants/{tenant}"
"""Where a tenant's addresses begin."""
AT_OPERATOR = "/operators/{operator}"


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`; strangers are counted by their address."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenAccess:
        address = str(request.META.get("REMOTE_ADDR", ""))
        try:
            access = identity.token_access(token, address)
        except Problem:
            pace.take(f"api:{address}", FAILURES_A_MINUTE)
            raise Unauthenticated from None
        left = pace.take(access.subject, REQUESTS_A_MINUTE)
        request.pace_left = left  # type: ignore[attr-defined]
        return access


def needs(noun: str, action: str) -> Callable[[View], View]:
    """A view of a tenant's data, whose address has the tenant; `action` is `read` or `write`."""
    return _door(noun, action, "tenant", tenant_scope)


def needs_keeper(noun: str, action: str) -> Callable[[View], View]:
    """As `needs`, for what a tenant cannot do to itself: its operator's tokens alone."""
    return _door(noun, action, "tenant", _kept_scope)


def needs_operator(noun: str, action: str) -> Callable[[View], View]:
    """A view of an operator's data, whose address has the operator."""
    return _door(noun, action, "operator", operator_scope)


def _door(
    noun: str, action: str, owner: str, find: Callable[[TokenAccess, str], Scope]
) -> Callable[[View], View]:
    def door(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, **kwargs: Any) -> Any:
            access = need(request, noun, action)
            with find(access, kwargs.pop(owner)).active() as scope:
                request.scope_in_force = scope  # type: ignore[attr-defined]
                return view(request, **kwargs)

        checked.__signature__ = _with_owner(view, owner)  # type: ignore[attr-defined]
        checked.door = "token"  # type: ignore[attr-defined]
        return checked

    return door


def _with_owner(view: View, owner: str) -> inspect.Signature:
    """What Ninja reads of the view: its own parameters, and the owner in the address."""
    signature = inspect.signature(view)
    request, *rest = signature.parameters.values()
    added = inspect.Parameter(owner, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str)
    return signature.replace(parameters=[request, added, *rest])


def needs_platform(noun: str, action: str) -> Callable[[View], View]:
    """A view of what is the whole installation's; for others it is not there."""

    def door(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not own_scope(request).is_system:
                raise NotFound(what="such address")
            return view(request, *args, **kwargs)

        return needs_own(noun, action)(checked)

    return door


def needs_own(noun: str, action: str) -> Callable[[View], View]:
    """The same for what is no tenant's: the view runs in the token's own scope."""

    def door(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            access = need(request, noun, action)
            with access.scope.active() as scope:
                request.scope_in_force = scope  # type: ignore[attr-defined]
                return view(request, *args, **kwargs)

        checked.door = "token"  # type: ignore[attr-defined]
        return checked

    return door


def paced_as_file(view: View) -> View:
    """A view that takes a whole file, told or applied: seconds of work, so a token has fewer."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        access: TokenAccess = request.auth  # type: ignore[attr-defined]
        pace.take(f"{access.subject}:files", FILES_A_MINUTE)
        return view(request, *args, **kwargs)

    return checked


def scope_of(request: HttpRequest) -> Scope:
    """The scope that the door put in force."""
    scope: Scope = request.scope_in_force  # type: ignore[attr-defined]
    return scope


def tenant_scope(access: TokenAccess, slug: str) -> Scope:
    """The scope of the tenant `slug`, where this token may see it. Raises `NoSuchTenant`."""
    with access.scope.active():
        found = tenancy.tenant_by_slug(access.scope, slug)
    return Scope.for_tenant(found.id, access.scope.actor)


def _kept_scope(access: TokenAccess, slug: str) -> Scope:
    scope = tenant_scope(access, slug)
    if access.scope.tenant_id is not None:
        raise OperatorsAlone
    return scope


def operator_scope(access: TokenAccess, slug: str) -> Scope:
    """The scope of the operator `slug`, where this token may see it. Raises `NoSuchOperator`."""
    with access.scope.active():
        found = tenancy.operator_by_slug(access.scope, slug)
    return Scope.for_operator(found.id, access.scope.actor)


def own_scope(request: HttpRequest) -> Scope:
    """The scope of the token itself, whatever the address opens: what its owner may do."""
    access: TokenAccess = request.auth  # type: ignore[attr-defined]
    return access.scope


def may(request: HttpRequest, noun: str, action: str) -> bool:
    """Whether the token's scopes allow it. Who may write may read."""
    access: TokenAccess = request.auth  # type: ignore[attr-defined]
    good = {"*", f"{noun}:{action}", f"{noun}:*", f"*:{action}"}
    if action == "read":
        good |= {f"{noun}:write", "*:write"}
    return bool(good & access.scopes)


def need(request: HttpRequest, noun: str, action: str) -> TokenAccess:
    """Raises `ScopeMissing` where they do not."""
    if not may(request, noun, action):
        raise ScopeMissing(needed=f"{noun}:{action}")
    access: TokenAccess = request.auth  # type: ignore[attr-defined]
    return access
