"""What the API refuses by itself."""

from typing import Any

from conmuta.platform.errors import Conflict, Invalid, Problem, TooLarge


class BodyInvalid(Invalid):
    """The request is not as it must be: see `errors`, each with where and why."""

    code = "api.invalid"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = errors

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"errors": self.errors}


class ScopeMissing(Problem):
    """This token may not do this: it needs {needed}. Make one that has it."""

    code = "api.scope_missing"
    status = 403


class OperatorLifts(Problem):
    """The ceiling of a whole company is its operator's. Ask the operator to lift this block."""

    code = "api.operator_lifts"
    status = 403


class KeyReused(Conflict):
    """This Idempotency-Key was sent before with another request. Take a new key for each."""

    code = "api.idempotency_key_reused"


class ChangedMeanwhile(Problem):
    """Somebody changed this since you read it (If-Match). Read it again, then decide."""

    code = "api.changed_meanwhile"
    status = 412


class KeyTooLong(TooLarge):
    """An Idempotency-Key has 200 characters at most."""

    code = "api.idempotency_key_too_long"
