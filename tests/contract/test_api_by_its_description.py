"""The API is tried with what its own description allows, and with what it does not.

Schemathesis makes the requests from `/api/v1/openapi.json`: none is answered with a fault of
ours, and each answer is as described.
"""

import time

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.actions import take_report
from conmuta.apps.fleet.models import Node
from conmuta.apps.identity import api as identity
from conmuta.apps.ledger.models import Block
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta.rest import access
from conmuta.rest.api import api
from conmuta_plan.node import BanTold, NodeReport, NodeSettings

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


KNOWN = {"tenant": "alpha", "operator": "north", "who": "550", "address": "192.0.2.66"}
"""What is there: most made-up names would only ever be not found."""
FACTS = tenancy.TenantFacts(
    domain="alpha.example.test",
    title="Alpha",
    time_zone="America/Montevideo",
    language="es",
    country="UY",
)


@pytest.fixture
def tokens(server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Tokens that may do everything: a company's, an operator's, the platform's. Nobody counts
    their requests. An extension is blocked, an address shut out."""
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 10**9)
    monkeypatch.setattr(access, "FILES_A_MINUTE", 10**9)
    with Scope.system("test:system").active() as system:
        alpha = Scope.for_tenant(tenancy.create_tenant(system, "alpha", FACTS).pk, "test:person")
        made = tenancy.create_operator(system, "north", tenancy.OperatorFacts(title="North"))
        _shut_out(system)
        platform = identity.create_token(system, "all", ["*"])
    with Scope.for_operator(made.id, "test:person").active() as north:
        operator = identity.create_token(north, "all", ["*"])
    with alpha.active():
        block = {"node": 1, "entry": 1, "extension": "550", "reason": "money"}
        Block.objects.within(alpha).create(**block, at=timezone.now())
        company = identity.create_token(alpha, "all", ["*"])
    return {"company": company, "operator": operator, "platform": platform}


def _shut_out(system: Scope) -> None:
    fleet.create_node(system, "one", NodeSettings())
    now = time.time()
    ban = BanTold(address=KNOWN["address"], reason="scanner", at=now, until=now + 3600)
    report = NodeReport(
        revision=0, asterisk_up=True, asterisk_version="22", calls_up=0, registered=0, bans=(ban,)
    )
    take_report(system, Node.objects.get().pk, report)


def _whose(operation: schemathesis.APIOperation) -> str:
    """Whose token opens it."""
    if "{operator}" in operation.path:
        return "operator"
    return "company" if "{tenant}" in operation.path else "platform"


@pytest.mark.parametrize("collection", sorted(OPERATIONS))
def test_every_answer_is_as_described(server: str, tokens: dict[str, str], collection: str) -> None:
    for operation in OPERATIONS[collection]:
        token = tokens[_whose(operation)]
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
        for name in KNOWN.keys() & case.path_parameters.keys():
            case.path_parameters[name] = KNOWN[name]
        case.call_and_validate(
            base_url=server, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS
        )
        asked += 1

    tried()
    return asked
