"""What every test may ask for: a database of its own kind, and scopes."""

from collections.abc import Iterator

import pytest
from tests.support.web import serving

from conmuta.local.postgres import PostgresCluster, temporary_cluster
from conmuta.platform.scope import Scope

LONGEST = (
    "test_whole_machine",
    "test_annex_d",
    "test_agent_records",
    "test_agent_applies",
    "test_rehearsal_matches_asterisk",
    "test_queues",
    "test_mailboxes",
    "test_annex_d_at_every_hour",
    "test_voicemail",
    "test_fax",
    "test_first_call",
    "test_agent_files",
    "test_agent_disk",
    "test_extension_to_extension",
    "test_hold_transfer_and_park",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: side by side, nobody has to wait for one that began last."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    with temporary_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres_cluster: PostgresCluster,
) -> None:
    """Points Django at the private cluster before the test database is made."""
    from django.conf import settings
    from django.db import connections

    from conmuta.wiring.database import database_settings

    database = database_settings(postgres_cluster.url("postgres"))
    connections["default"].settings_dict.update(database)
    settings.DATABASES["default"].update(database)


@pytest.fixture(scope="session", autouse=True)
def conmuta_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A state folder of this run: keys and files never touch the checkout."""
    from dataclasses import replace

    from django.conf import settings

    from conmuta.platform import secrets

    folder = tmp_path_factory.mktemp("state")
    settings.CONMUTA = replace(
        settings.CONMUTA,
        state_dir=folder,
        key_file=folder / "keys" / "secrets.keys",
        storage_dir=folder / "files",
    )
    secrets.ensure_key_file(settings.CONMUTA.key_file)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language that a request asked for ends with its test."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture
def system(db: None) -> Iterator[Scope]:
    """The whole installation's scope, in force."""
    with Scope.system("test:system").active() as scope:
        yield scope


@pytest.fixture
def two_tenants(db: None) -> tuple[Scope, Scope]:
    """Scopes of two companies, Alpha and Beta; neither is in force."""
    from conmuta.apps.tenancy import api as tenancy

    with Scope.system("test:system").active() as scope:
        rows = [
            tenancy.create_tenant(
                scope,
                slug,
                tenancy.TenantFacts(
                    domain=f"{slug}.example.test",
                    title=slug.title(),
                    time_zone="America/Montevideo",
                    language="es",
                    country="UY",
                ),
            )
            for slug in ("alpha", "beta")
        ]
    alpha, beta = (Scope.for_tenant(row.pk, "test:person") for row in rows)
    return alpha, beta


@pytest.fixture
def alpha(two_tenants: tuple[Scope, Scope]) -> Iterator[Scope]:
    """Alpha's scope, in force. Beta exists beside it."""
    with two_tenants[0].active() as scope:
        yield scope


@pytest.fixture
def two_operators(db: None) -> tuple[Scope, Scope]:
    """Scopes of two operators, North and South; neither is in force."""
    from conmuta.apps.tenancy.models import Operator

    with Scope.system("test:system").active():
        rows = [Operator.guarded.create(slug=s, title=s.title()) for s in ("north", "south")]
    north, south = (Scope.for_operator(row.pk, "test:operator") for row in rows)
    return north, south


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The web server as it runs in earnest, on a port of its own; its address."""
    with serving() as address:
        yield address
