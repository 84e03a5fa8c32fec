"""An operator sees its own and which tenants it has; never another's, nor what tenants have."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, models, transaction

from conmuta.apps.identity import api as identity
from conmuta.apps.identity.models import AccessProfile
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.models import Operator, Tenant
from conmuta.platform import audit, nouns, outbox, rls
from conmuta.platform.models import (
    AuditEntry,
    OperatorModel,
    OutboxEvent,
    UnscopedQuery,
    operator_models,
)
from conmuta.platform.scope import Scope
from conmuta.platform.secrets import EncryptedTextField

Scopes = tuple[Scope, Scope]


class LineRow(OperatorModel):
    """A table of an operator's, as an app would have one."""

    name = models.CharField(max_length=40)
    password = EncryptedTextField()
    backup = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta(OperatorModel.Meta):
        app_label = "tests"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "name"], name="line_name")
        ]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    password: str = ""
    backup: str | None = None


LINES = nouns.Noun(
    name="tests.line",
    model=LineRow,
    spec=Line,
    references={"backup": nouns.Reference("tests.line")},
    secrets=frozenset({"password"}),
    makers={"password": lambda: "made-here"},
)


@pytest.fixture
def lines(db: None) -> None:
    """The table; it goes with the test's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(LineRow)
        for statement in rls.statements(LineRow._meta.db_table, None, "operator_id"):
            editor.execute(statement)


@pytest.fixture
def tenants_of_both(two_operators: Scopes) -> Scopes:
    """The scopes of norteno, of North, and sureno, of South."""
    found = []
    with Scope.system("test").active() as system:
        for slug, operator in (("norteno", "north"), ("sureno", "south")):
            facts = tenancy.TenantFacts(
                domain=f"{slug}.example.test",
                title=slug.title(),
                time_zone="America/Montevideo",
                language="es",
                country="UY",
            )
            row = tenancy.create_tenant(system, slug, facts, operator)
            found.append(Scope.for_tenant(row.pk, "test:person"))
    return found[0], found[1]


def test_a_scope_is_one_owners() -> None:
    with pytest.raises(ValueError, match="never both"):
        Scope(1, "test", 1)


def test_an_operator_sees_itself_and_its_tenants_alone(
    two_operators: Scopes, tenants_of_both: Scopes
) -> None:
    for scope, slug, own in zip(
        two_operators, ("north", "south"), ("norteno", "sureno"), strict=True
    ):
        with scope.active():
            assert _by_sql("SELECT slug FROM tenancy_operator") == [slug]
            assert _by_sql("SELECT slug FROM tenancy_tenant") == [own]
            assert [row.slug for row in Operator.objects.within(scope)] == [slug]
            assert [row.slug for row in Tenant.objects.within(scope)] == [own]


def test_a_tenant_sees_its_operator_and_cannot_change_it(tenants_of_both: Scopes) -> None:
    with tenants_of_both[0].active() as norteno:
        assert _by_sql("SELECT slug FROM tenancy_operator") == ["north"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tenancy_operator SET title = 'x'")
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM tenancy_operator")
            assert cursor.rowcount == 0
        assert Tenant.objects.within(norteno).select_related("operator").get().operator_id


def test_an_operator_does_not_take_anothers_tenant(
    two_operators: Scopes, tenants_of_both: Scopes
) -> None:
    north, south = two_operators
    with north.active(), connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_tenant SET operator_id = %s", [north.operator_id])
        assert cursor.rowcount == 1
    with north.active(), pytest.raises(DatabaseError), transaction.atomic():
        Tenant.objects.within(north).update(operator_id=south.operator_id)


def test_what_a_tenant_has_is_not_its_operators(
    two_operators: Scopes, tenants_of_both: Scopes
) -> None:
    with tenants_of_both[0].active() as norteno:
        identity.put_profile(norteno, identity.Profile(name="Agent"))
    with two_operators[0].active() as north:
        assert not AccessProfile.objects.within(north).exists()
        assert _by_sql("SELECT name FROM identity_accessprofile") == []
    with two_operators[0].active(), pytest.raises(UnscopedQuery):
        AccessProfile.objects.within(tenants_of_both[0])


def test_an_operators_scope_is_not_anothers(two_operators: Scopes) -> None:
    north, south = two_operators
    with north.active(), pytest.raises(UnscopedQuery):
        Operator.objects.within(south)
    with north.active(), pytest.raises(UnscopedQuery):
        Operator.objects.within(Scope.system("test"))


def test_the_audit_and_the_outbox_are_its_own(
    two_operators: Scopes, tenants_of_both: Scopes
) -> None:
    north, south = two_operators
    with north.active():
        audit.record(north, "created", "tests.line:one")
        outbox.record(_Rang("north"), north)
    with tenants_of_both[0].active() as norteno:
        audit.record(norteno, "suspended", "x", operator_id=north.operator_id)
        assert AuditEntry.objects.within(norteno).filter(verb="suspended").exists()
    for scope, verbs, events in ((north, ["created", "suspended"], 1), (south, [], 0)):
        with scope.active():
            rows = AuditEntry.objects.within(scope).order_by("pk")
            assert [row.verb for row in rows if row.subject in {"tests.line:one", "x"}] == verbs
            assert OutboxEvent.objects.within(scope).count() == events


def test_an_event_of_an_operator_is_delivered_in_its_scope(two_operators: Scopes) -> None:
    north, heard = two_operators[0], []
    with north.active():
        outbox.record(_Rang("north"), north)
    outbox.deliver_due([outbox.Subscription(_Rang, "test.hear", heard.append)])
    assert [delivery.scope for delivery in heard] == [north]


def test_an_operators_objects_are_put_and_removed_by_name(
    lines: None, two_operators: Scopes
) -> None:
    north, south = two_operators
    with north.active():
        nouns.put(north, LINES, [Line(name="first")])
        made = nouns.put(north, LINES, [Line(name="second", password="s", backup="first")])
        assert [change.verb for change in made] == ["created"]
        assert nouns.put(north, LINES, [Line(name="first", password=nouns.KEPT)]) == []
        assert nouns.load(north, LINES)["first"].password == "made-here"
        entry = AuditEntry.objects.within(north).order_by("-pk")[0]
        assert (entry.operator_id, entry.tenant_id) == (north.operator_id, None)
        assert entry.after["password"] == audit.MASK
    with south.active():
        assert nouns.load(south, LINES) == {}
        assert nouns.remove(south, LINES, ["first"]) == []
        with pytest.raises(nouns.UnknownName):
            nouns.put(south, LINES, [Line(name="mine", backup="first")])
        nouns.put(south, LINES, [Line(name="first", password="other")])
    with north.active():
        assert nouns.load(north, LINES)["first"].password == "made-here"
        nouns.remove(north, LINES, ["second"])
        assert list(nouns.load(north, LINES)) == ["first"]


def test_a_tenant_neither_reads_nor_writes_its_operators_objects(
    lines: None, two_operators: Scopes, tenants_of_both: Scopes
) -> None:
    north = two_operators[0]
    with north.active():
        nouns.put(north, LINES, [Line(name="first")])
    with tenants_of_both[0].active() as norteno:
        assert nouns.load(norteno, LINES) == {}
        assert _by_sql("SELECT name FROM tests_linerow") == []
        with pytest.raises(UnscopedQuery):
            nouns.put(norteno, LINES, [Line(name="mine")])
        with pytest.raises(DatabaseError), transaction.atomic():
            LineRow.guarded.create(operator_id=north.operator_id, name="mine", password="x")
    with Scope.system("test").active() as system:
        assert LineRow.objects.within(system).count() == 1
        with pytest.raises(UnscopedQuery):
            nouns.put(system, LINES, [Line(name="mine")])


def test_every_table_of_an_operator_has_forced_row_security(db: None) -> None:
    secured = _by_sql(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity "
        "AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
    )
    owned = _by_sql(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attname = 'operator_id' "
        "AND c.relkind IN ('r', 'p') AND n.nspname = 'public' AND NOT a.attisdropped"
    )
    assert set(owned) - set(secured) == set()
    assert {model._meta.db_table for model in operator_models()} - set(secured) == set()


@dataclass(frozen=True, slots=True)
class _Rang:
    line: str


def _by_sql(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]
