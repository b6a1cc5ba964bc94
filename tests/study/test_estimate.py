"""What a study will cost."""

import pytest
from tiny import TINY

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.screen import Screen
from vbg_framework.study import estimate as module
from vbg_framework.study.estimate import estimate, trainings
from vbg_framework.study.make import make_plan


def test_a_few_steps_of_every_arm_tell_what_the_whole_will_take():
    plugins = load_plugins()
    short, long = (
        {cost.arm: cost for cost in estimate(plan(plugins, steps), plugins, Screen())} for steps in (100, 2000)
    )
    assert [*short] == ["more", "none", "duplicate-more"]
    assert 5 < long["none"].train / short["none"].train < 80  # twenty times the steps
    assert short["none"].fit == short["duplicate-more"].fit == 0


def plan(plugins, steps):
    sets = [f"base.train.steps={steps}", "base.train.evaluate_every=50"]
    return make_plan("tiny-study", Registry.read(TINY), plugins, sets)


def test_a_head_that_is_fitted_is_timed_whole():
    plugins = load_plugins()
    sets = ["experiment=tiny-text", "base.encoders.text={type: tfidf}", "controls=[]"]
    sets += ["arms.more={augmenter: null, classifier: {type: logistic_regression}}"]
    [cost] = estimate(make_plan("tiny-study", Registry.read(TINY), plugins, sets), plugins, Screen())
    assert (cost.arm, cost.fit) == ("more", 0)
    assert 0 < cost.train < 60


@pytest.mark.parametrize(("steps", "learning"), [(8, 3.0), (100, 12.2)])
def test_fitting_is_counted_up_from_two_short_fits(monkeypatch, steps, learning):
    """Two stages of learning at .1 s a step, and 1.4 s of everything else."""

    def tried(arm, options, most, plugins):
        cut = module._few(options["augmenter"], most)
        seconds = 1.4 + 0.1 * (cut["steps"] + cut["text"]["pretrain_steps"])
        return {"training_seconds": 1.0, "generated": {"fit_seconds": seconds}}, 100.0

    monkeypatch.setattr(module, "_tried", tried)
    plugins = load_plugins()
    gan = f"{{type: gan, steps: {steps}, text: {{pretrain_steps: 8}}}}"
    plan = make_plan("tiny-study", Registry.read(TINY), plugins, [f"arms.more.augmenter={gan}", "controls=[]"])
    [cost] = estimate(plan, plugins, Screen())
    assert cost.fit == pytest.approx(learning)


def test_every_amount_that_is_tried_is_a_training():
    changes = ["arms.more.mix={amounts: [0, 0.5, 1]}", "arms.more.loop.rounds=2", "controls=[none]"]
    more, none = make_plan("tiny-study", Registry.read(TINY), load_plugins(), changes).arms
    assert (trainings(more), trainings(none)) == (4, 1)
