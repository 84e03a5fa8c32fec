"""Secrets are sealed at rest, masked in records, and never in a log."""

import base64
import io
import logging
from pathlib import Path

import pytest
import structlog

from conmuta.platform import audit, logs, secrets
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope


def key() -> bytes:
    return base64.b64decode(secrets.new_key())


def test_a_sealed_secret_opens_again_and_tells_nothing() -> None:
    box = secrets.Box([key()])
    sealed = box.seal("hunter2")
    assert "hunter2" not in sealed
    assert box.open(sealed) == "hunter2"
    assert box.seal("hunter2") != sealed


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, new = key(), key()
    sealed = secrets.Box([old]).seal("hunter2")
    both = secrets.Box([new, old])
    assert both.open(sealed) == "hunter2"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(both.open(sealed)))


def test_a_secret_that_was_tampered_with_is_refused() -> None:
    box = secrets.Box([key()])
    sealed = box.seal("hunter2")
    with pytest.raises(secrets.SecretUnreadable):
        box.open(sealed[:-6] + ("AAAAA=" if sealed[-6:] != "AAAAA=" else "BBBBB="))
    with pytest.raises(secrets.SecretUnreadable):
        secrets.Box([key()]).open(sealed)


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secrets.keys"
    secrets.ensure_key_file(file)
    before = file.read_text()
    secrets.ensure_key_file(file)
    assert file.read_text() == before
    assert file.stat().st_mode & 0o077 == 0


def test_the_audit_does_not_know_passwords(alpha: Scope) -> None:
    audit.record(
        alpha,
        "changed",
        "extensions.extension:550",
        before={"secret": "hunter2", "name": "Ana"},
        after={"secret": "hunter3", "mailbox": {"pin": "4711"}, "classes": ["local"]},
    )
    entry = AuditEntry.objects.within(alpha).latest("pk")
    assert entry.before == {"secret": audit.MASK, "name": "Ana"}
    assert entry.after == {
        "secret": audit.MASK,
        "mailbox": {"pin": audit.MASK},
        "classes": ["local"],
    }


def test_a_log_line_hides_what_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _logged(monkeypatch, lambda log: log.info("tried", password="hunter2", tenant="alpha"))
    assert "hunter2" not in lines
    assert "alpha" in lines


def test_a_traceback_in_the_log_shows_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(log: structlog.stdlib.BoundLogger) -> None:
        try:
            _use("".join(["hun", "ter2"]))
        except ValueError:
            log.exception("failed")

    lines = _logged(monkeypatch, fail)
    assert "ValueError" in lines
    assert "hunter2" not in lines


def _use(sip_password: str) -> None:
    raise ValueError(len(sip_password))


def _logged(monkeypatch: pytest.MonkeyPatch, speak) -> str:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    heard = io.StringIO()
    monkeypatch.setattr("sys.stderr", heard)
    logs.configure("INFO")
    try:
        speak(structlog.get_logger("conmuta.test"))
    finally:
        root.handlers, root.level = before
    return heard.getvalue()


def test_a_link_that_sets_a_password_is_not_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def speak(_: object) -> None:
        for link in ("welcome/5_T5XRpk/", "password/reset/key/1-c4f/"):
            logging.getLogger("django.request").warning("Not Found: %s", f"/accounts/{link}")

    told = _logged(monkeypatch, speak)
    assert told.count("Not Found: /accounts/") == 2
    assert "5_T5XRpk" not in told
    assert "1-c4f" not in told
