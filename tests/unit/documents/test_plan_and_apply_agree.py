"""What `plan` says of a file, `apply` does: the same refusal, or none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import api as tenants
from conmuta.documents.api import BadDocument
from conmuta.documents.operators import api as operators
from conmuta.platform.errors import Problem
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

OPERATOR = Path(__file__).parents[3] / "examples" / "operator.yaml"

BAD: dict[str, tuple[str, str]] = {
    "a company's name that meets another's": ("slug: second\n", "slug: bootcamp-west\n"),
    "a domain that another company has": ("second.example.test", "bootcamp.example.test"),
    "a zone that there is not": ("time_zone: Europe/London", "time_zone: Europe/Londres"),
    "a name that leads nowhere": ("{flow: main}", "{flow: nowhere}"),
    "a field that there is not": ("title: Second", "titel: Second"),
    "a speed dial that leads to another": (
        "\nflows:",
        '\nspeed_dials:\n  "61": {name: A, number: "62"}\n  "62": {name: B, number: "61"}\nflows:',
    ),
    "music whose audio nobody has": (
        "\nflows:",
        f'\nmusic:\n  quiet: {{digests: ["{"0" * 64}"]}}\n\nflows:',
    ),
    "a step that turns for ever": (
        "\nflows:\n",
        """
flows:
  circle:
    title: Circle
    start: here
    steps:
      here: {kind: set, variable: a, value: b, exits: {next: here}}
""",
    ),
    "a secret that only its giver has": (
        "\nflows:",
        "\ngateways:\n  out: {host: sip.example.net, username: us, secret: !kept }\n\nflows:",
    ),
    "an extension that hides an emergency": ('  "800": {name', '  "999": {name'),
    "a feature code twice": (
        "telephony:\n",
        'telephony:\n  features: {pickup: "*8", park: "*8"}\n',
    ),
    "a gateway at another company's address": ("127.0.0.82]", "127.0.0.81]"),
    "no YAML at all": ("conmuta: 1", "conmuta: ["),
}

BAD_OPERATOR: dict[str, tuple[str, str]] = {
    "a slug that meets another's": ("slug: operator", "slug: other-west"),
    "a route by a gateway that there is not": ("gateway: mundo", "gateway: nobody"),
    "a company of another operator": ("bootcamp:", "taken:"),
    "a company under another's name": ("bootcamp:", "taken-west:"),
    "an amount that is none": ("cost_limit: ", "cost_limit: much"),
}


def outcome(work: Callable[[], object]) -> str:
    """The refusal in words, "" where there is none."""
    try:
        work()
    except (BadDocument, Problem) as refused:
        return f"{type(refused).__name__}: {refused}"
    return ""


@pytest.fixture
def both(system: Scope, bootcamp: str, second: str) -> str:
    """A company beside which the second comes; the second's file."""
    tenants.apply(system, tenants.read(bootcamp))
    return second


@pytest.mark.parametrize("what", BAD)
def test_plan_refuses_what_apply_refuses(system: Scope, both: str, what: str) -> None:
    text = both.replace(*BAD[what])
    assert text != both
    rows = AuditEntry.guarded.count()
    planned = outcome(lambda: tenants.preview(system, tenants.read(text)))
    assert AuditEntry.guarded.count() == rows
    assert set(tenancy.slugs(system)) == {"bootcamp"}
    assert planned
    assert planned == outcome(lambda: tenants.apply(system, tenants.read(text)))


def test_plan_takes_what_apply_takes_and_leaves_nothing_behind(system: Scope, both: str) -> None:
    rows = AuditEntry.guarded.count()
    planned = tenants.preview(system, tenants.read(both))
    assert AuditEntry.guarded.count() == rows
    assert set(tenancy.slugs(system)) == {"bootcamp"}
    assert planned.passwords == {}
    applied = tenants.apply(system, tenants.read(both))
    assert [(d.verb, d.section, d.key) for d in planned.differences] == [
        (d.verb, d.section, d.key) for d in applied.differences
    ]


@pytest.mark.parametrize("what", BAD_OPERATOR)
def test_an_operators_plan_refuses_what_apply_refuses(system: Scope, what: str) -> None:
    good = OPERATOR.read_text("utf-8")
    own = tenancy.OperatorFacts(title="Other", domain="example.test")
    other = tenancy.create_operator(system, "other", own)
    facts = tenancy.TenantFacts(
        domain="taken.example.test", title="Taken", time_zone="UTC", language="en", country="UY"
    )
    with Scope.for_operator(other.id, "test:other").active() as theirs:
        tenancy.create_tenant(theirs, "taken", facts)
    text = good.replace(*BAD_OPERATOR[what])
    assert text != good
    rows = AuditEntry.guarded.count()
    planned = outcome(lambda: operators.preview(system, operators.read(text), OPERATOR.parent))
    assert AuditEntry.guarded.count() == rows
    assert planned
    applied = outcome(lambda: operators.apply(system, operators.read(text), OPERATOR.parent))
    assert planned == applied
