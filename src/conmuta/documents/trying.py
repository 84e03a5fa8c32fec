"""What is done to learn whether it can be."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils.translation import get_language

from conmuta.apps.fleet import api as fleet
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta_compiler import InvalidPlan, compile_operator, compile_tenant
from conmuta_plan.operator import OperatorPlan


class NotServable(Invalid):
    """The telephone cannot serve this: {reason}"""

    code = "documents.not_servable"


def refuse_what_does_not_compile(scope: Scope) -> None:
    """Raises `NotServable` where nodes would refuse the plan of `scope`'s owner as it is now."""
    plan = fleet.as_it_stands(scope)
    try:
        if isinstance(plan, OperatorPlan):
            compile_operator(plan)
        else:
            compile_tenant(plan)
    except InvalidPlan as refused:
        raise NotServable(reason=refused.text(get_language() or "en")) from refused


@contextmanager
def undone() -> Iterator[None]:
    """Whatever rows are written inside are as they were, at its end; what a commit would refuse is
    refused before. What was to follow a commit does not happen."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)
