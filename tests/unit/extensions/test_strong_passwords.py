"""SIP passwords set by hand are strong, or refused with a sentence."""

import secrets

import pytest

from conmuta.apps.extensions.rules import secret_faults
from conmuta.platform.nouns import KEPT


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("short", "12 characters"),
        ("550550550550", "digits alone"),
        ("aaaaaaaabbbbbbb", "6 different"),
        ("Password123456", "common words"),
        ("secreto123456789", "common words"),
        ("asterisk12345678", "common words"),
        ("qwertyadmin550", "common words"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(weak: str, why: str) -> None:
    (fault,) = secret_faults(weak)
    assert why in fault.sentence
    assert "leave it out and one is made" in fault.sentence


@pytest.mark.parametrize("strong", ["", KEPT, "correct-horse-battery", "Tz7kQ2mW9xLp"])
def test_a_strong_one_is_taken(strong: str) -> None:
    assert list(secret_faults(strong)) == []


def test_those_that_we_make_are_strong() -> None:
    for _ in range(1000):
        assert list(secret_faults(secrets.token_urlsafe(18))) == []
