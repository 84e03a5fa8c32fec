"""Whatever stands anywhere in a file, it is answered by a plan or by what is wrong with it."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.api import Call, program
from tests.unit.documents.conftest import EXAMPLES, voice

from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import api as documents
from conmuta.documents.operators import api as operators
from conmuta.platform.scope import Scope
from conmuta.rest import access

__all__ = ["voice"]

SYSTEM = Scope.system("test:platform")
TEXTS = st.text(max_size=12) | st.sampled_from(["!kept", "550", "598", "../x", "a" * 300, "0.1"])
VALUES = st.recursive(
    TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
ANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def examples(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Call, Call]:
    """The example operator and its company: programs of both that nobody counts."""
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 10**9)
    monkeypatch.setattr(access, "FILES_A_MINUTE", 10**9)
    with SYSTEM.active():
        operators.apply(SYSTEM, operators.read((EXAMPLES / "operator.yaml").read_text("utf-8")))
        documents.apply(SYSTEM, documents.read((EXAMPLES / "bootcamp.yaml").read_text("utf-8")))
        company = Scope.for_tenant(tenancy.slugs(SYSTEM)["bootcamp"], "test:person")
        operator = tenancy.operator_slugs(SYSTEM)["operator"]
    return program(company), program(Scope.for_operator(operator, "test:person"))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a file."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return [path]
    return [path, *(found for key, each in inner for found in places(each, (*path, key)))][1:] or [
        path
    ]


def changed(file: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(file)
    at = made
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return made


def try_all(call: Call, address: str) -> None:
    file = call("GET", f"{address}?form=json").json()
    there = places(file)

    @ANY
    @given(st.sampled_from(there), VALUES)
    def anything(path: tuple[Any, ...], value: Any) -> None:
        answer = call("POST", f"{address}?preview=true", changed(file, path, value))
        assert answer.status_code in {200, 409, 413, 422}, (path, value, answer.content)
        if answer.status_code == 422:
            told = answer.json()
            assert told["detail"]
            assert all(fault["detail"] for fault in told.get("errors", []))

    anything()


def test_anything_in_a_companys_file(examples: tuple[Call, Call]) -> None:
    try_all(examples[0], "/tenants/bootcamp/document")


def test_anything_in_an_operators_file(examples: tuple[Call, Call]) -> None:
    try_all(examples[1], "/operators/operator/document")
