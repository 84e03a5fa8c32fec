"""What the database of a machine needs before anything serves. Runs as a process of its own.

`python -m conmuta.local.seed` reads a `Wish` as JSON, says on standard error what it does, and
answers a `Seeded` as JSON on standard output.
"""

import os
import secrets as random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from conmuta.local import untold
from conmuta.local.private import keep_secret
from conmuta.local.say import step
from conmuta.local.untold import Person
from conmuta_plan.node import NodeSettings

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope

NODE = "local"
ADMINISTRATOR = "admin@conmuta.example.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`demo` is a company file to apply where the database has no company yet."""

    node: NodeSettings
    demo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """What a telephone needs to register."""

    extension: str
    name: str
    domain: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What the person at the terminal is told, and what the node needs."""

    people: tuple[Person, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    """What can be dialled, and what it does."""
    company: str = ""


def main() -> None:
    """Make the database ready, answer what there is to say."""
    import django

    wish = msgspec.json.decode(sys.stdin.buffer.read(), type=Wish)
    make_keys(state_folder())
    django.setup()
    sys.stdout.buffer.write(msgspec.json.encode(_seed(wish)))


def state_folder() -> Path:
    """The folder that the settings will use."""
    return Path(os.environ["CONMUTA_STATE_DIR"])


def node_token_file(state: Path) -> Path:
    """Where the local node's token is kept, for its owner alone."""
    return state / "keys" / "node.token"


def make_keys(state: Path) -> None:
    """The key that signs sessions, unless it is there; the others are made by their owners."""
    keep_secret(state / "keys" / "django.key", random.token_urlsafe(48), replace=False)


def _seed(wish: Wish) -> Seeded:
    from django.conf import settings

    from conmuta.platform import secrets
    from conmuta.platform.scope import Scope

    secrets.ensure_key_file(settings.CONMUTA.key_file)
    with step("Bringing the database to this version (migrations)"):
        migrate()
    with Scope.system("system:machine").active() as scope:
        _node(scope, wish.node)
        _administrator(scope)
        slug = tenant_of_file(Path(wish.demo)) if wish.demo else ""
        missing = bool(slug) and not _is_there(scope, slug)
    if wish.demo and missing:
        untold.expect(state_folder(), slug)
        with step("Making the demo company: people, telephones, queues, menus, spoken prompts"):
            apply_file(Path(wish.demo))
    return _told(slug) if slug else Seeded(people=untold.read(state_folder()).people)


def migrate() -> None:
    """The database's tables, and the screens' languages, as this version has them."""
    from django.core.management import call_command

    from conmuta.local.messages import compile_messages

    compile_messages()
    call_command("migrate", verbosity=0, interactive=False)


def _node(scope: "Scope", wanted: NodeSettings) -> None:
    """This machine as a node; its token in a file of the agent's."""
    from conmuta.apps.fleet import api as fleet

    file = node_token_file(state_folder())
    if NODE not in {each.name for each in fleet.nodes(scope)}:
        keep_secret(file, fleet.create_node(scope, NODE, wanted), replace=True)
    elif not file.exists():
        keep_secret(file, fleet.renew_token(scope, NODE), replace=True)
    fleet.change_node(scope, NODE, wanted)


def _administrator(scope: "Scope") -> None:
    """The one who may do everything, where there is none yet."""
    from django.db import transaction

    from conmuta.apps.identity import api as identity

    with transaction.atomic():
        password = identity.put_platform_administrator(scope, ADMINISTRATOR, "Administrator")
        if password is not None:
            made = Person(
                name="Administrator", email=ADMINISTRATOR, role="everything", password=password
            )
            untold.add(state_folder(), (made,))


def _is_there(scope: "Scope", slug: str) -> bool:
    from conmuta.apps.tenancy import api as tenancy

    return slug in tenancy.slugs(scope)


def tenant_of_file(path: Path) -> str:
    """The slug of the company that a file describes."""
    from ruamel.yaml import YAML

    return str(YAML(typ="safe").load(path)["tenant"]["slug"])


def apply_file(path: Path) -> None:
    """As `./conmuta apply FILE`; what it prints goes to the terminal, its passwords do not."""
    words = [sys.executable, "-m", "conmuta", "apply", str(path)]
    outcome = subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
    if outcome.returncode != 0:
        sys.exit(f"{path} could not be applied.")


def _told(slug: str) -> Seeded:
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.local import guide
    from conmuta.platform.scope import Scope
    from conmuta.wiring.plans import render

    with Scope.system("system:machine").active() as system:
        tenant = tenancy.slugs(system)[slug]
    with Scope.for_tenant(tenant, "system:machine").active() as scope:
        if untold.read(state_folder()).company == slug:
            _people(scope, slug)
        plan = render(scope)
        return Seeded(
            people=untold.read(state_folder()).people,
            telephones=guide.telephones(plan),
            numbers=guide.numbers(plan),
            company=plan.title,
        )


def _people(scope: "Scope", slug: str) -> None:
    """Everyone of the company gets a password now, that nobody else will ever see."""
    from django.db import transaction

    from conmuta.apps.identity import api as identity

    with transaction.atomic():
        people = tuple(
            Person(
                name=each.name,
                email=each.email,
                role=each.profile,
                password=identity.renew_password(scope, each.username),
            )
            for each in identity.people(scope)
        )
        untold.add(state_folder(), people, company=slug)


if __name__ == "__main__":
    main()
