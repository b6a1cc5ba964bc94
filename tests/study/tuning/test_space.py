"""What may be tuned."""

from importlib.util import find_spec

import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.make import make_plan, study_problems
from vbg_framework.study.tuning import space as module
from vbg_framework.study.tuning.space import check_optuna


@pytest.fixture(scope="module")
def plugins():
    return load_plugins()


@pytest.fixture(autouse=True)
def _optuna(monkeypatch):
    """A plan is the same whether Optuna is installed or not."""
    monkeypatch.setattr(module, "find_spec", lambda name: True)


def study(**tune):
    registry, given = Registry.read(TINY), Registry.read(TINY).entries["studies"]["tiny-study"]
    registry.add({"version": 1, "studies": {"tuned": {**given, "tune": {"trials": 4, **tune}}}}, "own.yaml")
    return registry


def made(plugins, **tune):
    return make_plan("tuned", study(**tune), plugins)


RATES = {"train.learning_rate": {"low": 1e-4, "high": 1e-2, "log": True}}


def test_every_arm_has_as_many_trials(plugins):
    plan = made(plugins, space=RATES, arms={"more": {"mix.weight": [0.5, 1.0]}})
    assert {(arm.tune["trials"], arm.tune["metric"], arm.tune["seed"]) for arm in plan.arms} == {(4, "macro_f1", 0)}
    assert [sorted(arm.tune["space"]) for arm in plan.arms] == [
        ["mix.weight", "train.learning_rate"], ["train.learning_rate"], ["train.learning_rate"]
    ]  # fmt: skip


def test_components_may_be_named_and_are_planned_with_all_their_options(plugins):
    plan = made(plugins, space={"classifier": ["tiny-head", {"type": "softmax", "dropout": 0.5}]})
    first, second = plan.arm("none").tune["space"]["classifier"]
    assert (first["type"], first["dropout"], second["dropout"]) == ("softmax", 0.1, 0.5)
    assert first.keys() == second.keys()


def test_copies_are_not_tuned_in_what_they_have_from_their_arm(plugins):
    plan = made(plugins, space={**RATES, "mix.weight": [0.5, 1.0], "loop.count": [4, 8]})
    assert sorted(plan.arm("more").tune["space"]) == ["loop.count", "mix.weight", "train.learning_rate"]
    assert sorted(plan.arm("duplicate-more").tune["space"]) == ["train.learning_rate"]


def test_another_metric_judges_trials_and_is_measured(plugins):
    assert made(plugins, space=RATES, metric="log_loss").arm("none").tune["metric"] == "log_loss"


@pytest.mark.parametrize(
    ("tune", "said"),
    [
        ({"space": {"train.rate": [1]}}, r"space.train.rate: the arm 'more' cannot have it, got 1 \(.*unknown key"),
        ({"space": {"nonsense": [1]}}, r"tune.space.nonsense: the arm 'more' cannot have it"),
        ({"space": {"train.learning_rate": [0.1, -1]}}, r"train.learning_rate: the arm 'more' cannot have it, got -1"),
        ({"space": {"train.workers": {"low": 0, "high": 4}}}, r"train.workers: .* got 1.5"),
        ({"space": RATES, "arms": {"none": {"augmenter.steps": [1]}}}, r"arms.none.augmenter.steps: the arm 'none'"),
        ({"space": {"augmenter.steps": [1]}}, r"or name it under `tune.arms` for the arms that have it"),
        ({"space": {"classifier": ["no-head"]}}, r"no-head"),
        ({"space": RATES, "arms": {"mor": {}}}, r"tune.arms: unknown arm 'mor'. Did you mean 'more'"),
        ({"space": RATES, "metric": "macro_f2"}, r"tune.metric: unknown metric type 'macro_f2'"),
        ({"space": RATES, "metric": "recall_scarce"}, r"tune.metric: recall_scarce needs classes that are made scarce"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_before_the_first_run(plugins, tune, said):
    with pytest.raises(VBGError, match=said):
        made(plugins, **tune)


def test_a_study_can_be_checked_but_not_begun_without_optuna(plugins, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert not list(study_problems(study(space=RATES), plugins))
    with pytest.raises(
        VBGError, match=r"studies.tuned.tune: Optuna is not installed, got no module of this name. Install"
    ):
        made(plugins, space=RATES)


def test_optuna_is_looked_for_where_it_would_be_imported_from(monkeypatch):
    monkeypatch.setattr(module, "find_spec", find_spec)
    if find_spec("optuna"):
        check_optuna("x")
    else:
        with pytest.raises(VBGError):
            check_optuna("x")
