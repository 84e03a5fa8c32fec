"""Two operators with hosts and domains, and a store for mails in memory."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.cache import cache

from conmuta.adapters.mail import ports as mail_ports
from conmuta.adapters.mail.models import Mail
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.identity import api as identity
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import ports as tenancy_ports
from conmuta.platform import outbox
from conmuta.platform.scope import Scope
from conmuta.wiring.events import SUBSCRIPTIONS

Scopes = tuple[Scope, Scope]

ORDER = identity.NewTenant(
    title="Panadería Sur",
    subdomain="panaderia",
    administrator=identity.Administrator(
        name="Ana Díaz", email="Ana@panaderia.example.test", telephone="+598 99 123 456"
    ),
    country="UY",
    time_zone="America/Montevideo",
    language="es",
)


@pytest.fixture
def store() -> Iterator[MemoryStorage]:
    cache.clear()
    memory = MemoryStorage()
    seams = (mail_ports.storage, tenancy_ports.storage)
    before = [seam.bind(lambda: memory) for seam in seams]
    yield memory
    for seam, bound in zip(seams, before, strict=True):
        seam.bind(bound)


@pytest.fixture
def sellers(two_operators: Scopes, store: MemoryStorage) -> Scopes:
    """North, with a brand, and South."""
    with Scope.system("test").active() as system:
        for slug in ("north", "south"):
            facts = tenancy.OperatorFacts(
                title=slug.title(), domain=f"{slug}.example.test", host=f"pbx.{slug}.example.test"
            )
            tenancy.change_operator(system, slug, facts)
    brand = tenancy.Brand(
        name="Norte PBX",
        colour="#1f4b99",
        ink="#ffffff",
        support="help@north.example.test",
        sender="pbx@north.example.test",
    )
    with two_operators[0].active() as north:
        tenancy.set_brand(north, "north", brand)
    return two_operators


@pytest.fixture
def opened(sellers: Scopes) -> Scope:
    """The bakery that North opened; its scope is not in force."""
    with sellers[0].active() as north:
        made = identity.open_tenant(north, ORDER)
    return Scope.for_tenant(made.id, "test:person")


SYSTEM = Scope.system("test")


def delivered(scope: Scope = SYSTEM) -> list[EmailMessage]:
    """The mails that `scope` sees after the worker's round, the oldest first."""
    while outbox.deliver_due(SUBSCRIPTIONS):
        pass
    store = mail_ports.storage.get()()
    with scope.active():
        rows = list(Mail.objects.within(scope).order_by("pk"))
    return [
        message_from_bytes(store.open(row.sha256).read(), policy=policy.default) for row in rows
    ]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(mail: EmailMessage) -> str:
    """The path of the link in a mail."""
    [word] = [word for word in text_of(mail).split() if "/welcome/" in word]
    return "/accounts/" + word.partition("/accounts/")[2]
