"""What the person at the terminal reads once everything runs."""

import os
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.local.test_status import ACME, NODE, NOON, REPORT

from conmuta.local import guide, here, messages, seed
from conmuta.local.errors import MachineError
from conmuta.local.places import CHECKOUT, Places
from conmuta.local.ready import missing, settled, wrong
from conmuta.local.seed import Seeded
from conmuta.local.untold import Person
from conmuta.local.welcome import Where, welcome
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow
from conmuta_plan.outside import InboundNumber, Target, TargetKind
from conmuta_plan.people import ConferenceRoom, Extension, Parking
from conmuta_plan.queues import Agent, Queue


def extension(number: str, name: str, group: str) -> Extension:
    return Extension(
        number=number, account=number, secret=f"secret-{number}", name=name, pickup_groups=(group,)
    )


PLAN = TenantPlan(
    tenant="bootcamp",
    domain="bootcamp.example.test",
    title="ACME S.A.",
    time_zone="America/Montevideo",
    language="es",
    country="UY",
    extensions=(
        extension("550", "Ana Díaz", "callcenter"),
        extension("551", "Diego Bueno", "callcenter"),
        extension("770", "Sebastián Galeano", "ventas"),
    ),
    queues=(Queue(name="ventas", title="Ventas", number="760"), Queue(name="x", title="X")),
    agents=(Agent(number="770", name="Sebastián Galeano", extension="770"),),
    conferences=(ConferenceRoom(number="800", name="Reuniones", pin="8251"),),
    parking=Parking(),
    flows=(Flow(name="principal", title="Menú principal", start="a", steps=()),),
    numbers=(
        InboundNumber(number="24002000", target=Target(kind=TargetKind.FLOW, name="principal")),
    ),
)
WHERE = Where(web="http://127.0.0.1:8000", address="192.0.2.10", sip_port=5060, tls_port=5061)


def told(people: tuple[Person, ...] = ()) -> str:
    seeded = Seeded(
        people=people,
        telephones=guide.telephones(PLAN),
        numbers=guide.numbers(PLAN),
        company=PLAN.title,
    )
    return welcome(seeded, WHERE)


def test_two_telephones_of_different_departments_can_be_copied() -> None:
    text = told()
    assert "Telephone 550 (Ana Díaz)" in text
    assert "Telephone 770 (Sebastián Galeano)" in text
    assert "Telephone 551" not in text
    assert "192.0.2.10:5060 (UDP or TCP; TLS: 5061)" in text
    assert "secret-550" in text


def test_every_number_says_what_it_does() -> None:
    numbers = dict(guide.numbers(PLAN))
    assert numbers["551"] == "rings Diego Bueno"
    assert numbers["760"] == "the queue Ventas"
    assert numbers["800"] == "the conference room Reuniones (PIN 8251)"
    assert numbers["*600"].startswith("says back")
    assert numbers["24002000"] == "what callers from outside reach: flow Menú principal"
    assert "700" in numbers


def test_passwords_are_shown_when_they_were_made_and_only_then() -> None:
    ana = Person(name="Ana Díaz", email="adiaz@example.test", role="supervisor", password="abcd-2")
    assert "abcd-2" in told((ana,))
    assert "shown once" in told((ana,))
    assert "was told at the first start" in told()


def test_a_node_serves_when_asterisk_is_up_and_each_plan_is_in_force_or_refused() -> None:
    started = NOON - timedelta(seconds=6)
    assert missing([NODE], started) == []
    pending = replace(ACME, wanted=8)
    assert missing([replace(NODE, report=None, tenants=(pending,))], started) == [
        "Asterisk on node local",
        "the plan of ACME S.A.",
    ]
    assert missing([NODE], NOON) == ["Asterisk on node local"], "that report is of an earlier run"
    refused = replace(pending, refused=8, reason="no prompt")
    assert settled(refused)
    assert "no prompt" in wrong(replace(NODE, tenants=(refused,)))[0]
    closed = replace(REPORT, problems=("Asterisk could not open SIP port 5060/udp",))
    assert "5060/udp" in wrong(replace(NODE, report=closed))[0]
    assert wrong(NODE) == []
    assert settled(replace(pending, problem="no agents"))
    assert not settled(pending)


def test_keys_are_for_their_owner_alone_and_made_once(tmp_path: Path) -> None:
    seed.make_keys(tmp_path)
    key = tmp_path / "keys" / "django.key"
    first = key.read_text()
    seed.make_keys(tmp_path)
    assert key.read_text() == first
    assert key.stat().st_mode & 0o077 == 0
    assert key.parent.stat().st_mode & 0o077 == 0


def test_the_demo_is_the_boot_camp_company() -> None:
    assert seed.tenant_of_file(CHECKOUT / "examples" / "bootcamp.yaml") == "bootcamp"


def test_messages_are_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "app" / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "Hold"\nmsgstr "Espera"\n')
    assert messages.compile_messages(tmp_path) == 1
    assert (folder / "django.mo").exists()
    assert messages.compile_messages(tmp_path) == 0
    (folder / "other.po").write_text('msgid "Hold\n')
    with pytest.raises(MachineError, match=r"other\.po cannot be compiled"):
        messages.compile_messages(tmp_path)


def test_commands_find_the_private_database_unless_the_settings_name_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("CONMUTA_")]:
        monkeypatch.delenv(name)
    machine = Places(checkout=tmp_path, var=tmp_path / "var", cache=tmp_path / "cache")
    assert here.given_database(machine) is None
    assert here.environment(machine)["CONMUTA_DATABASE_URL"].endswith("/postgres/socket")
    machine.var.mkdir()
    (machine.var / "conmuta.toml").write_text('database_url = "postgresql:///other"\n')
    assert here.given_database(machine) == "postgresql:///other"
    assert here.environment(machine)["CONMUTA_DATABASE_URL"] == "postgresql:///other"
    assert here.environment(machine)["CONMUTA_CONFIG"] == str(machine.var / "conmuta.toml")


def test_a_second_start_goes_straight_to_python() -> None:
    """Nothing is installed, nothing is said, where everything is in place."""
    outcome = subprocess.run(
        [str(CHECKOUT / "conmuta"), "--help"], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0
    assert outcome.stderr == ""
    assert "usage: ./conmuta COMMAND" in outcome.stdout
