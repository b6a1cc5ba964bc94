import pytest
from small_study import make_study, plan

from vbg_framework.statistics import compare, hierarchical
from vbg_framework.statistics.significance import holm
from vbg_framework.study.comparison.answers import outcomes
from vbg_framework.study.comparison.comparisons import (
    AUGMENTERS,
    CHECK,
    CONTROLS,
    COPIES,
    MODELS,
    ask,
    design_of,
    pairs_of,
)
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Arm, Replicate

ARMS = ("none", "gan", "lora", "duplicate-gan", "duplicate-lora", "label-noise")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return gather(make_study(tmp_path_factory.mktemp("comparisons"), plan(ARMS, 6), leave_out={("lora", 3)}))


def asked(results, question, metric="macro_f1"):
    [found] = ask(results, design_of(results), question, [("form", metric)])
    return found


def test_every_augmenter_meets_its_own_copies_and_real_records_and_controls_meet_real_records(results):
    assert pairs_of(results.plan) == {
        MODELS: {},
        COPIES: {"gan": "duplicate-gan", "lora": "duplicate-lora"},
        AUGMENTERS: {"gan": "none", "lora": "none"},
        CONTROLS: {"duplicate-gan": "none", "duplicate-lora": "none"},
        CHECK: {"label-noise": "none"},
    }


def test_an_augmenter_against_its_copies_is_what_comparing_the_two_alone_gives(results):
    for found in asked(results, COPIES).arms:
        d = found.difference
        table = {name: results.column(name, "macro_f1", "form") for name in (d.arm, d.control)}
        alone = compare(table, d.control, design=design_of(results))[0]
        assert d.control == f"duplicate-{d.arm}"
        assert (d.pairs, d.missing, d.p_method) == (alone.pairs, alone.missing, alone.p_method)
        assert (d.mean, *d.interval, d.p) == pytest.approx((alone.mean, *alone.interval, alone.p))
        assert found.values == pytest.approx(
            {n: table[d.arm][n] - table[d.control][n] for n in range(1, 7) if table[d.arm][n] is not None}
        )


def test_all_arms_of_a_question_are_one_family_although_each_has_its_own_control(results):
    found = [each.difference for each in asked(results, COPIES).arms]
    assert [d.p_holm for d in found] == pytest.approx(holm([d.p for d in found]))
    assert found[0].p_holm == pytest.approx(2 * found[0].p)


def test_notes_name_the_arm_and_its_control(results):
    lora = asked(results, COPIES).arms[1].difference
    assert lora.missing == (3,)
    assert lora.notes[0].startswith("No value in lora or duplicate-lora: 3.")


def test_the_sizes_of_a_new_split_are_those_of_objects(results):
    design = design_of(results)
    assert design.kind == "resplit"
    assert (design.n_train, design.n_test) == (480, 60)  # 960 and 120 records, two views of each object


def test_with_folds_all_that_is_not_tested_counts_as_training_objects(tmp_path):
    folds = [Arm(name, "control", {"augmenter": None, "split": {"folds": 5}}) for name in ("none", "oversample")]
    design = design_of(gather(make_study(tmp_path, plan(folds, 5))))
    assert (design.n_test, design.overlap) == (60, 1 / 4)


def test_what_the_plan_does_not_name_is_exploratory(results):
    assert not asked(results, COPIES).exploratory
    assert asked(results, COPIES, "accuracy").exploratory


def test_less_is_better_where_it_is(results):
    noise = asked(results, CHECK, "brier").arms[0].difference
    assert (noise.arm, noise.mean > 0, noise.verdict) == ("label-noise", True, "worse")


def test_with_one_test_split_there_is_an_interval_for_other_objects_and_five_pairs_cannot_reach_alpha(tmp_path):
    folder = make_study(tmp_path, plan(("none", "gan", "duplicate-gan"), 5, split="fixed"))
    for number in range(2, 6):  # all replicates have the test split of the first
        for arm in ("none", "gan", "duplicate-gan"):
            here, first = (folder.path / "runs" / arm / f"{n:02d}" / "predictions.parquet" for n in (number, 1))
            here.write_bytes(first.read_bytes())
    results = gather(folder)
    found = asked(results, COPIES).arms[0]
    assert any("5 pairs cannot reach alpha = .05" in note for note in found.difference.notes)
    low, high = found.objects
    assert low < found.values[1] < high  # of the answers that all replicates have here
    assert found.objects == hierarchical(outcomes(results, "gan", "form"), outcomes(results, "duplicate-gan", "form"))
    assert design_of(results).overlap == 0
    assert asked(results, COPIES, "accuracy").arms[0].objects is None


def test_before_the_first_run_there_is_no_design(tmp_path):
    everything = {(arm, 1) for arm in ARMS}
    assert design_of(gather(make_study(tmp_path, plan(ARMS, 1), leave_out=everything))) is None


def test_without_copies_or_real_records_nothing_is_asked_about_them(tmp_path):
    results = gather(make_study(tmp_path, plan(("gan", "label-noise"), 2)))
    assert pairs_of(results.plan) == {MODELS: {}, COPIES: {}, AUGMENTERS: {}, CONTROLS: {}, CHECK: {}}
    assert ask(results, design_of(results), COPIES, [("form", "macro_f1")]) == []


def test_every_arm_but_the_reference_meets_the_reference(tmp_path):
    models = plan(("gan-a", "gan-b", "lora"), reference="gan-b")
    pairs = pairs_of(models)
    assert {question: found for question, found in pairs.items() if found} == {
        MODELS: {"gan-a": "gan-b", "lora": "gan-b"}
    }


def test_the_draws_of_a_division_are_one_value_their_mean(tmp_path):
    seeds = tuple(Replicate(n, (n + 1) // 2, n) for n in range(1, 9))
    found = gather(make_study(tmp_path, plan(("none", "gan"), replicates=seeds), leave_out=[("gan", 8)]))
    [comparison] = ask(found, design_of(found), AUGMENTERS, [("form", "macro_f1")])
    gan, none = (found.column(arm, "macro_f1", "form") for arm in ("gan", "none"))
    halves = [(gan[n] - none[n] + gan[n + 1] - none[n + 1]) / 2 for n in (1, 3, 5)]
    assert comparison.arms[0].values == pytest.approx(dict(zip((1, 3, 5), halves, strict=True)))
    assert comparison.arms[0].difference.missing == (7,)
