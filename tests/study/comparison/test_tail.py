import pytest
from small_study import make_study, plan

from vbg_framework.study.comparison.results import gather
from vbg_framework.study.comparison.tail import tails


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    arms = ("none", "gan", "classic", "duplicate-gan")
    return gather(make_study(tmp_path_factory.mktemp("tail"), plan(arms, 5), leave_out={("gan", 4)}))


def test_every_augmenter_meets_its_copies_class_by_class_the_scarcest_first(results):
    (tail,) = tails(results)
    assert (tail.arm, tail.control) == ("gan", "duplicate-gan")
    assert [(row.arm.name, row.train, row.shot) for row in tail.rows] == [
        ("ewer", 9, "few"), ("jar", 25, "medium"), ("vase", 60, "medium"), ("bowl", 220, "many"),
    ]  # fmt: skip


def test_recalls_are_pooled_over_the_replicates_both_have(results):
    (tail,) = tails(results)
    for row in tail.rows:
        runs = [run for trial, run in results.runs.items() if trial.arm == "duplicate-gan" and trial.replicate != 4]
        said = [run.metrics["test"]["form"]["per_class"][row.arm.name] for run in runs]
        assert row.control.total == row.arm.total == sum(each["support"] for each in said)
        assert row.control.correct == pytest.approx(sum((each["recall"] or 0) * each["support"] for each in said))
        assert row.difference.difference == pytest.approx(row.arm.recall - row.control.recall)


def test_only_a_class_with_twenty_tested_objects_is_starred(results):
    (tail,) = tails(results)
    assert any(row.difference.starred for row in tail.rows)
    assert all(row.difference.objects >= 20 for row in tail.rows if row.difference.starred)


def test_without_copies_it_meets_real_records_and_without_either_nothing(tmp_path):
    (tail,) = tails(gather(make_study(tmp_path, plan(("none", "gan"), 2))))
    assert tail.control == "none"
    assert tails(gather(make_study(tmp_path, plan(("gan",), 2)))) == []


def test_arms_without_a_replicate_in_common_are_left_out(tmp_path):
    left = {("gan", 1), ("duplicate-gan", 2)}
    assert tails(gather(make_study(tmp_path, plan(("gan", "duplicate-gan"), 2), leave_out=left))) == []
