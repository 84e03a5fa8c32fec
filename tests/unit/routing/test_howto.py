"""The howto of the six steps, followed to the letter."""

import re
from pathlib import Path

import pytest
from tests.unit.routing.test_command import run

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Extension
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import RecordingPolicy, RecordingRule
from conmuta.cli import route
from conmuta.documents.operators import api as operators
from conmuta.platform.scope import Scope
from conmuta.wiring.plans import render
from conmuta_compiler import compile_tenant, recording
from conmuta_compiler.operator.compile import compile_operator

HOWTO = Path(__file__).parents[3] / "docs/howto/open-a-company-in-six-steps.md"


@pytest.fixture
def acme(system: Scope) -> Scope:
    blocks = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text(), re.DOTALL)
    document = operators.read("".join(blocks))
    operators.apply(system, document, None)
    scope = Scope.for_tenant(tenancy.slugs(system)["acme"], "test:person")
    with scope.active():
        people = [
            Extension(number=n, name=n, classes=("local", "international")) for n in ("550", "551")
        ]
        extensions.save_extensions(scope, people)
    return scope


def test_the_company_and_its_operator_compile(acme: Scope, system: Scope) -> None:
    from conmuta.apps.routing import api as routing

    with acme.active():
        plan = render(acme)
    compile_tenant(plan)
    assert plan.operator is not None
    assert len(plan.operator.caller_ids) == 10
    with Scope.for_operator(tenancy.operator_slugs(system)["north"], "test").active() as north:
        compile_operator(routing.operator_plan(north))


def test_a_class_is_recorded_in_each_dial_plan(acme: Scope) -> None:
    with acme.active():
        rule = RecordingRule(record=True, call_class="international")
        trunks.save_recording(acme, [RecordingPolicy(rules=(rule,))])
        plan = render(acme)
    recorded = {each.name for each in plan.classes if recording.of_class(plan, each)}
    assert recorded == {"international", "from-the-old-days-international"}
    own = {each.number: recording.recorded_classes(plan, each) for each in plan.extensions}
    assert set(own["551"]) == recorded


def test_each_dials_as_they_learned(acme: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    assert route.HELP
    assert run("acme", "00541143210987", "--from", "550", "--language", "en") == 1
    assert "this country is closed" in capsys.readouterr().out
    assert run("acme", "24005555", "--from", "551", "--language", "en") == 0
    assert "home (80 % of the calls first): dials 024005555" in capsys.readouterr().out
    run("acme", "8541143210987", "--from", "551", "--language", "en")
    assert "+541143210987" in capsys.readouterr().out
    run("acme", "8541143210987", "--from", "550", "--language", "en")
    assert "no dial plan and no class knows" in capsys.readouterr().out
