"""A tenant's file is read whole, or refused with every fault at its line."""

import pytest

from conmuta.apps.callflow.contracts import FlowStep
from conmuta.apps.queues.contracts import QueueMembership, Strategy
from conmuta.apps.trunks.contracts import Target, TargetKind
from conmuta.documents import references
from conmuta.documents.api import BadDocument, TenantDocument, read
from conmuta.documents.tree import DEEPEST, MOST_ALIASES

HEAD = """conmuta: 1
tenant:
  slug: acme
  domain: acme.example.test
  title: ACME
  time_zone: America/Montevideo
  language: es
  country: UY
"""


def faults(text: str) -> list[str]:
    """What is said of a file, line by line."""
    with pytest.raises(BadDocument) as bad:
        read(text)
    return [str(fault) for fault in bad.value.faults]


def unknown(text: str) -> list[str]:
    """What is said of the names in a file that lead nowhere."""
    return [str(fault) for fault in references.check(read(text), {})]


def test_the_boot_camp_company_is_whole(bootcamp: str) -> None:
    document = read(bootcamp)
    assert references.check(document, {}) == []
    assert set(document.objects["extensions"]) == {"550", "551", "770", "771", "772", "601"}
    assert len(document.objects["prompts"]) == 15
    assert len(document.objects["profiles"]) == 5
    assert len(document.objects["users"]) == 6
    assert document.objects["queues"]["recl"].strategy is Strategy.RRMEMORY
    assert document.objects["agents"]["551"].queues == (
        QueueMembership(queue="atencion"),
        QueueMembership(queue="prov"),
        QueueMembership(queue="recl"),
    )
    assert document.objects["numbers"]["24002000"].target == Target(
        kind=TargetKind.FLOW, name="principal"
    )


def test_numbers_stay_as_they_were_written() -> None:
    dials = "speed_dials:\n  00: {number: 0800, name: no}\n"
    dial = read(HEAD + dials).objects["speed_dials"]["00"]
    assert (dial.code, dial.number, dial.name) == ("00", "0800", "no")


def test_a_class_says_how_its_numbers_become_e164() -> None:
    text = HEAD + 'classes:\n  old: {kind: local, operator: true, to_e164: [["8X.", 1, "598"]]}\n'
    assert read(text).objects["classes"]["old"].to_e164 == (("8X.", 1, "598"),)


def test_how_a_number_becomes_e164_has_three_values() -> None:
    text = HEAD + "classes:\n  old:\n    kind: local\n    to_e164: [[8X., one, 598], [8X.]]\n"
    assert faults(text) == [
        "line 12: classes.old.to_e164.0.1: `one` is not a whole number.",
        "line 12: classes.old.to_e164.1: must have 3 values.",
    ]


def test_a_wrong_choice_is_told_with_its_line_and_the_choices() -> None:
    text = HEAD + "queues:\n  recl:\n    title: Reclamos\n    strategy: roundrobin\n"
    said = "line 12: queues.recl.strategy: `roundrobin` is not one of the choices; one of ringall, "
    assert [line[: len(said)] for line in faults(text)] == [said]


def test_every_fault_is_told_at_once() -> None:
    text = HEAD + (
        "extensions:\n"
        '  "550": {name: Ana, ring_seconds: soon, call_waiting: yes}\n'
        '  "551": {nombre: Bruno}\n'
        "cheese: 1\n"
    )
    assert [line.split(": ")[:2] for line in faults(text)] == [
        ["line 10", "extensions.550.ring_seconds"],
        ["line 10", "extensions.550.call_waiting"],
        ["line 11", "extensions.551.nombre"],
        ["line 11", "extensions.551.name"],
        ["line 12", "cheese"],
    ]


def test_yes_is_not_true_and_the_fault_says_what_to_write() -> None:
    text = HEAD + 'extensions:\n  "550": {name: Ana, call_waiting: yes}\n'
    assert faults(text)[0].endswith("`yes` is neither true nor false. Write `true` or `false`.")


def test_a_name_that_leads_nowhere_is_told_with_those_that_there_are() -> None:
    text = HEAD + (
        "departments:\n  sales: {title: Sales}\n"
        'extensions:\n  "550":\n    name: Ana\n    classes: []\n    department: salse\n'
    )
    assert unknown(text) == [
        "line 15: extensions.550.department: `salse` is not among the departments; there are sales."
    ]


def test_a_flow_that_plays_an_unknown_prompt_is_told_at_its_line() -> None:
    text = HEAD + (
        "flows:\n  main:\n    title: Main\n    start: hello\n    steps:\n"
        "      hello:\n        kind: say\n        prompts: [welcome]\n"
    )
    said = "line 16: flows.main.steps.hello.prompts: `welcome` is not among the prompts; "
    assert unknown(text) == [f"{said}there are none."]


def test_two_things_do_not_ring_at_one_number() -> None:
    text = HEAD + (
        'extensions:\n  "550": {name: Ana, classes: []}\nconferences:\n  "550": {name: Room}\n'
    )
    assert faults(text) == [
        "line 12: conferences.550: `550` rings already: extension 550. Choose another number."
    ]


def test_a_step_has_its_kinds_fields_beside_kind_and_exits() -> None:
    text = HEAD + (
        "prompts:\n  hi: {text: Hola}\n"
        "flows:\n  main:\n    title: Main\n    start: hello\n    steps:\n"
        "      hello: {kind: say, prompts: [hi], exits: {next: bye}}\n"
        "      bye: {kind: hangup}\n"
    )
    assert read(text).objects["flows"]["main"].steps == (
        FlowStep(name="hello", kind="say", fields={"prompts": ["hi"]}, exits={"next": "bye"}),
        FlowStep(name="bye", kind="hangup"),
    )


def test_a_step_of_no_kind_is_told_at_its_line() -> None:
    text = HEAD + (
        "flows:\n  main:\n    title: Main\n    start: hello\n    steps:\n"
        "      hello:\n        kind: dance\n"
    )
    assert faults(text)[0].startswith("line 15: flows.main.steps.hello.kind: ")


def test_kept_is_for_secrets_only() -> None:
    text = HEAD + 'extensions:\n  "550": {name: !kept "", classes: []}\n'
    assert faults(text) == ["line 10: extensions.550.name: `!kept` is for passwords and PINs only."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("just words", "must start with"),
        ("conmuta: 2\n", "must be 1"),
        ("tenant: {}\n", "must be 1"),
        (HEAD + "tenant: {}\n", "is here twice, first in line 2"),
        (HEAD + "queues: [a]\n", "must be objects by their names"),
        (HEAD + "queues: {a: !!python/object:os.system {}}\n", "only tag here"),
        (HEAD + "queues: {a: *b}\n", "no `&b` ends before it"),
        (HEAD + "queues: {? [a] : 1}\n", "key that is no plain text"),
        (HEAD + "--- {}\n", "second document"),
        (HEAD + "queues: {a\n", "is not YAML"),
        (HEAD + "queues: \x07\n", "is not YAML"),
        (HEAD + 'departments: {a: {title: "x\\0"}}\n', "no text has"),
        (HEAD + "departments: &d {a: *d}\n", "no `&d` ends before it"),
        (HEAD + "queues: " + "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "levels deep"),
        (HEAD + "queues: " + "[" * 100_000, "levels deep"),
        (HEAD + "queues: [&a 1" + ", *a" * (MOST_ALIASES + 1) + "]\n", "aliases"),
        (HEAD + "queues: {<<: {a: 1}}\n", "queues.<<"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(text: str, said: str) -> None:
    assert any(said in line for line in faults(text))


def test_a_small_file_does_not_become_a_huge_tree() -> None:
    """The billion laughs: each line repeats the one before ten times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    said = faults(HEAD + "\n".join(lines) + "\n")
    assert any("entries" in line for line in said)


def test_an_alias_writes_a_long_list_once() -> None:
    text = HEAD + (
        "classes: {internal: {kind: internal}}\n"
        'extensions:\n  "550": {name: Ana, classes: &all [internal]}\n'
        '  "551": {name: Bruno, classes: *all}\n'
    )
    document: TenantDocument = read(text)
    assert document.objects["extensions"]["551"].classes == ("internal",)
