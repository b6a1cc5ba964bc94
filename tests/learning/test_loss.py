"""The loss of a step in parts against that of one large batch."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_step import TASKS, Weighted
from timm.loss import SoftTargetCrossEntropy
from torch.nn.functional import cross_entropy, one_hot
from vbg_softmax import SoftmaxConfig
from vbg_softmax.classifier import SoftmaxClassifier

from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.learning.loss import StepLoss


class Penalised:
    """Cross-entropy and a penalty, as a classifier's loss."""

    label_mass = Classifier.label_mass

    def loss(self, logits, targets):
        known = (targets["form"] >= 0).sum().clamp(min=1)
        return cross_entropy(logits["form"], targets["form"], ignore_index=-1, reduction="sum") / known + 7


def batch(**more):
    logits = {"form": torch.randn(6, 4, generator=torch.Generator().manual_seed(1))}
    return logits, {"targets": {"form": torch.tensor([0, 1, 2, 3, 0, 1])}, "synthetic": torch.zeros(6).bool(), **more}


def whole(logits, mixed, weight):
    return StepLoss(Penalised(), [mixed], weight)(0, logits, mixed)


@pytest.mark.parametrize("weights", [[0.3] * 6, [0.3, 0.3, 0, 0.8, 1, 0]], ids=["one weight", "a weight per item"])
def test_the_loss_of_mixed_items_is_that_of_soft_targets_and_penalties_count_once(weights):
    second, share = torch.tensor([1, 1, 3, 0, 2, 2]), torch.tensor(weights)
    logits, mixed = batch(second={"form": second}, second_weight=share)
    soft = one_hot(mixed["targets"]["form"], 4) * (1 - share)[:, None] + one_hot(second, 4) * share[:, None]
    expected = SoftTargetCrossEntropy()(logits["form"], soft) + 7
    torch.testing.assert_close(whole(logits, mixed, 1.0), expected)


def test_generated_items_weigh_what_was_asked():
    synthetic = torch.tensor([False, False, True, False, True, False])
    logits, mixed = batch(synthetic=synthetic)
    losses = cross_entropy(logits["form"], mixed["targets"]["form"], reduction="none")
    weights = torch.where(synthetic, 0.25, 1.0)
    expected = (losses * weights).sum() / weights.sum() + 7
    torch.testing.assert_close(whole(logits, mixed, 0.25), expected)
    torch.testing.assert_close(whole(*batch(), 0.25), losses.mean() + 7)


def test_without_parts_the_loss_is_the_classifiers_own_to_the_last_bit():
    logits, plain = batch()
    assert whole(logits, plain, 1.0).item() == Penalised().loss(logits, plain["targets"]).item()


def drawn(generator, missing):
    """A step of 12 records with some labels missing, some generated, some mixed."""
    targets = {"form": torch.randint(0, 3, (12,), generator=generator)}
    targets["glaze"] = torch.randint(0, 2, (12,), generator=generator)
    targets["tags"] = torch.randint(0, 2, (12, 2), generator=generator).float()
    for name, share in missing.items():
        targets[name][torch.rand(12, generator=generator) < share] = -1
    second = {name: target.roll(5, 0) for name, target in targets.items()}
    weight = torch.tensor([0.0, 0.3])[torch.randint(0, 2, (12,), generator=generator)]
    return {
        "targets": targets,
        "synthetic": torch.rand(12, generator=generator) < 0.4,
        "second": second,
        "second_weight": weight,
        "x": torch.randn(12, 5, generator=generator),
    }


def cut(step, rows):
    return {
        key: {name: value[rows] for name, value in each.items()} if isinstance(each, dict) else each[rows]
        for key, each in step.items()
    }


def head():
    torch.manual_seed(0)
    config = SoftmaxConfig(dropout=0, l2=0.01, class_weights="balanced", label_smoothing=0.1)
    return SoftmaxClassifier(config, dim=5, tasks=TASKS)


def weighted():
    torch.manual_seed(0)
    return Weighted(None, dim=5, tasks=TASKS)


def gradients(make, processes, weight):
    """The averaged gradient of processes, each with its micro-batches, and the loss they report."""
    classifier, loss = make(), 0.0
    counts: list[torch.Tensor] = []
    for parts in processes:  # what every process would send
        StepLoss(classifier, parts, weight, len(processes), lambda tensor: counts.append(tensor) or tensor)
    total = sum(counts)
    for parts in processes:
        share = StepLoss(classifier, parts, weight, len(processes), lambda _: total)
        for number, part in enumerate(parts):
            found = share(number, classifier(part["x"]), part) / len(processes)
            found.backward()
            loss += found.item()
    return {name: parameter.grad for name, parameter in classifier.named_parameters()}, loss


@settings(max_examples=40, deadline=None)
@given(
    make=st.sampled_from([head, weighted]),
    seed=st.integers(0, 1000),
    missing=st.fixed_dictionaries({name: st.sampled_from([0.0, 0.5, 0.95, 1.0]) for name in TASKS}),
    weight=st.sampled_from([1.0, 0.25, 0.0]),
    micro=st.sampled_from([1, 2, 5, 12]),
    processes=st.sampled_from([1, 2, 3, 5]),
)
def test_the_gradient_of_the_parts_is_that_of_one_large_batch(make, seed, missing, weight, micro, processes):
    step = drawn(torch.Generator().manual_seed(seed), missing)
    shares = torch.arange(12).tensor_split(processes)
    passes = math.ceil(len(shares[0]) / micro)
    parts = [[cut(step, rows) for rows in mine.split(micro)] for mine in shares]
    for mine in parts:  # a process without records left stands in with one that has no label
        while len(mine) < passes:
            stand_in = cut(step, torch.tensor([0]))
            stand_in["targets"] = {name: torch.full_like(target, -1) for name, target in stand_in["targets"].items()}
            mine.append(stand_in | {"second": stand_in["targets"]})
    expected, one = gradients(make, [[step]], weight)
    found, other = gradients(make, parts, weight)
    assert other == pytest.approx(one, abs=1e-5)
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, atol=1e-6, rtol=1e-5)


def test_the_gradient_equals_that_of_per_record_weights():
    """A slow clear version: every record's loss by itself, weighed and divided by the labels."""
    step = drawn(torch.Generator().manual_seed(3), {"form": 0.5})
    del step["second"], step["second_weight"]
    classifier = head()
    logits = classifier(step["x"])
    weights = torch.where(step["synthetic"], 0.25, 1.0)
    known = step["targets"]["form"] >= 0
    own = classifier.heads["task:form"].label_weights
    options = {"ignore_index": -1, "reduction": "none", "label_smoothing": 0.1}
    one = cross_entropy(logits["form"], step["targets"]["form"], own, **options)
    expected = (one * weights)[known].sum() / weights[known].sum() / 3
    only = {**step, "targets": {n: t if n == "form" else torch.full_like(t, -1) for n, t in step["targets"].items()}}
    found = StepLoss(classifier, [only], 0.25)(0, logits, only) - classifier.penalty()
    torch.testing.assert_close(found, expected)


def test_a_mean_that_divides_by_weights_is_that_of_per_record_weights():
    """Own, second, generated and missing labels of one task, record by record."""
    step = drawn(torch.Generator().manual_seed(5), {"form": 0.5, "glaze": 1.0, "tags": 1.0})
    classifier, total, mass = weighted(), 0.0, 0.0
    logits = classifier(step["x"])
    for row in range(12):
        record = 0.25 if step["synthetic"][row] else 1.0
        second = step["second_weight"][row].item()
        for target, share in ((step["targets"]["form"][row], 1 - second), (step["second"]["form"][row], second)):
            if target >= 0:
                weight = record * share * classifier.weights[target]
                total, mass = total - weight * logits["form"][row].log_softmax(0)[target], mass + weight
    penalty = 0.1 * sum(layer.weight.square().sum() for layer in classifier.layers)
    halves = [cut(step, slice(0, 7)), cut(step, slice(7, 12))]
    share = StepLoss(classifier, halves, 0.25)
    found = sum(share(number, classifier(half["x"]), half) for number, half in enumerate(halves))
    torch.testing.assert_close(found, total / mass + penalty)


def test_a_loss_that_knows_no_batch_without_labels_is_asked_for_none_where_all_labels_are_there():
    class Bold(Penalised):
        def loss(self, logits, targets):
            return cross_entropy(logits["form"], targets["form"], ignore_index=-1) + 7

    logits, plain = batch()
    halves = [cut(plain, rows) for rows in (slice(0, 4), slice(4, 6))]
    share = StepLoss(Bold(), halves, 1.0)
    found = sum(
        share(number, {"form": logits["form"][rows]}, halves[number])
        for number, rows in enumerate((slice(0, 4), slice(4, 6)))
    )
    torch.testing.assert_close(found, Bold().loss(logits, plain["targets"]))


def test_the_logits_of_a_task_that_nobody_has_a_label_of_get_a_gradient_all_the_same():
    """Otherwise processes that share a step would wait for it."""
    logits, plain = batch()
    plain["targets"] = {"form": torch.full((6,), -1)}
    logits["form"].requires_grad_()
    StepLoss(Penalised(), [plain, plain], 1.0)(0, logits, plain).backward()
    assert torch.equal(logits["form"].grad, torch.zeros(6, 4))
