"""The plan of a study on the screen; its costs are in test_compare.py."""

from dataclasses import replace

from tiny import TINY

from vbg_framework.cli.planning import show
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.make import make_plan


def test_a_budget_in_epochs_is_warned_of(capsys):
    show(make_plan("tiny-study", Registry.read(TINY), load_plugins(), ["epochs=2"]))
    told = capsys.readouterr().out
    assert "tiny-study: 3 arms x 2 replicates = 6 runs; equal passes over the records." in told
    assert "WARNING The budget is 2 epochs: arms with more records train longer" in told
    assert "more            augmenter  duplicate, concat  -" in told


def test_fits_of_tuning_are_counted(capsys):
    plan = make_plan("tiny-study", Registry.read(TINY), load_plugins())
    assert "Tuned" not in _shown(plan, capsys)
    tune = {"trials": 5, "metric": "log_loss", "seed": 0, "space": {"train.learning_rate": [0.1]}}
    tuned = replace(plan, arms=tuple(replace(arm, tune=tune) for arm in plan.arms))
    said = "Tuned  5 trials per arm and division of the data, by log_loss on validation: 30 fits besides the runs."
    assert said in _shown(tuned, capsys)


def _shown(plan, capsys):
    show(plan)
    return capsys.readouterr().out
