"""A file becomes a tenant; the tenant becomes the file again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conmuta.adapters.speech import ToneSpeech
from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.callflow import ports
from conmuta.apps.extensions import api as extensions
from conmuta.apps.fleet.models import PlanState
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import telling
from conmuta.documents.api import Applied, BadDocument, Choices, apply, export, preview, read
from conmuta.documents.differences import differences
from conmuta.platform.errors import Problem
from conmuta.platform.models import AuditEntry
from conmuta.platform.nouns import SecretMissing
from conmuta.platform.scope import Scope
from conmuta.wiring.plans import render
from conmuta_compiler import compile_tenant
from conmuta_plan import TenantPlan, digest
from conmuta_plan.flows import Flow, FlowStep


@contextmanager
def inside(system: Scope, slug: str) -> Iterator[Scope]:
    """The scope of a tenant, in force."""
    tenant = tenancy.tenant_by_slug(system, slug)
    with Scope.for_tenant(tenant.id, "test:person").active() as scope:
        yield scope


def plan_of(system: Scope, slug: str) -> TenantPlan:
    with inside(system, slug) as scope:
        return render(scope)


def exported(system: Scope, slug: str, *, with_secrets: bool = False) -> str:
    with inside(system, slug) as scope:
        return export(scope, Choices(with_secrets=with_secrets))


def changes(applied: Applied) -> list[str]:
    return [f"{item.verb} {item.section}.{item.key}" for item in applied.changes]


def test_the_boot_camp_company_compiles(system: Scope, bootcamp: str) -> None:
    applied = apply(system, read(bootcamp))
    plan = plan_of(system, "bootcamp")
    assert len(plan.extensions) == 6
    assert all(len(item.secret) == 24 for item in plan.extensions)
    assert all(item.mailbox and len(item.mailbox.pin) == 6 for item in plan.extensions)
    assert len(plan.prompts) == 15
    assert plan.flow_classes == ("local", "mobile")
    assert set(applied.passwords) == {
        "adiaz", "dbueno", "sgaleano", "mmato", "lgianoni", "disola"
    }  # fmt: skip
    assert "extensions.conf" in compile_tenant(plan)


def test_an_unchanged_file_changes_nothing(system: Scope, bootcamp: str, voice: ToneSpeech) -> None:
    apply(system, read(bootcamp))
    spoken, rows = list(voice.spoken), AuditEntry.objects.within(system).count()
    PlanState.objects.within(system).update(stale=False)
    again = apply(system, read(bootcamp))
    assert again.differences == ()
    assert AuditEntry.objects.within(system).count() == rows
    assert not PlanState.objects.within(system).filter(stale=True).exists()
    assert voice.spoken == spoken


def test_a_preview_says_what_apply_then_does(system: Scope, bootcamp: str) -> None:
    shown = preview(system, read(bootcamp))
    assert list(tenancy.slugs(system)) == []
    assert changes(apply(system, read(bootcamp))) == changes(shown)
    assert preview(system, read(bootcamp)).differences == ()


def test_a_change_is_told_field_by_field(system: Scope, bootcamp: str) -> None:
    apply(system, read(bootcamp))
    other = bootcamp.replace("strategy: ringall", "strategy: linear")
    other = other.replace("invalid_tries: 3", "invalid_tries: 2", 1)
    lines = list(telling.preview(preview(system, read(other)), "en"))
    assert "~ change queues.administracion" in lines
    assert "    strategy: ringall → linear" in lines
    assert "    steps.menu-diurno.fields.invalid_tries: 3 → 2" in lines
    assert lines[-1] == "bootcamp: 0 to create, 2 to change, 0 to remove."


def test_no_secret_is_told(system: Scope, bootcamp: str) -> None:
    ana = "    name: Ana Díaz\n    person"
    other = bootcamp.replace(ana, f"    secret: swordfish-swordfish\n{ana}")
    for language in ("es", "en"):
        told = "\n".join(telling.preview(preview(system, read(other)), language))
        assert "swordfish" not in told
        assert "7391" not in told
        assert "secret: •••" in told


def test_what_a_web_service_is_sent_is_not_told() -> None:
    """Neither what it was nor what it becomes."""

    def asks(key: str) -> Flow:
        url = f"https://crm.example.com/find?key={key}"
        fields = {"url": url, "headers": {"X-Api-Key": key}, "body": key}
        steps = (FlowStep(name="ask", kind="web_service", fields=fields),)
        return Flow(name="main", title="Main", start="ask", steps=steps)

    old, new = {"main": asks("swordfish-1")}, {"main": asks("swordfish-2")}
    found = list(differences({"flows": new}, {"flows": old}, remove=False))
    assert [item.verb for item in found] == ["changed"]
    assert "swordfish" not in str(found)


def test_what_is_absent_is_left_alone_until_removal_is_asked(system: Scope, second: str) -> None:
    apply(system, read(second))
    shorter = re.sub(r'  "551": .*\n', "", second)
    shorter = re.sub(r'  "551":\n(    .*\n)+', "", shorter)
    applied = apply(system, read(shorter))
    assert applied.changes == ()
    assert [f"{item.section}.{item.key}" for item in applied.left] == [
        "extensions.551", "agents.551"
    ]  # fmt: skip
    removed = apply(system, read(shorter), remove=True)
    assert changes(removed) == ["removed extensions.551", "removed agents.551"]
    with inside(system, "second") as scope:
        assert set(extensions.extensions(scope)) == {"550"}


def test_nothing_is_removed_under_what_names_it(system: Scope, second: str) -> None:
    apply(system, read(second))
    before = digest(plan_of(system, "second"))
    without_flow = second[: second.index("\nflows:")] + "\n"
    with pytest.raises(BadDocument, match=r"numbers.442079460000.target: `main` is not among"):
        apply(system, read(without_flow), remove=True)
    assert digest(plan_of(system, "second")) == before


def test_export_without_secrets_changes_nothing_at_home(system: Scope, bootcamp: str) -> None:
    apply(system, read(bootcamp))
    text = exported(system, "bootcamp")
    plan = plan_of(system, "bootcamp")
    assert all(item.secret not in text for item in plan.extensions)
    assert "7391" not in text
    assert preview(system, read(text)).differences == ()


def test_export_with_secrets_makes_the_same_tenant_elsewhere(system: Scope, bootcamp: str) -> None:
    apply(system, read(bootcamp))
    before, text = plan_of(system, "bootcamp"), exported(system, "bootcamp", with_secrets=True)
    tenancy.remove_tenant(system, "bootcamp")
    apply(system, read(text))
    assert digest(plan_of(system, "bootcamp")) == digest(before)
    assert exported(system, "bootcamp", with_secrets=True) == text


def test_export_without_secrets_makes_the_same_tenant_but_for_its_secrets(
    system: Scope, bootcamp: str
) -> None:
    apply(system, read(bootcamp))
    before, text = plan_of(system, "bootcamp"), exported(system, "bootcamp")
    tenancy.remove_tenant(system, "bootcamp")
    apply(system, read(text))
    after = plan_of(system, "bootcamp")
    assert [item.name for item in after.extensions] == [item.name for item in before.extensions]
    assert after.flows == before.flows
    assert after.extensions[0].secret != before.extensions[0].secret
    assert exported(system, "bootcamp") == text


def test_two_companies_with_the_same_numbers_do_not_touch(
    system: Scope, bootcamp: str, second: str
) -> None:
    apply(system, read(bootcamp))
    first = digest(plan_of(system, "bootcamp"))
    apply(system, read(second))
    apply(system, read(second.replace("name: Alex", "name: Sasha")), remove=True)
    assert digest(plan_of(system, "bootcamp")) == first


def test_a_refused_file_changes_nothing(system: Scope, second: str) -> None:
    apply(system, read(second))
    before = digest(plan_of(system, "second"))
    taken = second.replace("title: Office\n", "title: Bureau\n").replace(
        "domain: second.example.test", "domain: other.example.test"
    )
    tenancy.create_tenant(
        system,
        "other",
        tenancy.TenantFacts(
            domain="other.example.test",
            title="Other",
            time_zone="UTC",
            language="en",
            country="GB",
        ),
    )
    with pytest.raises(Problem, match=r"other\.example\.test"):
        apply(system, read(taken))
    assert digest(plan_of(system, "second")) == before


def test_numbers_change_hands_within_one_file(system: Scope, second: str) -> None:
    apply(system, read(second))
    moved = second.replace('number: "560"', 'number: "800"').replace(
        '"800": {name: Meeting room}', '"560": {name: Meeting room}'
    )
    apply(system, read(moved), remove=True)
    plan = plan_of(system, "second")
    assert [room.number for room in plan.conferences] == ["560"]
    assert [queue.number for queue in plan.queues] == ["800"]


def test_a_carriers_password_is_not_made_up(system: Scope, second: str) -> None:
    kept = second.replace("    port: 5080", "    secret: !kept\n    username: acme\n    port: 5080")
    with pytest.raises(SecretMissing, match="gateway carrier: secret is not known here"):
        apply(system, read(kept))


def test_wrong_facts_are_told_at_their_lines(system: Scope, second: str) -> None:
    wrong = second.replace("time_zone: Europe/London", "time_zone: London")
    with pytest.raises(BadDocument, match=r"line 8: tenant\.time_zone: must be a zone"):
        preview(system, read(wrong))


def test_a_prompts_file_is_beside_the_tenants(
    system: Scope, second: str, voice: ToneSpeech, tmp_path: Path
) -> None:
    (tmp_path / "hello.wav").write_bytes(voice.speak("one two three", "en"))
    text = second.replace("    text: That is not a valid choice.", "    file: hello.wav")
    music = "music:\n  default: {files: [hello.wav]}\n"
    apply(system, read(text + music), tmp_path)
    assert "That is not a valid choice." not in voice.spoken
    before = plan_of(system, "second")
    assert before.music[0].digests == (before.prompts[0].digest,)


def test_recorded_audio_is_exported_beside_the_file(
    system: Scope, second: str, voice: ToneSpeech, tmp_path: Path
) -> None:
    (tmp_path / "hello.wav").write_bytes(voice.speak("one two three", "en"))
    text = second.replace("    text: That is not a valid choice.", "    file: hello.wav")
    apply(system, read(text + "music:\n  default: {files: [hello.wav]}\n"), tmp_path)
    before = plan_of(system, "second")
    with inside(system, "second") as scope:
        written = export(scope, Choices(with_secrets=True, folder=tmp_path / "out"))
    tenancy.remove_tenant(system, "second")
    elsewhere = MemoryStorage()
    ports.storage.bind(lambda: elsewhere)
    apply(system, read(written), tmp_path / "out")
    assert digest(plan_of(system, "second")) == digest(before)


@pytest.mark.parametrize("name", ["../secret.wav", "/etc/passwd", "nothing.wav"])
def test_a_prompts_file_is_nowhere_else(
    system: Scope, second: str, tmp_path: Path, name: str
) -> None:
    text = second.replace("    text: That is not a valid choice.", f"    file: {name}")
    with pytest.raises(BadDocument, match=r"line \d+: prompts\.invalid\.file: "):
        apply(system, read(text), tmp_path)


def test_a_plan_takes_as_many_queries_for_a_large_company_as_for_a_small_one(
    system: Scope, bootcamp: str, second: str
) -> None:
    counts = []
    for slug, text in (("second", second), ("bootcamp", bootcamp)):
        apply(system, read(text))
        with inside(system, slug) as scope, CaptureQueriesContext(connection) as captured:
            render(scope)
        counts.append(len(captured))
    assert counts[0] == counts[1]
