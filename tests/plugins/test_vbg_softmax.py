import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from vbg_softmax import SoftmaxConfig, vbg_components
from vbg_softmax.classifier import SoftmaxClassifier
from vbg_softmax.head import label_weights

from vbg_framework.contracts.record import Task

DIM = 6
PERIOD = Task("period", classes=("a", "b", "c"), counts=(80, 15, 5))
TAGS = Task("tags", multi_label=True, classes=("x", "y"), counts=(30, 10))


def classifier(*tasks, **options):
    torch.manual_seed(0)
    return SoftmaxClassifier(SoftmaxConfig(**options), dim=DIM, tasks={task.name: task for task in tasks or (PERIOD,)})


def vectors(batch=4):
    return torch.randn(batch, DIM, generator=torch.Generator().manual_seed(1))


def slow_loss(logits, target, weights):
    """Cross-entropy one item at a time."""
    losses = [
        -weights[y] * math.log(math.exp(row[y]) / sum(math.exp(z) for z in row))
        for row, y in zip(logits.tolist(), target.tolist(), strict=True)
        if y != -1
    ]
    return sum(losses) / max(len(losses), 1)


def slow_multi_label_loss(logits, target, weights):
    losses = []
    for row, truth in zip(logits.tolist(), target.tolist(), strict=True):
        if truth[0] == -1:
            continue
        for z, y, w in zip(row, truth, weights, strict=True):
            p = 1 / (1 + math.exp(-z))
            losses.append(-w * math.log(p) if y else -math.log(1 - p))
    return sum(losses) / max(len(losses), 1)


def test_it_is_declared_with_the_defaults_of_the_paper():
    component = vbg_components()[0]
    assert (component.kind, component.name) == ("classifier", "softmax")
    assert component.load() is SoftmaxClassifier
    assert component.config().model_dump() == {
        "dropout": 0.5, "l2": 0.001, "class_weights": "none", "logit_adjustment": 0.0,
        "loss": {"type": "cross_entropy", "label_smoothing": 0.0},
    }  # fmt: skip
    component.config(**component.tiny)


def test_it_gives_one_set_of_logits_per_task():
    logits = classifier(PERIOD, TAGS)(vectors())
    assert {name: tuple(value.shape) for name, value in logits.items()} == {"period": (4, 3), "tags": (4, 2)}


@pytest.mark.parametrize("weighting", ["none", "balanced", "sqrt"])
@pytest.mark.parametrize("target", [[0, 1, 2, 0], [2, -1, 0, -1], [-1, -1, -1, -1]])
def test_the_loss_equals_a_slow_version_over_labelled_items_only(weighting, target):
    model = classifier(PERIOD, l2=0, class_weights=weighting).eval()
    logits, target = model(vectors()), {"period": torch.tensor(target)}
    weights = {
        "none": [1, 1, 1],
        "balanced": [100 / (3 * n) for n in PERIOD.counts],
        "sqrt": [100 / n**0.5 / sum(m**0.5 for m in PERIOD.counts) for n in PERIOD.counts],
    }[weighting]
    expected = slow_loss(logits["period"], target["period"], weights)
    assert model.loss(logits, target).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("weighting", ["none", "balanced"])
@pytest.mark.parametrize("target", [[[0, 1], [1, 1], [0, 0]], [[-1, -1], [1, 0], [-1, -1]], [[-1, -1]] * 3])
def test_the_multi_label_loss_equals_a_slow_version_over_labelled_items_only(weighting, target):
    model = classifier(TAGS, l2=0, class_weights=weighting).eval()
    logits, target = model(vectors(3)), {"tags": torch.tensor(target)}
    weights = [40 / (2 * 30), 40 / (2 * 10)] if weighting == "balanced" else [1, 1]
    expected = slow_multi_label_loss(logits["tags"], target["tags"], weights)
    assert model.loss(logits, target).item() == pytest.approx(expected, rel=1e-5)


def test_the_penalty_is_the_weighted_sum_of_squared_head_weights_and_part_of_the_loss():
    model = classifier(PERIOD, TAGS, l2=0.25)
    with torch.no_grad():
        for value, head in enumerate(model.heads.values(), start=1):
            head.weight.fill_(value)
            head.bias.fill_(100)
    assert model.penalty().item() == 0.25 * (3 * DIM * 1 + 2 * DIM * 4)
    logits = model.eval()(vectors())
    none = {"period": torch.full((4,), -1), "tags": torch.full((4, 2), -1)}
    assert model.loss(logits, none).item() == model.penalty().item()


def test_the_loss_is_the_mean_over_tasks():
    both, target = classifier(PERIOD, TAGS, l2=0).eval(), torch.tensor([0, 1, 2, -1])
    logits = both(vectors())
    labels = {"period": target, "tags": torch.tensor([[1, 0]] * 4)}
    period = slow_loss(logits["period"], target, [1] * 3)
    tags = slow_multi_label_loss(logits["tags"], labels["tags"], [1, 1])
    assert both.loss(logits, labels).item() == pytest.approx((period + tags) / 2, rel=1e-5)


def test_a_task_without_a_label_in_the_batch_keeps_its_place_in_the_graph():
    model = classifier(PERIOD, TAGS, l2=0)
    targets = {"period": torch.full((4,), -1), "tags": torch.full((4, 2), -1)}
    loss = model.loss(model(vectors()), targets)
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and p.grad.eq(0).all() for p in model.parameters())


def test_a_missing_label_gives_no_gradient_even_if_its_logits_are_not_finite():
    model = classifier(PERIOD, TAGS)
    logits = {"period": torch.zeros(2, 3), "tags": torch.zeros(2, 2)}
    for value in logits.values():
        value[1] = torch.nan
        value.requires_grad_()
    targets = {"period": torch.tensor([1, -1]), "tags": torch.tensor([[1, 0], [-1, -1]])}
    model.loss(logits, targets).backward()
    for value in logits.values():
        assert value.grad[0].abs().sum() > 0
        assert value.grad[1].eq(0).all()


def test_the_derivative_is_right():
    model = classifier(PERIOD, TAGS, class_weights="balanced").double().eval()
    targets = {"period": torch.tensor([1, -1, 0]), "tags": torch.tensor([[1, 0], [-1, -1], [0, 0]])}
    x = vectors(3).double().requires_grad_()
    # the loss itself is computed in fp32
    assert torch.autograd.gradcheck(lambda x: model.loss(model(x), targets), x, eps=1e-2, atol=1e-3, rtol=1e-2)


def test_every_parameter_learns():
    model = classifier(PERIOD, TAGS)
    targets = {"period": torch.tensor([0, 1, 2, 0]), "tags": torch.tensor([[1, 0]] * 4)}
    model.loss(model(vectors()), targets).backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8), st.sampled_from([0.5, 1.0]))
@settings(max_examples=50, deadline=None)
def test_weights_favour_scarce_classes_and_average_one_over_all_labels(counts, power):
    weights = label_weights(counts, power).tolist()
    assert all(math.isfinite(w) and w > 0 for w in weights)
    assert all(w == 1 for w, n in zip(weights, counts, strict=True) if n == 0)
    if sum(counts):
        mean = sum(w * n for w, n in zip(weights, counts, strict=True)) / sum(counts)
        assert mean == pytest.approx(1, rel=1e-5)
    seen = sorted((n, w) for n, w in zip(counts, weights, strict=True) if n)
    assert all(first[1] >= second[1] for first, second in pairwise(seen))


def test_weights_also_act_in_a_batch_that_holds_a_single_class():
    plain, balanced = (classifier(PERIOD, l2=0, class_weights=w).eval() for w in ("none", "balanced"))
    targets = {"period": torch.tensor([2, 2])}
    ratio = balanced.loss(balanced(vectors(2)), targets) / plain.loss(plain(vectors(2)), targets)
    assert ratio.item() == pytest.approx(100 / 15, rel=1e-5)


def test_weights_are_saved_with_the_model():
    trained = classifier(PERIOD, class_weights="balanced")
    loaded = classifier(Task("period", classes=PERIOD.classes), class_weights="balanced")
    loaded.load_state_dict(trained.state_dict())
    targets = {"period": torch.tensor([0, 1, 2, 0])}
    trained.eval()
    loaded.eval()
    assert trained.loss(trained(vectors()), targets) == loaded.loss(loaded(vectors()), targets)


def test_a_task_may_have_any_name():
    names = ["type", "keys", "a.b", "a%2Eb", "a%b", "釉 色", "", "task:a", "heads"]
    tasks = [Task(name, classes=("x", "y")) for name in names]
    model = classifier(*tasks)
    assert list(model(vectors())) == names
    assert len({key for key in model.state_dict() if key.endswith("weight")}) == len(names)


def test_a_task_of_one_class_costs_nothing():
    model = classifier(Task("period", classes=("only",)), l2=0)
    assert model.loss(model(vectors()), {"period": torch.zeros(4, dtype=torch.long)}).item() == 0


def test_dropout_acts_in_training_only():
    model = classifier(dropout=0.5)
    assert not torch.equal(model(vectors())["period"], model(vectors())["period"])
    model.eval()
    assert torch.equal(model(vectors())["period"], model(vectors())["period"])


def test_bf16_autocast_stays_finite():
    model = classifier(PERIOD, TAGS, class_weights="sqrt")
    targets = {"period": torch.tensor([0, 1, 2, -1]), "tags": torch.tensor([[1, 0]] * 3 + [[-1, -1]])}
    with torch.autocast("cpu", torch.bfloat16):
        loss = model.loss(model(vectors() * 100), targets)
    loss.backward()
    assert loss.dtype == torch.float32
    assert loss.isfinite()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_options_that_stood_beside_the_loss_become_its_own():
    assert SoftmaxConfig(label_smoothing=0.1).loss.options() == {"type": "cross_entropy", "label_smoothing": 0.1}
    assert SoftmaxConfig(loss="focal", gamma=1.0).loss.options() == {"type": "focal", "gamma": 1.0}
    before = {"loss": "focal", "gamma": 3.0, "label_smoothing": 0.0}  # as complete options of runs of before are
    assert SoftmaxConfig(**before).loss.options() == {"type": "focal", "gamma": 3.0}
    assert SoftmaxConfig(**{**before, "loss": "cross_entropy"}).loss.config.label_smoothing == 0.0
