"""What follows from decisions of several people."""

from vbg_framework.ui.decision import (
    ACCEPT,
    CORRECT,
    FILE,
    SKIP,
    UNDO,
    Decision,
    by_label,
    heads,
    is_conflict,
    last_of,
    skipped_by,
    valid,
)  # fmt: skip


def said(*entries):
    """Decisions in order, numbered from 1."""
    return [entry._replace(id="1", task="kind", number=number) for number, entry in enumerate(entries, 1)]


def by(who, value, seen=0, kind=CORRECT):
    return Decision(kind, "", "", value, who=who, seen=seen, when=f"2026-03-0{seen + 1}")


def values(decisions):
    return [each.value for each in heads(decisions)]


def test_who_saw_a_decision_replaces_it():
    assert values(said(by("Ann", "cup"), by("Bo", "vase", seen=1))) == ["vase"]


def test_people_who_did_not_know_of_each_other_contradict_each_other():
    known = said(by("Ann", "cup"), by("Bo", "vase"))
    assert values(known) == ["cup", "vase"]
    assert is_conflict(known)
    assert not is_conflict(said(by("Ann", "cup"), by("Bo", "cup")))


def test_who_saw_both_ends_a_conflict():
    assert values(said(by("Ann", "cup"), by("Bo", "vase"), by("Cy", "bowl", seen=2))) == ["bowl"]


def test_people_replace_their_own_decisions_whatever_they_saw():
    assert values(said(by("Ann", "cup"), by("Ann", "vase"))) == ["vase"]


def test_what_is_taken_back_gives_way_to_what_it_replaced():
    known = said(by("Ann", "cup"), by("Bo", "vase", seen=1), Decision(UNDO, "", "", who="Bo", undone=2))
    assert values(known) == ["cup"]
    assert [each.number for each in valid(known)] == [1]


def test_a_confirmation_is_a_decision_and_passing_over_is_none():
    known = said(by("Ann", "cup", kind=ACCEPT), by("Bo", "", kind=SKIP))
    assert values(known) == ["cup"]
    assert skipped_by(known, "Bo")
    assert not skipped_by(known, "Ann")


def test_lines_of_the_file_are_told_apart_by_their_dates():
    early, late = Decision(FILE, "", "", "cup", when="2026-01-01"), Decision(FILE, "", "", "vase", when="2026-02-01")
    assert values(said(late, early)) == ["vase"]
    assert is_conflict(said(early, early._replace(value="bowl")))
    assert values(said(early, by("Ann", "jar"))) == ["jar"]
    assert values(said(by("Ann", "jar"), early._replace(when="2027"))) == ["cup"]


def test_the_last_decision_of_ones_own_can_be_taken_back_once():
    known = said(by("Ann", "cup"), by("Bo", "vase"), by("Ann", "jar"))
    assert last_of(known, "Ann").value == "jar"
    assert last_of(said(*known, Decision(UNDO, "", "", who="Ann", undone=3)), "Ann").value == "cup"
    assert last_of(known, "Cy") is None


def test_decisions_are_gathered_by_record_and_task():
    one, two = Decision(CORRECT, "1", "kind"), Decision(CORRECT, "1", "period")
    assert by_label([one, two, one]) == {("1", "kind"): [one, one], ("1", "period"): [two]}
