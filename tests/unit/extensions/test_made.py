"""Secrets that are made are not those that everybody tries first."""

import pytest

from conmuta.platform.made import is_good_pin, new_password, new_pin


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "7890", "123456", "999999"])
def test_a_staircase_is_no_pin(pin: str) -> None:
    assert not is_good_pin(pin)


def test_made_secrets_are_long_and_never_alike() -> None:
    pins = [new_pin() for _ in range(500)]
    assert all(len(pin) == 6 and pin.isdigit() and is_good_pin(pin) for pin in pins)
    assert len({new_password() for _ in range(500)}) == 500
