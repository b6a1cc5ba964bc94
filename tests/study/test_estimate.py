"""What a study will cost."""

from tiny import TINY

from vbg_framework.plugins import load_plugins
from vbg_framework.registry import Registry
from vbg_framework.screen import Screen
from vbg_framework.study.estimate import estimate
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
