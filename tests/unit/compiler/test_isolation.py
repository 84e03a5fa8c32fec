"""No name of one tenant is another's."""

import re

from tests.unit.compiler.asterisk_text import read, sections
from tests.unit.compiler.companies import company

from conmuta_compiler import NodeSecrets, compile_node, compile_tenant
from conmuta_plan.node import NodeSettings

OURS = re.compile(r"acme(-|\Z)")
SHARED = re.compile(r"c-")
PLACE = re.compile(r"(?:Goto|GotoIf|Gosub|GosubIf)\(.*?\b((?:[a-z0-9]+-)+[a-z0-9-]+),")


def test_every_context_begins_with_the_tenants_slug() -> None:
    files = compile_tenant(company())
    assert all(OURS.match(name) for name in sections(files["extensions.conf"]))
    for name in ("queues.conf", "musiconhold.conf", "res_parking.conf", "pjsip.conf"):
        assert all(OURS.match(section) for section in sections(files[name])), name
    assert set(sections(files["voicemail.conf"])) == {"zonemessages"}


def test_mailboxes_are_known_by_number_and_tenant() -> None:
    lines = read(compile_tenant(company())["mailboxes.conf"])
    assert {line.section for line in lines} == {"550@acme", "600@acme"}
    assert {line.value for line in lines if line.key == "context"} == {"acme"}


def test_telephones_are_known_by_account_and_domain() -> None:
    names = sections(compile_tenant(company())["phones.conf"])
    assert set(names) == {f"{n}@acme.example.test" for n in ("550", "551", "552")}


def test_a_call_goes_to_contexts_of_the_tenant_or_to_shared_ones() -> None:
    lines = read(compile_tenant(company())["extensions.conf"])
    places = [place for line in lines for place in PLACE.findall(line.value)]
    assert places
    assert all(OURS.match(place) or SHARED.match(place) for place in places)
    included = [line.value for line in lines if line.key == "include"]
    assert included
    assert all(OURS.match(name) or SHARED.match(name) for name in included)


def test_two_tenants_with_the_same_numbers_share_no_name() -> None:
    one = compile_tenant(company())
    other = compile_tenant(company(tenant="beta", domain="beta.example.test"))
    for name in ("extensions.conf", "queues.conf", "phones.conf", "pjsip.conf", "res_parking.conf"):
        assert not set(sections(one[name])) & set(sections(other[name])), name


def test_shared_contexts_begin_with_c_and_no_tenant_is_called_c() -> None:
    text = compile_node(NodeSettings(), NodeSecrets(manager="x"))["extensions.conf"]
    names = [name for name in sections(text) if name not in {"general", "globals"}]
    assert names
    assert all(SHARED.match(name) for name in names)


def test_no_extension_takes_the_letter_to_which_asterisk_goes_by_itself() -> None:
    """A pattern of one letter would catch h, i and t."""
    shared = compile_node(NodeSettings(), NodeSecrets(manager="x"))["extensions.conf"]
    for text in (shared, compile_tenant(company())["extensions.conf"]):
        patterns = [r.value.split(",")[0] for r in read(text) if r.key == "exten"]
        assert not [p for p in patterns if re.fullmatch(r"_\[a-z[^\]]*\][!.]?", p)]
