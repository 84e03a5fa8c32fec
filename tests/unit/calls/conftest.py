"""Fixtures of the tests of calls."""

import pytest
from tests.unit.calls.node import Node

from conmuta.platform.scope import Scope


@pytest.fixture
def node(two_tenants: tuple[Scope, Scope]) -> Node:
    """A node that serves Alpha and Beta."""
    return Node()
