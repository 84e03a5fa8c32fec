"""Errors that a person may read: a code, a status, and a sentence with a way out.

The docstring of a class is its sentence, with the facts in braces::

    class NumberInUse(Conflict):
        \"\"\"{number} already rings in {where}. Free it there first.\"\"\"
        code = "trunks.number_in_use"

    raise NumberInUse(number="551", where="Sales")
"""

from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.translation import gettext


class Problem(Exception):
    """Something went wrong. Try again, or tell your administrator."""

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 500

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(type(self).sentence().format(**facts))

    @classmethod
    def sentence(cls) -> str:
        return " ".join((cls.__doc__ or "").split())

    def __str__(self) -> str:
        """The sentence in the reader's language."""
        return gettext(type(self).sentence()).format(**self.facts)

    def as_json(self) -> dict[str, Any]:
        """RFC 9457's members."""
        members = {key: _plain(fact) for key, fact in self.facts.items()}
        return members | {
            "type": f"urn:conmuta:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
        }


def _plain(fact: object) -> object:
    return fact if isinstance(fact, int | float | bool | None) else str(fact)


class Invalid(Problem):
    """This is not valid: {reason}"""

    code = "invalid"
    status = 422


class Unauthenticated(Problem):
    """Sign in first."""

    code = "unauthenticated"
    status = 401


class Forbidden(Problem):
    """You may not do this. Ask whoever administers your company."""

    code = "forbidden"
    status = 403


class NotFound(Problem):
    """There is no {what} here."""

    code = "not_found"
    status = 404


class Conflict(Problem):
    """Somebody changed this meanwhile. Look at it again."""

    code = "conflict"
    status = 409


class DatabaseAway(Problem):
    """The database does not answer. Nothing that was saved is lost: try again in a moment."""

    code = "database_away"
    status = 503


class TooLarge(Problem):
    """This is larger than the {limit} bytes that are taken here."""

    code = "too_large"
    status = 413


class TooManyRequests(Problem):
    """More than {limit} requests in a minute. Try again in {seconds} seconds."""

    code = "too_many_requests"
    status = 429
