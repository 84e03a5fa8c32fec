"""Passwords that nobody read because the start failed are shown by the next one."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from conmuta.local import untold
from conmuta.local.postgres import PostgresCluster
from conmuta.local.seed import Seeded, Wish
from conmuta_plan.node import NodeSettings

COMPANY = """
conmuta: 1
tenant:
  slug: small
  domain: small.example.test
  title: Small
  time_zone: Europe/London
  language: en
  country: GB
departments:
  office: {title: Office, description: Everybody}
profiles:
  Operator: {permissions: [listen_audio]}
users:
  ana: {name: Ana, email: ana@small.example.test, profile: Operator, monitors: [office]}
"""


def seed(state: Path, database: str) -> Seeded:
    """What a start does before anything serves."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("CONMUTA_")}
    given |= {"CONMUTA_STATE_DIR": str(state), "CONMUTA_DATABASE_URL": database}
    given |= {"DJANGO_SETTINGS_MODULE": "conmuta.wiring.settings"}
    company = state / "small.yaml"
    company.write_text(COMPANY)
    wish = msgspec.json.encode(Wish(node=NodeSettings(), demo=str(company)))
    line = [sys.executable, "-m", "conmuta.local.seed"]
    done = subprocess.run(line, input=wish, capture_output=True, env=given, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=Seeded)


def test_the_passwords_of_a_start_that_failed_are_shown_by_the_next(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    postgres_cluster.ensure_database("first_words")
    database = postgres_cluster.url("first_words")
    lost = seed(tmp_path, database).people
    assert [each.name for each in lost] == ["Administrator", "Ana"]
    assert seed(tmp_path, database).people == lost
    kept = tmp_path / "keys" / "first-passwords"
    assert kept.stat().st_mode & 0o077 == 0
    assert not [each for each in lost if each.password in kept.read_text()]
    untold.forget(tmp_path)  # as once they were shown
    assert seed(tmp_path, database).people == ()
