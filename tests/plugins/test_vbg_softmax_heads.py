"""The heads `mlp` and `cosine`."""

import pytest
import torch
from pydantic import ValidationError
from torch.nn import functional as F
from vbg_softmax import CosineConfig, MlpConfig
from vbg_softmax.cosine import CosineClassifier
from vbg_softmax.mlp import MlpClassifier

from vbg_framework.contracts.record import Task

DIM = 6
TASKS = {
    "period": Task("period", classes=("a", "b", "c"), counts=(80, 15, 5)),
    "tags": Task("tags", multi_label=True, classes=("x", "y"), counts=(30, 10)),
}
TARGETS = {"period": torch.tensor([0, 1, -1, 2]), "tags": torch.tensor([[1, 0], [-1, -1], [0, 0], [1, 1]])}


def mlp(**options):
    torch.default_generator.manual_seed(0)
    return MlpClassifier(MlpConfig(**options), dim=DIM, tasks=TASKS)


def cosine(**options):
    torch.default_generator.manual_seed(0)
    return CosineClassifier(CosineConfig(**options), dim=DIM, tasks=TASKS)


def vectors():
    return torch.randn(4, DIM, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("activation", ["gelu", "relu", "tanh"])
def test_an_mlp_equals_a_slow_version(activation):
    model = mlp(hidden=[5, 4], activation=activation).eval()
    first, second = model.hidden[1], model.hidden[4]
    act = {"gelu": F.gelu, "relu": F.relu, "tanh": torch.tanh}[activation]
    x = act(act(vectors() @ first.weight.T + first.bias) @ second.weight.T + second.bias)
    for name, head in zip(TASKS, model.heads.values(), strict=True):
        torch.testing.assert_close(model(vectors())[name], x @ head.weight.T + head.bias)


def test_the_penalty_of_an_mlp_covers_all_its_weights():
    model = mlp(hidden=[5, 4], l2=0.5)
    matrices = [p for name, p in model.named_parameters() if name.endswith("weight")]
    assert len(matrices) == 4
    assert model.penalty().item() == pytest.approx(0.5 * sum(p.square().sum().item() for p in matrices), rel=1e-5)


def test_dropout_acts_before_every_layer_of_an_mlp_in_training_only():
    model = mlp(hidden=[50], dropout=0.9)
    assert not torch.equal(model(vectors())["period"], model(vectors())["period"])
    assert [layer.p for layer in (model.hidden[0], model.dropout)] == [0.9, 0.9]
    model.eval()
    assert torch.equal(model(vectors())["period"], model(vectors())["period"])


def test_an_mlp_needs_a_hidden_layer():
    with pytest.raises(ValidationError, match="hidden"):
        MlpConfig(hidden=[])


@pytest.mark.parametrize("learn", [True, False])
def test_a_cosine_head_gives_scaled_cosines(learn):
    model = cosine(scale=7.0, learn_scale=learn).eval()
    for name, head in zip(TASKS, model.heads.values(), strict=True):
        reference = torch.stack([7 * F.cosine_similarity(vectors(), w[None]) for w in head.weight], dim=1)
        torch.testing.assert_close(model(vectors())[name], reference)
        assert isinstance(head.log_scale, torch.nn.Parameter) is learn


def test_lengths_do_not_matter_to_a_cosine_head():
    model = cosine().eval()
    before = model(vectors())["period"]
    model.heads["task:period"].weight.data *= torch.tensor([[0.1], [1.0], [30.0]])
    torch.testing.assert_close(model(vectors() * 5)["period"], before)


def test_a_cosine_head_says_nothing_of_a_vector_of_zeros():
    x = torch.zeros(4, DIM, requires_grad=True)
    model = cosine().eval()
    logits = model(x)
    assert logits["period"].eq(0).all()
    model.loss(logits, TARGETS).backward()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("make", [mlp, cosine])
@pytest.mark.parametrize("options", [{}, {"loss": "focal"}, {"label_smoothing": 0.1, "class_weights": "balanced"}])
def test_every_parameter_learns(make, options):
    model = make(**{"dropout": 0.0, **options})
    model.loss(model(vectors()), TARGETS).backward()
    assert [name for name, p in model.named_parameters() if not p.grad.abs().sum() > 0] == []


@pytest.mark.parametrize("make", [mlp, cosine])
def test_the_derivative_is_right(make):
    model, x = make().double().eval(), vectors().double().requires_grad_()
    # cosines and losses are computed in fp32
    assert torch.autograd.gradcheck(lambda x: model.loss(model(x), TARGETS), x, eps=1e-2, atol=1e-3, rtol=2e-2)


@pytest.mark.parametrize("make", [mlp, cosine])
def test_bf16_autocast_stays_finite(make):
    model = make()
    with torch.autocast("cpu", torch.bfloat16):
        loss = model.loss(model(vectors() * 100), TARGETS)
    loss.backward()
    assert loss.dtype == torch.float32
    assert all(p.grad.isfinite().all() for p in model.parameters())
