"""A node, a store in memory, and requests as the node's agent sends them."""

from collections.abc import Iterator

import pytest
from django.test import Client

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet import ports
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan
from conmuta_plan.node import NodeSettings


@pytest.fixture
def store() -> Iterator[MemoryStorage]:
    memory = MemoryStorage()
    before = ports.storage.bind(lambda: memory)
    yield memory
    ports.storage.bind(before)


@pytest.fixture
def node_token(db: None) -> str:
    with Scope.system("test").active() as scope:
        return fleet.create_node(scope, "node-1", NodeSettings())


@pytest.fixture
def agent(node_token: str) -> Client:
    """Asks as the agent of node-1."""
    return Client(headers={"Authorization": f"Bearer {node_token}"})


@pytest.fixture(autouse=True)
def plain_plans() -> Iterator[None]:
    """Plans of what tenancy alone knows: the fleet does not care what is in them."""
    before = ports.renderer.bind(lambda scope: TenantPlan(**tenancy.plan_part(scope)))
    yield
    ports.renderer.bind(before)
