"""The loop by itself; whole runs are in test_execute."""

import math

import pytest
import torch
from timm.loss import SoftTargetCrossEntropy
from tiny import TINY
from torch.nn.functional import cross_entropy, one_hot

import vbg_framework
from vbg_framework.errors import VBGError
from vbg_framework.train import weighted_loss


def lines(run, kind):
    return [line for line in run.lines() if line["kind"] == kind]


def test_validation_happens_as_often_as_asked_and_at_the_end(tiny_run):
    assert [line["step"] for line in lines(tiny_run, "validation")] == [4, 8, 12]


def test_the_best_step_is_the_first_with_the_highest_validation_metric(tiny_run):
    scores = {line["step"]: line["macro_f1"] for line in lines(tiny_run, "validation")}
    best = max(scores.values())
    metrics = tiny_run.read_json("metrics.json")
    assert metrics["best_step"] == min(step for step, score in scores.items() if score == best)
    means = [scores["macro_f1"] for scores in metrics["validation"].values()]
    assert sum(means) / len(means) == pytest.approx(best)


def test_every_line_of_the_log_is_complete(tiny_run):
    for line in lines(tiny_run, "train"):
        assert math.isfinite(line["loss"])
        assert line["items_per_second"] > 0
        assert 0 < line["learning_rate"] <= 1e-3
    for line in lines(tiny_run, "validation"):
        assert set(line["tasks"]) == {"form", "glaze"}


def test_a_metric_where_less_is_better_selects_the_lowest(tmp_path):
    run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=["train.metric=log_loss"])
    scores = {line["step"]: line["log_loss"] for line in lines(run, "validation")}
    assert run.read_json("metrics.json")["best_step"] == min(scores, key=scores.get)


def test_a_metric_nobody_knows_is_refused_before_any_work(tmp_path):
    with pytest.raises(VBGError, match=r"train.metric: input should be .*'macro_f1'.*, got 'macro_f2'"):
        vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=["train.metric=macro_f2"])
    assert not list(tmp_path.iterdir())


def test_training_learns(tmp_path):
    sets = ["train.steps=150", "train.evaluate_every=150", "tasks=[glaze]"]
    run = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets)
    losses = [line["loss"] for line in lines(run, "train")]
    assert losses[-1] < 0.7 * losses[0]


class Penalised:
    """Cross-entropy and a penalty, as a classifier's loss."""

    def loss(self, logits, targets):
        return cross_entropy(logits["form"], targets["form"], ignore_index=-1) + 7


def batch(**more):
    logits = {"form": torch.randn(6, 4, generator=torch.Generator().manual_seed(1))}
    return logits, {"targets": {"form": torch.tensor([0, 1, 2, 3, 0, 1])}, "synthetic": torch.zeros(6).bool(), **more}


@pytest.mark.parametrize("weights", [[0.3] * 6, [0.3, 0.3, 0, 0.8, 1, 0]], ids=["one weight", "a weight per item"])
def test_the_loss_of_mixed_items_is_that_of_soft_targets_and_penalties_count_once(weights):
    second, share = torch.tensor([1, 1, 3, 0, 2, 2]), torch.tensor(weights)
    logits, mixed = batch(second={"form": second}, second_weight=share)
    soft = one_hot(mixed["targets"]["form"], 4) * (1 - share)[:, None] + one_hot(second, 4) * share[:, None]
    expected = SoftTargetCrossEntropy()(logits["form"], soft) + 7
    torch.testing.assert_close(weighted_loss(Penalised(), logits, mixed, 1.0), expected)


def test_generated_items_weigh_what_was_asked():
    synthetic = torch.tensor([False, False, True, False, True, False])
    logits, mixed = batch(synthetic=synthetic)
    losses = cross_entropy(logits["form"], mixed["targets"]["form"], reduction="none")
    weights = torch.where(synthetic, 0.25, 1.0)
    expected = (losses * weights).sum() / weights.sum() + 7
    torch.testing.assert_close(weighted_loss(Penalised(), logits, mixed, 0.25), expected)
    of_one_kind = weighted_loss(Penalised(), *batch(), 0.25)
    torch.testing.assert_close(of_one_kind, losses.mean() + 7)
