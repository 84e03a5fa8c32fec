"""Two operators, one of them with two companies."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.support import sellers as support
from tests.support.sellers import Sellers

from conmuta.platform.scope import Scope


@pytest.fixture
def sellers(db: None) -> Sellers:
    return support.sellers()


@pytest.fixture
def north(sellers: Sellers) -> Iterator[Scope]:
    """The operator's scope, in force."""
    with sellers.north.active() as scope:
        yield scope


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file of numbers."""

    def write(text: str) -> Path:
        path = tmp_path / "numbers.csv"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def count(db: None) -> Callable[[], int]:
    """How many numbers there are in the whole installation."""

    def counted() -> int:
        with Scope.system("test:count").active(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM numbering_stocknumber")
            row = cursor.fetchone()
            return int(row[0]) if row else 0

    return counted
