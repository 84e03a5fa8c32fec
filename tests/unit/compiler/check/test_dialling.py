"""Before it goes live: rules of classes that hide or contradict each other."""

from dataclasses import replace

from tests.unit.compiler.operator.plans import ABROAD, COMPANY, LOCAL

from conmuta_compiler.check import check


def test_two_classes_that_both_want_a_number_are_told() -> None:
    taken = replace(ABROAD, name="late", patterns=("24XXXX.",))
    found = check(replace(COMPANY, classes=(LOCAL, taken)))
    (finding,) = (each for each in found if each.code == "dial_plan.ambiguous")
    assert "24" in finding.text("es")


def test_the_same_pattern_in_two_classes_leaves_the_second_idle() -> None:
    again = replace(LOCAL, name="again")
    codes = [each.code for each in check(replace(COMPANY, classes=(LOCAL, again)))]
    assert codes.count("dial_plan.idle") == len(LOCAL.patterns)


def test_dial_plans_of_exceptions_do_not_dispute_with_the_usual_one() -> None:
    usual = replace(LOCAL, dial_plan="uy")
    other = replace(LOCAL, name="soviet-local", dial_plan="soviet")
    found = check(replace(COMPANY, classes=(usual, other)))
    assert [each for each in found if each.code.startswith("dial_plan")] == []
