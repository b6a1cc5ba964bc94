from tiny import TINY

from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Registry
from vbg_framework.learning.evaluation.metrics import STANDARD
from vbg_framework.learning.training_rules import Rules


def test_the_rules_are_those_the_experiment_chooses():
    sets = ["train.metric=log_loss", "train.schedule={type: cosine, floor: 0.2}", "train.optimizer=sgd"]
    rules = Rules.of(Registry.read(TINY).experiment("tiny-text", installed(), sets))
    assert list(rules.metrics) == list(STANDARD)
    assert rules.selects == "log_loss"
    assert rules.schedule.factor(10, 10) == 0.2
    assert rules.optimizer.config.momentum == 0.9
