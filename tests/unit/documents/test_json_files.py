"""A file in JSON says the same as one in YAML, and what is wrong in it is told by its line."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta.documents import json_tree, tree
from conmuta.documents.api import BadDocument, Choices, apply, export, preview, read
from conmuta.documents.tree import Items, Table, Text, Tree
from conmuta.platform.scope import Scope

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")))
PLAIN = st.one_of(TEXTS, st.integers(-(10**9), 10**9), st.booleans(), st.none())
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXTS, inner)),
    max_leaves=20,
)


def plain(found: Tree) -> object:
    """What a tree stands for, by JSON's own rules."""
    if isinstance(found, Items):
        return [plain(each) for each in found.items]
    if isinstance(found, Table):
        return {key: plain(each) for key, each in found.entries.items()}
    return json.loads(found.value) if found.plain else found.value


@given(VALUES, st.sampled_from([None, 1]))
def test_what_a_json_file_says_is_read(value: object, indent: int | None) -> None:
    assert plain(json_tree.parse(json.dumps(value, indent=indent))) == value


@given(st.text(st.sampled_from('{}[]",:\\u0d8 1e-.truefalsn\n'), max_size=30))
def test_whatever_is_no_json_is_refused_and_never_breaks(text: str) -> None:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(BadDocument):
            json_tree.parse(text)
        return
    with suppress(BadDocument):  # twice the same name
        assert plain(json_tree.parse(text)) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: is empty."),
        ('{"conmuta": 1,\n "tenant": {"slug" "a"}}', "line 2: is not JSON: `:` is missing here."),
        ('{"a": 1,\n "b": 2,\n "a": 3}', "line 3: a: is here twice, first in line 1. Keep one."),
        ('{"a": [1,\n2,\n}', "line 3: is not JSON: no value stands here."),
        ('{"a": 1}\n\n{"b": 2}', "line 3: has more after its end."),
        ('{"a":\n "x', "line 2: is not JSON:"),
        ('{"a": "\\u0000"}', "characters that no text has"),
        ("[" * 40, "nested more than 16 levels deep"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, told: str) -> None:
    with pytest.raises(BadDocument) as refused:
        json_tree.parse(text)
    assert told in str(refused.value)


def test_lines_are_told_as_in_yaml() -> None:
    text = '{\n "a": {\n  "b": [1,\n   2]\n }}'
    assert json_tree.parse(text) == Table(
        1,
        {
            "a": Table(
                2,
                {"b": Items(3, (Text(3, "1", plain=True), Text(4, "2", plain=True)))},
                {"b": 3},
            )
        },
        {"a": 2},
    )
    assert isinstance(tree.parse(text), Table)


def test_a_company_written_as_json_is_the_same_company(system: Scope, bootcamp: str) -> None:
    apply(system, read(bootcamp))
    with Scope.system("test:system").active() as scope:
        from conmuta.apps.tenancy import api as tenancy

        own = Scope.for_tenant(tenancy.slugs(scope)["bootcamp"], "test:person")
    with own.active():
        text = export(own, Choices(as_json=True))
    assert json.loads(text)["extensions"]["550"]["name"]
    with system.active():
        told = preview(system, read(text, json_tree.parse))
    assert told.differences == ()
