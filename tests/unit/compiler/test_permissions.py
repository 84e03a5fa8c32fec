"""Who may dial what, and where a refused call goes."""

from dataclasses import replace

from tests.unit.compiler.asterisk_text import read
from tests.unit.compiler.companies import company, extension, with_extension

from conmuta_compiler import compile_tenant
from conmuta_plan import TenantPlan
from conmuta_plan.outside import Direction, RecordingRule


def steps(plan: TenantPlan, context: str, dialled: str) -> list[str]:
    """What follows an extension's name in a context."""
    found, here = [], ""
    for line in read(compile_tenant(plan)["extensions.conf"]):
        if line.section == context and line.key in {"exten", "same"}:
            name, _, rest = line.value.partition(",")
            here = name if line.key == "exten" else here
            found += [rest if line.key == "exten" else line.value] if here == dialled else []
    return found


def option(plan: TenantPlan, endpoint: str, key: str) -> list[str]:
    lines = read(compile_tenant(plan)["phones.conf"])
    return [each.value for each in lines if each.section == endpoint and each.key == key]


def test_extensions_with_the_same_permissions_share_a_context() -> None:
    plan = company()
    ana, martin = (option(plan, f"{n}@acme.example.test", "context") for n in ("550", "552"))
    assert martin == ["acme-phones-internal-local-mobile-international-emergency"]
    assert ana == [f"{martin[0]}-r"], "her calls are recorded, so they begin elsewhere"


def test_a_class_that_is_not_allowed_is_refused_even_where_a_wider_pattern_would_take_it() -> None:
    refused = steps(company(), "acme-out-internal-emergency", "_09XXXXXXX")
    assert refused[0] == "1,CELGenUserEvent(refused,class|${FILTER(0-9*#+,${EXTEN})})"


def test_emergency_never_asks_for_a_pin_nor_counts() -> None:
    text = "\n".join(steps(company(), "acme-class-emergency", "_[0-9*#+]!"))
    assert "c-pin" not in text
    assert "c-seat" not in text
    assert "c-pin" in "\n".join(steps(company(), "acme-class-international", "_[0-9*#+]!"))


def test_limits_are_counted_only_where_there_are_any() -> None:
    assert "c-seat" in compile_tenant(company())["extensions.conf"]
    gateways = tuple(replace(gateway, max_calls=0) for gateway in company().gateways)
    free = company(max_calls=0, gateways=gateways)
    assert "c-seat" not in compile_tenant(free)["extensions.conf"]


def test_a_plain_extension_is_one_line() -> None:
    plan = company(extensions=(extension("10"),), agents=(), numbers=())
    lines = steps(plan, "acme-local", "10")
    (only,) = [line for line in lines if not line.startswith("hint")]
    assert only.startswith("1,Gosub(c-direct,10,1(acme,10,")
    assert only.endswith("},25))")


def test_what_a_telephone_may_transfer_to_has_no_unknown_numbers() -> None:
    lines = read(compile_tenant(company())["extensions.conf"])
    transfers = [r for r in lines if r.section == "acme-transfer-internal-emergency"]
    assert [r.value for r in transfers] == [
        "acme-local",
        "acme-own",
        "acme-out-internal-emergency",
    ]


def test_recording_an_extension_marks_its_line() -> None:
    plan = with_extension("552", record=True)
    assert ",d,in))" in steps(plan, "acme-local", "552")[-1]
    assert ",d))" in steps(company(), "acme-local", "552")[-1]


def test_the_first_rule_that_matches_decides() -> None:
    no = RecordingRule(record=False, direction=Direction.IN, extension="552")
    yes = RecordingRule(record=True, direction=Direction.IN)
    assert ",d))" in steps(company(recording=(no, yes)), "acme-ring", "552")[-1]
    assert ",d,i))" in steps(company(recording=(yes, no)), "acme-ring", "552")[-1]


def test_a_very_long_permission_set_still_has_a_name_that_asterisk_can_hold() -> None:
    plan = company()
    long = tuple(replace(each, name=f"{each.name}-{'x' * 40}") for each in plan.classes)
    extensions = (extension("10", classes=tuple(each.name for each in long)),)
    plan = replace(plan, classes=long, flow_classes=(), extensions=extensions, agents=())
    plan = replace(plan, numbers=())
    (context,) = option(plan, "10@acme.example.test", "context")
    assert len(context) < 80


def test_what_a_pattern_lets_through_is_cleaned_before_it_is_dialled() -> None:
    """`00.` takes `00&PJSIP/551@another.company` too."""
    lines = read(compile_tenant(company())["extensions.conf"])
    entrances = [r for r in lines if r.section.startswith(("acme-out-", "acme-external"))]
    dialled = [r.value for r in entrances if "acme-class-" in r.value]
    assert dialled
    assert all("${FILTER(0-9*#+,${EXTEN})}" in value for value in dialled)
    picked = [r.value for r in lines if "c-pickup" in r.value]
    assert all("FILTER" in value for value in picked)


def test_extensions_of_one_shape_share_a_hint_and_other_accounts_have_their_own() -> None:
    other = replace(extension("12"), account="twelve")
    both = (extension("10"), extension("11"))
    plan = company(extensions=(*both, other, extension("300")), agents=(), numbers=())
    found = {
        (line.value.split(",")[0], line.value.split(",")[2])
        for line in read(compile_tenant(plan)["extensions.conf"])
        if line.section == "acme-local" and ",hint," in line.value
    }
    assert found == {
        ("_1X", f"PJSIP/${{EXTEN}}@{plan.domain}"),
        ("12", f"PJSIP/twelve@{plan.domain}"),
        ("_3XX", f"PJSIP/${{EXTEN}}@{plan.domain}"),
    }


def test_every_telephone_may_call_for_help() -> None:
    plan = with_extension("551", classes=("internal",))
    (allowed,) = option(plan, "551@acme.example.test", "context")
    called = steps(plan, allowed.replace("-phones-", "-out-"), "911")
    assert called[0] == "1,Gosub(acme-class-emergency,${FILTER(0-9*#+,${EXTEN})},1)"
