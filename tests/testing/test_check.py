import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.testing.check import Broken, NotApplicable, checks_in, expect, promise


def check_of(function):
    said = promise("all", "It holds water.", cause="a hole", fix="Mend it.")
    function.__name__ = "check_holds_water"
    return said(function)


def test_a_check_is_called_after_its_function_and_keeps_its_words():
    check = check_of(lambda subject: "half full")
    assert (check.id, check.kind, check.promise, check.cause, check.fix) == (
        "holds_water", "all", "It holds water.", "a hole", "Mend it.",
    )  # fmt: skip
    assert check("bowl") == "half full"
    assert check_of(lambda subject: None)("bowl") == ""


def test_a_broken_promise_says_what_was_promised_expected_seen_its_usual_cause_and_where_to_read_on():
    with pytest.raises(Broken) as caught:
        check_of(lambda subject: expect(False, "water", "a puddle"))("bowl")
    assert str(caught.value).splitlines() == [
        "It holds water.",
        "  expected:    water",
        "  got:         a puddle",
        "  usual cause: a hole",
        "  more:        docs/conformance.md#holds_water",
    ]
    assert isinstance(caught.value, AssertionError)


def test_whatever_a_component_raises_breaks_the_promise_in_one_line():
    def crash(subject):
        raise KeyError("first\n  second")

    with pytest.raises(Broken, match=r"no exception") as caught:
        check_of(crash)("bowl")
    assert caught.value.got.startswith("KeyError: 'first\\n second' (testing/test_check.py:")


def test_a_mistake_the_user_can_put_right_is_told_in_its_own_words():
    def refuse(subject):
        raise VBGError("bowl", "it is upside down", "Turn it.")

    with pytest.raises(Broken) as caught:
        check_of(refuse)("bowl")
    assert caught.value.got == "bowl: it is upside down. Turn it."


def test_a_check_that_cannot_be_made_is_not_a_broken_promise():
    def leave(subject):
        raise NotApplicable("no water here")

    with pytest.raises(NotApplicable, match="no water here"):
        check_of(leave)("bowl")


def test_ending_the_program_is_left_to_the_user():
    def stop(subject):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_of(stop)("bowl")


def test_the_checks_of_a_module_are_found_in_order():
    first, second = check_of(lambda subject: ""), check_of(lambda subject: "")
    assert list(checks_in({"b": first, "other": 1, "a": second})) == [first, second]
