"""From a registered study to its plan."""

import json
from dataclasses import replace

import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.make import make_plan, resolve_trial, study_problems
from vbg_framework.study.plan import Plan, Trial


@pytest.fixture(scope="module")
def plugins():
    return load_plugins()


def plan(plugins, *sets):
    return make_plan("tiny-study", Registry.read(TINY), plugins, sets)


def registry(**study):
    found = Registry.read(TINY)
    found.add({"version": 1, "studies": {"own": {"experiment": "tiny-image", **study}}}, "own.yaml")
    return found


def test_a_plan_means_the_plugins_it_was_made_with_whatever_is_installed_later(plugins, install):
    made = Plan.from_json(json.loads(json.dumps(plan(plugins).to_json())))
    code = """
        from vbg_framework import Component, Config, hookimpl

        @hookimpl
        def vbg_components():
            yield Component("encoder", "vit", Config, "nowhere:Vit")
    """
    more = replace(plugins, statuses=[*plugins.statuses, *load_plugins(found=install("rival", code)).statuses])
    assert resolve_trial(made, Trial("none", 1), more).parts["encoders.image"].plugin.name == "vbg_vit"
    with pytest.raises(VBGError, match="offered by"):
        plan(more)


def test_controls_join_the_arms_of_a_study(plugins):
    controls = "controls=[none, duplicate, oversample, classical, extra_real, label_noise, text_only]"
    found = plan(plugins, controls, "experiment=tiny")
    assert [arm.name for arm in found.arms] == [
        "more", "none", "duplicate-more", "oversample", "classical", "extra-real", "label-noise", "text-only",
    ]  # fmt: skip
    kinds = {arm.name: (arm.options["augmenter"] or {}).get("type") for arm in found.arms}
    assert kinds["none"] is kinds["oversample"] is kinds["extra-real"] is None
    assert (kinds["classical"], kinds["label-noise"]) == ("classical", "label_noise")
    assert found.arm("oversample").options["train"]["sampling"] == "balanced"
    assert {arm.name: arm.options["split"]["hold_back"] for arm in found.arms if arm.name != "more"} == {
        **dict.fromkeys([arm.name for arm in found.arms if arm.name != "more"], 0.2), "extra-real": 0.0,
    }  # fmt: skip
    assert list(found.arm("text-only").options["encoders"]) == ["text"]


def test_all_arms_have_the_same_budget_and_batches(plugins):
    trains = [{**arm.options["train"], "sampling": None} for arm in plan(plugins).arms]
    assert all(train == trains[0] for train in trains)


def test_copies_stand_in_for_the_records_of_their_arm_and_share_its_mix(plugins):
    found = make_plan(
        "own", registry(arms={"few": {"augmenter": "copies", "mix": {"policy": "ratio", "share": 0.1}}}), plugins
    )
    copies = found.arm("duplicate-few")
    assert (copies.copies_of, copies.options["augmenter"]) == ("few", {"type": "duplicate"})
    assert copies.options["mix"] == found.arm("few").options["mix"]
    assert copies.options["loop"]["copies"] is False


def test_an_arm_that_makes_no_records_has_no_copies(plugins):
    found = make_plan("own", registry(arms={"changes": {"augmenter": {"type": "classical"}}}), plugins)
    assert [arm.name for arm in found.arms if arm.copies_of] == []


def test_a_control_that_would_change_nothing_is_left_out(plugins):
    found = make_plan(
        "own", registry(experiment="tiny-text", arms={"more": {"augmenter": "copies"}}, controls=["none", "classical"]),
        plugins,
    )  # fmt: skip
    assert [arm.name for arm in found.arms] == ["more", "none"]


def test_a_replicate_gives_all_arms_the_same_seeds(plugins):
    found = plan(plugins, "seed=7")
    for number, seed in ((1, 7), (2, 8)):
        for arm in ("more", "none"):
            experiment = resolve_trial(found, Trial(arm, number), plugins).experiment
            assert (experiment.seed, experiment.split.seed, experiment.split.use) == (seed, seed, "stratified")


def test_with_a_fixed_split_only_the_other_seeds_vary(plugins):
    found = plan(plugins, "split=fixed")
    splits = [resolve_trial(found, Trial("none", number), plugins).experiment.split for number in (1, 2)]
    assert splits[0] == splits[1]


def test_draws_share_a_division_and_differ_in_seeds_and_in_the_objects_that_are_kept(plugins):
    found = plan(plugins, "design.draws=2", "base.split.scarce={classes: 2, keep: 3}")
    assert found.divisions == [[1, 2], [3, 4]]
    splits = [resolve_trial(found, Trial("none", number), plugins).experiment.split for number in (1, 2, 3)]
    assert [(split.seed, split.scarce.seed) for split in splits] == [(1, 1), (1, 2), (2, 3)]


def test_folds_take_turns_as_test_objects(plugins):
    found = make_plan(
        "own", registry(arms={"more": {"augmenter": "copies"}}, design={"folds": 3, "repeats": 2}), plugins
    )
    splits = [resolve_trial(found, Trial("more", number), plugins).experiment.split for number in range(1, 7)]
    assert [(split.seed, split.fold) for split in splits] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]
    assert len(found.divisions) == 6
    assert type(found).from_json(json.loads(json.dumps(found.to_json()))) == found


def test_null_takes_the_replicates_out_of_a_registered_study_so_that_folds_can_be_tried(plugins):
    assert len(plan(plugins, "replicates=null").replicates) == 10
    found = plan(plugins, "replicates=null", "design.folds=3", "design.repeats=1")
    assert [each.fold for each in found.replicates] == [1, 2, 3]
    with pytest.raises(VBGError, match="`replicates` 2 and `design.folds` 3 .* --set replicates=null"):
        plan(plugins, "design.folds=3")


def test_a_quota_says_how_many_copies_are_made(plugins):
    loop = resolve_trial(plan(plugins), Trial("duplicate-more", 1), plugins, {"vase": 3}).experiment.loop
    assert loop.quota == {"vase": 3}


def test_one_task_decides_or_several(plugins):
    assert plan(plugins).tasks == plan(plugins, "task=form").tasks == ("form",)
    assert plan(plugins, "base.tasks=[form, glaze]", "task=[glaze, form]").tasks == ("glaze", "form")
    assert plan(plugins, "task=[form]").hash == plan(plugins, "task=form").hash


def test_the_same_study_has_the_same_hash(plugins):
    assert plan(plugins).hash == plan(plugins).hash != plan(plugins, "replicates=3").hash


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ({"arms": {"gan": {"augmenter": "gann"}}}, "own.yaml: studies.own.arms.gan.augmenter: 'gann'"),
        ({"arms": {"gan": {"augmenters": "gan"}}}, "studies.own.arms.gan: unknown key 'augmenters'"),
        ({"arms": {"none": {}}}, "arms are kebab-case and no controls, got 'none'"),
        ({"arms": {"Gan": {}}}, "got 'Gan'"),
        ({"arms": {"more": {"augmenter": "copies"}}, "task": "shape"}, "unknown task 'shape'"),
        ({"arms": {"a": {}}, "task": ["form", "glace"]}, "own.task: unknown task 'glace'. Did you mean 'glaze'"),
        ({"arms": {"more": {}}, "split": "fixed", "design": {"draws": 2}}, "`design` goes with `split: resplit`"),
        ({"arms": {"more": {}}, "replicates": 4, "design": {"folds": 3}}, "leave one out"),
        ({"experiment": "tinny", "arms": {"more": {}}}, "Did you mean 'tiny'"),
    ],
)
def test_a_mistake_in_a_study_is_named(plugins, study, told):
    with pytest.raises(VBGError) as error:
        make_plan("own", registry(**study), plugins)
    assert told in str(error.value)


def test_an_unknown_study_is_named(plugins):
    with pytest.raises(VBGError, match="unknown name 'tiny-studdy' in studies. Did you mean 'tiny-study'"):
        make_plan("tiny-studdy", Registry.read(TINY), plugins)


def test_check_finds_what_is_wrong_with_studies(plugins):
    assert list(study_problems(Registry.read(TINY), plugins)) == []
    [problem] = study_problems(registry(arms={"gan": {"augmenter": "gann"}}), plugins)
    assert "gann" in str(problem)


def test_reference_and_published_figures_are_part_of_the_plan(plugins):
    arms = {"small": {"train": {"batch_size": 4}}, "large": {"train": {"batch_size": 8}}}
    paper = {"source": "A paper", "arms": {"small": {"accuracy": 0.9}}}
    found = make_plan("own", registry(arms=arms, controls=[], reference="large", published=paper), plugins)
    assert (found.reference, found.published) == ("large", paper)
    assert [arm.name for arm in found.arms] == ["small", "large"]
    assert type(found).from_json(found.to_json()) == found


def test_copies_of_an_arm_that_chooses_its_amount_choose_none(plugins):
    found = make_plan("own", registry(arms={"some": {"augmenter": "copies", "mix": {"amounts": [0, 1]}}}), plugins)
    assert found.arm("some").options["mix"]["amounts"] == [0, 1]
    assert found.arm("duplicate-some").options["mix"]["amounts"] is None
