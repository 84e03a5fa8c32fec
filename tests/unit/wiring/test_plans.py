"""A tenant's plan is put together from all apps, each giving what is its own."""

from typing import Any

import pytest

from conmuta.apps.trunks import api as trunks
from conmuta.platform.scope import Scope
from conmuta.wiring import plans


def test_a_new_company_has_a_plan(alpha: Scope) -> None:
    plan = plans.render(alpha)
    assert (plan.tenant, plan.domain, plan.time_zone) == (
        "alpha",
        "alpha.example.test",
        "America/Montevideo",
    )
    assert plan.extensions == ()


def test_two_apps_do_not_give_the_same_part(alpha: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(scope: Scope) -> dict[str, Any]:
        return {"title": "Mine"}

    monkeypatch.setattr(trunks, "plan_part", greedy)
    with pytest.raises(ValueError, match=r"trunks\.api gives title"):
        plans.render(alpha)
