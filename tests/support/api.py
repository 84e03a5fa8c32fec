"""Programs that call the API with a token of their own."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from conmuta.apps.identity import api as identity
from conmuta.platform.scope import Scope

Call = Callable[..., Any]
YAML, JSON = "application/yaml", "application/json"


def program(scope: Scope, *scopes: str) -> Call:
    """`call(method, path, body, kind)` with a token of the owner of `scope`; `*` unless said."""
    with scope.active():
        name = " ".join(scopes) or "all"
        token = identity.create_token(scope, name, scopes or ["*"])

    def call(method: str, path: str, body: object = "", kind: str = JSON, **headers: str) -> Any:
        return Client().generic(
            method,
            f"/api/v1{path}",
            body if isinstance(body, str | bytes) else json.dumps(body),
            content_type=kind,
            headers={"Authorization": f"Bearer {token}", **headers},
        )

    return call
