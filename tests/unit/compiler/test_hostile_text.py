"""Names and titles are whatever people write; in Asterisk's files they stay where they belong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.compiler.asterisk_text import Read, read, sections
from tests.unit.compiler.companies import company, extension

from conmuta_compiler import InvalidPlan, compile_tenant
from conmuta_node.objects import parse_objects
from conmuta_plan import TenantPlan

BREAKERS = [
    ";",
    "\n",
    "\r",
    "]",
    "[",
    "=>",
    "${",
    "$[",
    "}",
    "|",
    ",",
    '"',
    "\\",
    ";--",
    "--;",
    "(+)",
]
BREAKERS += ["#include ", "#exec ", " same => n,System(x)", "\nexten => _.,1,System(x)"]
BREAKERS += ["\x00", "\u2028"]
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
texts = st.lists(st.sampled_from(BREAKERS) | st.text(max_size=8), max_size=8).map("".join)


def renamed(plan: TenantPlan, text: str) -> TenantPlan:
    """The plan with `text` wherever a person may write what they like."""
    boxes = tuple(replace(box, name=text) for box in plan.mailboxes)
    return replace(
        plan,
        title=text,
        extensions=tuple(
            replace(e, name=text, mailbox=e.mailbox and replace(e.mailbox, name=text))
            for e in plan.extensions
        ),
        mailboxes=boxes,
        queues=tuple(replace(q, title=text) for q in plan.queues),
        agents=tuple(replace(a, name=text) for a in plan.agents),
        conferences=tuple(replace(c, name=text) for c in plan.conferences),
        speed_dials=tuple(replace(s, name=text) for s in plan.speed_dials),
        flows=tuple(replace(f, title=text) for f in plan.flows),
    )


def meaning(text: str) -> list[Read]:
    """What Asterisk reads, but for the value of what names a person."""
    return [Read(each.section, each.key, "") if _is_named(each) else each for each in read(text)]


def _is_named(each: Read) -> bool:
    return each.key in {"callerid", "fullname"}


@settings(max_examples=150, deadline=None)
@given(texts)
def test_no_name_changes_what_asterisk_reads(text: str) -> None:
    usual, hostile = compile_tenant(company()), compile_tenant(renamed(company(), text))
    assert hostile.keys() == usual.keys()
    for name in usual:
        assert sections(hostile[name]) == sections(usual[name])
        assert meaning(hostile[name]) == meaning(usual[name])


@settings(max_examples=150, deadline=None)
@given(texts)
def test_a_name_stays_between_its_quotes_and_commas(text: str) -> None:
    files = compile_tenant(renamed(company(), text))
    for each in read(files["phones.conf"]):
        if each.key == "callerid":
            assert each.value.count('"') == 2
            assert each.value.endswith(("<550>", "<551>", "<552>"))
            assert "${" not in each.value
    named = [each.value for each in read(files["mailboxes.conf"]) if each.key == "fullname"]
    assert len(named) == 2
    assert not [value for value in named if set(value) & set(",|;$\\")]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=PRINTABLE, min_size=1, max_size=127).map(str.strip).filter(bool))
def test_a_gateways_secret_arrives_as_it_was_given(secret: str) -> None:
    plan = company()
    first, *others = plan.gateways
    plan = replace(plan, gateways=(replace(first, secret=secret), *others))
    objects = parse_objects(compile_tenant(plan)["gateways.conf"])
    assert [o.options["password"] for o in objects if "password" in o.options] == [secret]


@pytest.mark.parametrize("number", ["550,1,System(x)", "5${X}", "", "_X.", "5 5", "a;b", "5\n5"])
def test_a_number_that_is_no_number_is_refused_with_its_place(number: str) -> None:
    with pytest.raises(InvalidPlan, match="extension"):
        compile_tenant(company(extensions=(extension(number),)))


@pytest.mark.parametrize("slug", ["c", "default", "general", "Acme", "acme]", "-a", "a" * 33])
def test_a_tenant_cannot_take_a_name_that_is_not_its_own(slug: str) -> None:
    with pytest.raises(InvalidPlan, match="tenant"):
        compile_tenant(company(tenant=slug))
