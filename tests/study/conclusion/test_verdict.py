import pytest
from small_study import fail_gate, make_study, plan

from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.conclusion.verdict import verdict
from vbg_framework.study.plan import Trial

ARMS = ("none", "gan", "duplicate-gan")


def said(root, planned=None, **more):
    return verdict(analyse(gather(make_study(root, planned or plan(ARMS, 6), **more))))


def test_an_augmenter_that_beats_copies_is_said_to(tmp_path):
    text = said(tmp_path)
    assert text.startswith("gan does more than copies of real records would. gan: better than copying as many real")
    assert "(macro F1 +" in text
    assert "95 % interval +" in text
    assert "6 replicates)" in text
    assert "It is better than real records alone" in text


def test_one_that_does_not_is_neither_praised_nor_condemned(tmp_path):
    text = said(tmp_path, skills={"gan": 0.6})
    assert "was not shown to do more than copies of real records, which cost nothing" in text
    assert "gan: not shown to be better or worse than copying as many real records" in text
    assert "points fits what was seen" in text


def test_one_that_does_harm_is_called_worse(tmp_path):
    assert "gan: worse than copying as many real records" in said(tmp_path, skills={"gan": 0.2})


def test_no_difference_is_a_finding_only_within_the_margin(tmp_path):
    text = said(tmp_path, plan(ARMS, 6, margin=0.2), skills={"gan": 0.6})
    assert "gan: neither better nor worse than copying as many real records" in text
    assert "The whole interval lies within the 20.0 points that count as no difference." in text


def test_gains_that_copies_have_too_are_not_the_augmenter_s(tmp_path):
    text = said(tmp_path, skills={"gan": 0.75, "duplicate-gan": 0.75})
    assert "It is better than real records alone" in text
    assert ", as are the copies." in text


def test_of_several_augmenters_those_that_help_are_named(tmp_path):
    arms = ("none", "gan", "lora", "duplicate-gan", "duplicate-lora")
    assert said(tmp_path, plan(arms, 6)).startswith("gan does more than")
    assert said(tmp_path, plan(arms, 6), skills={"lora": 0.85}).startswith("gan and lora do more than")
    assert said(tmp_path, plan(arms, 6), skills={"gan": 0.6}).startswith("None of 2 augmenters was shown")


def test_five_pairs_of_one_test_split_cannot_reach_alpha_and_it_says_so(tmp_path):
    text = said(tmp_path, plan(ARMS, 5, split="fixed"))
    assert "5 pairs cannot reach alpha = .05" in text
    assert "gan: not shown to be better or worse" in text
    assert "All of this is about one test split." in text


def test_runs_that_failed_a_gate_are_not_judged(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 2))
    for number in (1, 2):
        fail_gate(folder, Trial("gan", number))
    text = verdict(analyse(gather(folder)))
    assert text.startswith("Only 4 of 6 runs count.")
    assert "gan: not judged, because no replicate has a run that counts of both gan and duplicate-gan." in text
    assert "2 runs that failed a gate do not count." in text


def test_when_wrong_labels_do_not_hurt_the_study_has_no_power(tmp_path):
    arms = (*ARMS, "label-noise")
    text = said(tmp_path, plan(arms, 6), skills={"gan": 0.6, "label-noise": 0.55})
    assert "this study has no power" in text
    assert "as they must" in said(tmp_path, plan(arms, 6))


def test_what_text_and_more_real_records_do_is_always_told(tmp_path):
    text = said(tmp_path, plan((*ARMS, "text-only", "extra-real"), 6), skills={"text-only": 0.5, "extra-real": 0.7})
    assert "From the text alone macro F1 is 0." in text
    assert "More real records make a difference of +" in text


def test_an_unequal_budget_is_part_of_the_verdict(tmp_path):
    text = said(tmp_path, plan(ARMS, 2, epochs=3))
    assert "Arms with more records were trained longer, which alone can raise scores." in text
    assert "What was not as planned is listed: 1 point." in text


def test_without_copies_the_worth_of_an_augmenter_is_not_known(tmp_path):
    text = said(tmp_path, plan(("none", "gan"), 6))
    assert text.startswith("No augmenter was compared with copies of real records")
    assert "gan: better than real records alone" in text


@pytest.mark.parametrize("metric", ["ece", "brier"])
def test_a_metric_whose_lower_values_are_better_says_so(tmp_path, metric):
    assert "lower is better" in said(tmp_path, plan(ARMS, 6, metrics=(metric,)))


def test_one_replicate_gives_no_interval(tmp_path):
    text = said(tmp_path, plan(ARMS, 1))
    assert "no interval, 1 replicate)" in text
    assert "fits what was seen" not in text


def test_before_the_first_run_there_is_nothing_to_say(tmp_path):
    text = said(tmp_path, plan(ARMS, 1), leave_out={(name, 1) for name in ARMS})
    assert text.startswith("Only 0 of 3 runs count. There is nothing to compare yet.")


def test_models_are_held_against_their_reference(tmp_path):
    models = plan(("gan-reference", "gan-good", "gan-bad", "gan-alike"), 6, reference="gan-reference")
    skills = {"gan-reference": 0.5, "gan-good": 0.8, "gan-bad": 0.2, "gan-alike": 0.5}
    text = said(tmp_path, models, skills=skills)
    assert text.startswith(
        "Of 3 arms compared with gan-reference, gan-good is better, gan-bad is worse and 1 was not shown to be either."
    )
    assert "gan-good: better than gan-reference (macro F1 +" in text
    assert "copies" not in text


def test_of_many_models_the_paragraph_names_the_best_and_the_worst_alone(tmp_path):
    names = tuple(f"gan-{letter}" for letter in "abcdefgh")
    skills = dict.fromkeys(names, 0.5) | {"gan-b": 0.8, "gan-c": 0.2}
    text = said(tmp_path, plan(names, 6, reference="gan-a"), skills=skills)
    assert text.startswith("Of 7 arms compared with gan-a, gan-b is better, gan-c is worse and 5 were not shown")
    assert "gan-d" not in text


def test_models_without_a_pair_are_not_counted(tmp_path):
    missing = {("gan-b", number) for number in range(1, 7)}
    text = said(tmp_path, plan(("gan-a", "gan-b"), 6, reference="gan-a"), leave_out=missing)
    assert "Nothing could be compared with gan-a yet." in text


@pytest.mark.parametrize(
    ("names", "told"),
    [(("gan-a", "gan-b", "gan-c"), "None of 2 arms was shown"), (("gan-a", "gan-b"), "The other arm was not shown")],
)
def test_models_that_are_alike_are_said_to_be(tmp_path, names, told):
    text = said(tmp_path, plan(names, 6, reference="gan-a"), skills=dict.fromkeys(names, 0.5))
    assert text.startswith(f"{told} to be better or worse than gan-a.")
