"""Secrets that we make, since people make weak ones."""

import secrets
import string
from itertools import pairwise


def new_password(length: int = 24) -> str:
    """A SIP password that nobody has to type: about 140 bits."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_pin(length: int = 6) -> str:
    """A PIN for a telephone's keys, never one digit repeated nor a plain staircase."""
    while True:
        pin = "".join(secrets.choice(string.digits) for _ in range(length))
        if is_good_pin(pin):
            return pin


def is_good_pin(pin: str) -> bool:
    """Not 0000, 1234, 4321 and the like."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return not (len(steps) == 1 and steps <= {0, 1, 9})
