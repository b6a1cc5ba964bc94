"""The options of the loss that all heads share."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch.nn import functional as F
from torchvision.ops import sigmoid_focal_loss
from vbg_softmax import SoftmaxConfig
from vbg_softmax.classifier import SoftmaxClassifier

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task

DIM = 6
PERIOD = Task("period", classes=("a", "b", "c"), counts=(80, 15, 5))
TAGS = Task("tags", multi_label=True, classes=("x", "y"), counts=(30, 10))
TARGET = torch.tensor([0, 2, -1, 1])
SEVERAL = torch.tensor([[1, 0], [1, 1], [-1, -1], [0, 0]])
WEIGHTS = torch.tensor([100 / (3 * n) for n in PERIOD.counts])


def classifier(task, **options):
    torch.default_generator.manual_seed(0)
    return SoftmaxClassifier(SoftmaxConfig(**{"l2": 0, **options}), dim=DIM, tasks={task.name: task}).eval()


def logits(classes=3, batch=4):
    return torch.randn(batch, classes, generator=torch.Generator().manual_seed(1)) * 2


def loss(task, target, given=None, **options):
    given = logits(len(task.classes)) if given is None else given
    return classifier(task, **options).loss({task.name: given}, {task.name: target})


def probabilities(row):
    return [math.exp(z) / sum(math.exp(other) for other in row) for z in row]


@pytest.mark.parametrize("weighting", ["none", "balanced"])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_loss_equals_a_slow_version_over_labelled_items_only(weighting, gamma):
    weights = WEIGHTS.tolist() if weighting == "balanced" else [1, 1, 1]
    rows = [
        (probabilities(row)[y], weights[y]) for row, y in zip(logits().tolist(), TARGET.tolist(), strict=True) if y >= 0
    ]
    slow = sum(-w * (1 - p) ** gamma * math.log(p) for p, w in rows) / 3
    assert loss(PERIOD, TARGET, loss="focal", gamma=gamma, class_weights=weighting).item() == pytest.approx(
        slow, rel=1e-5
    )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_loss_of_several_labels_is_torchvisions(gamma):
    known = SEVERAL[:, 0] != -1
    reference = sigmoid_focal_loss(logits(2)[known], SEVERAL[known].float(), alpha=-1, gamma=gamma, reduction="mean")
    torch.testing.assert_close(loss(TAGS, SEVERAL, loss="focal", gamma=gamma), reference)


def test_focal_loss_without_focus_is_cross_entropy():
    for task, target in ((PERIOD, TARGET), (TAGS, SEVERAL)):
        focal = loss(task, target, loss="focal", gamma=0, class_weights="sqrt")
        torch.testing.assert_close(focal, loss(task, target, class_weights="sqrt"))


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal_loss_of_certainty_has_a_finite_gradient(gamma):
    sure = torch.tensor([[200.0, -200, -200], [-200, 200, -200]], requires_grad=True)
    loss(PERIOD, torch.tensor([0, 0]), sure, loss="focal", gamma=gamma).backward()
    assert sure.grad.isfinite().all()


@pytest.mark.parametrize("weighting", ["none", "balanced"])
def test_label_smoothing_is_torchs(weighting):
    weights = WEIGHTS if weighting == "balanced" else None
    known = TARGET != -1
    losses = F.cross_entropy(logits()[known], TARGET[known], weights, label_smoothing=0.2, reduction="none")
    torch.testing.assert_close(loss(PERIOD, TARGET, label_smoothing=0.2, class_weights=weighting), losses.mean())


def test_label_smoothing_equals_a_slow_version():
    losses = []
    for row, y in zip(logits().tolist(), TARGET.tolist(), strict=True):
        if y >= 0:
            logs = [math.log(p) for p in probabilities(row)]
            losses.append(-(0.8 * logs[y] + 0.2 * sum(logs) / 3))
    assert loss(PERIOD, TARGET, label_smoothing=0.2).item() == pytest.approx(sum(losses) / 3, rel=1e-5)


def test_label_smoothing_of_several_labels_is_that_of_a_task_of_two_classes_each():
    known = SEVERAL[:, 0] != -1
    given, truth = logits(2)[known], SEVERAL[known]
    pairs = torch.stack([torch.zeros_like(given), given], dim=-1).flatten(0, 1)  # no, yes
    reference = F.cross_entropy(pairs, truth.flatten(), label_smoothing=0.2)
    torch.testing.assert_close(loss(TAGS, SEVERAL, label_smoothing=0.2), reference)


@pytest.mark.parametrize("tau", [0.5, 1.0])
@pytest.mark.parametrize("name", ["cross_entropy", "focal"])
def test_logit_adjustment_adds_the_logarithm_of_the_share_in_the_loss_only(tau, name):
    shares = torch.tensor(PERIOD.counts) / 100
    adjusted = loss(PERIOD, TARGET, logits() + tau * shares.log(), loss=name)
    torch.testing.assert_close(loss(PERIOD, TARGET, loss=name, logit_adjustment=tau), adjusted)
    x = torch.randn(4, DIM)
    assert torch.equal(classifier(PERIOD, logit_adjustment=tau)(x)["period"], classifier(PERIOD)(x)["period"])


def test_logit_adjustment_of_frequencies_favours_scarce_classes_where_nothing_is_known():
    """The loss over labels in their frequencies is least where all logits are equal: balanced, not the frequencies."""
    model, given = classifier(PERIOD, logit_adjustment=1), torch.zeros(100, 3, requires_grad=True)
    target = torch.arange(3).repeat_interleave(torch.tensor(PERIOD.counts))
    model.loss({"period": given}, {"period": target}).backward()
    torch.testing.assert_close(given.grad.sum(0), torch.zeros(3), atol=1e-6, rtol=0)


def test_a_class_without_labels_is_adjusted_as_if_it_had_one():
    task = Task("period", classes=("a", "b"), counts=(9, 0))
    adjusted = loss(task, torch.tensor([1]), torch.tensor([[0.0, 0.0]]), logit_adjustment=1)
    assert adjusted.item() == pytest.approx(-math.log(0.1), rel=1e-5)


def test_shares_are_saved_with_the_model():
    trained = classifier(PERIOD, logit_adjustment=1)
    loaded = classifier(Task("period", classes=PERIOD.classes), logit_adjustment=1)
    loaded.load_state_dict(trained.state_dict())
    given, target = {"period": logits()}, {"period": TARGET}
    assert trained.loss(given, target) == loaded.loss(given, target)
    assert "adjustment" not in "".join(classifier(PERIOD).state_dict())


def test_logit_adjustment_of_several_labels_is_refused():
    message = (
        "classifier: logit_adjustment is for tasks of one class per record, and 'tags' is multi-label, got 1. "
        "Set it to 0, or use class_weights."
    )
    with pytest.raises(VBGError, match=message):
        classifier(TAGS, logit_adjustment=1)


def test_smoothing_and_focus_are_not_mixed():
    with pytest.raises(ValidationError, match="label_smoothing: must be 0 with loss focal, got 0.1"):
        SoftmaxConfig(loss="focal", label_smoothing=0.1)


@pytest.mark.parametrize(
    "options",
    [{"loss": "focal", "gamma": 0.5}, {"label_smoothing": 0.1}, {"logit_adjustment": 1}],
    ids=lambda options: next(iter(options)),
)
def test_a_missing_label_gives_no_gradient_even_if_its_logits_are_not_finite(options):
    cases = [(PERIOD, TARGET), *([] if "logit_adjustment" in options else [(TAGS, SEVERAL)])]
    for task, target in cases:
        given = logits(len(task.classes))
        given[2] = torch.nan
        given.requires_grad_()
        loss(task, target, given, **options).backward()
        assert given.grad[2].eq(0).all()
        assert given.grad[[0, 1, 3]].abs().sum() > 0
        missing = loss(task, torch.full_like(target, -1), given, **options)
        assert missing.item() == 0
