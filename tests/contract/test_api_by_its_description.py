"""The API is tried with what its own description allows, and with what it does not.

Schemathesis makes the requests from `/api/v1/openapi.json`: none is answered with a fault of
ours, and each answer is as described.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conmuta.apps.identity import api as identity
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta.rest import access
from conmuta.rest.api import api

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1"))
REQUESTS = 8


def _collection(operation: schemathesis.APIOperation) -> str:
    """`/api/v1/tenants/{tenant}/extensions/{key}` is of the extensions."""
    parts = [part for part in operation.path.split("/")[3:] if not part.startswith("{")]
    return parts[-1] if len(parts) < 3 else parts[1]


OPERATIONS: dict[str, list[schemathesis.APIOperation]] = {}
for found in SCHEMA.get_all_operations():
    OPERATIONS.setdefault(_collection(found.ok()), []).append(found.ok())


@pytest.fixture
def token(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token of a company's that may do everything; nobody counts its requests."""
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 10**9)
    facts = tenancy.TenantFacts(
        domain="alpha.example.test",
        title="Alpha",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
    with Scope.system("test:system").active() as scope:
        alpha = Scope.for_tenant(tenancy.create_tenant(scope, "alpha", facts).pk, "test:person")
    with alpha.active():
        return identity.create_token(alpha, "all", ["*"])


@pytest.mark.parametrize("collection", sorted(OPERATIONS))
def test_every_answer_is_as_described(server: str, token: str, collection: str) -> None:
    for operation in OPERATIONS[collection]:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            assert _tried(operation, mode, server, token) > 0, operation.label


def _tried(
    operation: schemathesis.APIOperation, mode: GenerationMode, server: str, token: str
) -> int:
    """How many requests were answered as described. Raises what was not."""
    asked = 0

    @settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: schemathesis.Case) -> None:
        nonlocal asked
        if "tenant" in case.path_parameters:
            case.path_parameters["tenant"] = "alpha"
        case.call_and_validate(
            base_url=server, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS
        )
        asked += 1

    tried()
    return asked
