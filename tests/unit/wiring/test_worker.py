"""The worker as a process: it delivers, runs jobs, and stops when asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.db import connection
from tests.support_node.waiting import eventually

from conmuta.adapters.mail import actions, queries
from conmuta.platform.scope import Scope
from conmuta.platform.tasks import forget_told_events

START = "import django; django.setup(); from conmuta.wiring import worker; exit(worker.main())"


@pytest.fixture
def worker(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    held = connection.settings_dict
    address = f"postgresql:///{held['NAME']}?host={held['HOST']}&user={held['USER']}"
    environment = os.environ | {
        "CONMUTA_DATABASE_URL": address,
        "CONMUTA_STATE_DIR": str(settings.CONMUTA.state_dir),
        "PYTHONPATH": "src",
    }
    process = subprocess.Popen([sys.executable, "-c", START], env=environment)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def test_the_worker_delivers_and_runs_jobs_and_stops(worker: subprocess.Popen[bytes]) -> None:
    mail_id, job_id = _post(), forget_told_events.defer(timestamp=0)
    eventually(lambda: _state(mail_id) == "kept")
    eventually(lambda: _job_status(job_id) == "succeeded")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0


def _post() -> int:
    message = EmailMessage()
    message["To"], message["Subject"] = "ana@example.test", "Fax"
    message.set_content("1 page")
    with Scope.system("test").active() as scope:
        return actions.post(scope, message, "fax-1")


def _state(mail_id: int) -> str:
    with Scope.system("test").active() as scope:
        return queries.read(scope, mail_id).mail.state


def _job_status(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        row = cursor.fetchone()
    return str(row[0]) if row else ""
