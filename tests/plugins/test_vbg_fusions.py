"""The fusions of pooled vectors: concat, weighted_sum, gated, late."""

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from vbg_fusions import ConcatConfig, GatedConfig, LateConfig, WeightedSumConfig, vbg_components
from vbg_fusions.concat import Concat
from vbg_fusions.gated import Gated
from vbg_fusions.late import Late
from vbg_fusions.weighted_sum import WeightedSum

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Features

DIMS = {"image": 6, "metadata": 3, "text": 4}
DIM, BATCH = 5, 4
COMPONENTS = {component.name: component for component in vbg_components()}
SINGLE = ("concat", "weighted_sum", "gated", "late", "bottleneck", "multi_scale")
"""Those that take any number of modalities."""


def made(kind, config, dims=DIMS):
    torch.default_generator.manual_seed(0)
    return kind(config, dims=dims).eval()


def some(dim, tokens, seed, missing=()):
    tokens = torch.randn(BATCH, tokens, dim, generator=torch.Generator().manual_seed(seed))
    mask = torch.ones(tokens.shape[:2], dtype=torch.bool)
    for row in missing:
        tokens[row], mask[row] = 0, False
    return Features(tokens, mask, tokens.mean(1))


def features(dims=DIMS, missing=None):
    missing = missing or {}
    return {name: some(dim, 9, seed, missing.get(name, ())) for seed, (name, dim) in enumerate(dims.items())}


def linear(layer, x):
    """One output at a time."""
    rows = zip(layer.weight, layer.bias, strict=True)
    return torch.stack([sum(w * v for w, v in zip(weight, x, strict=True)) + bias for weight, bias in rows])


GAPS = {"text": (1, 2), "image": (2,), "metadata": (2, 3)}  # row 2 has nothing


def test_seven_ways_to_join_are_declared():
    assert list(COMPONENTS) == [
        "concat", "weighted_sum", "gated", "late", "coattn_literal", "bottleneck", "multi_scale",
    ]  # fmt: skip


@pytest.mark.parametrize("name", COMPONENTS)
def test_default_options_fit_the_usual_sizes_of_encoders(name):
    dims = {"image": 768, "text": 384}
    fusion = COMPONENTS[name].load()(COMPONENTS[name].config(), dims=dims).eval()
    joined = fusion(features(dims))
    assert joined.shape in ((BATCH, fusion.dim), (BATCH, 2, fusion.dim))
    assert joined.isfinite().all()


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("dims", [{"text": 4}, DIMS], ids=["one", "three"])
def test_a_gradient_reaches_every_modality_that_is_there(name, dims):
    fusion = made(COMPONENTS[name].load(), COMPONENTS[name].config(**COMPONENTS[name].tiny), dims).train()
    given = features(dims, {"text": (1,)})
    for each in given.values():
        each.tokens.requires_grad_()
    given = {m: Features(each.tokens, each.mask, each.tokens.mean(1)) for m, each in given.items()}
    joined = fusion(given)
    (joined * torch.randn(joined.shape, generator=torch.Generator().manual_seed(9))).sum().backward()
    for each in given.values():
        reached = each.tokens.grad.abs().sum((1, 2))
        assert reached.isfinite().all()
        assert torch.equal(reached > 0, each.mask.any(1))


@pytest.mark.parametrize("name", SINGLE)
def test_the_order_in_which_modalities_are_named_does_not_matter(name):
    component, turned = COMPONENTS[name], dict(reversed(DIMS.items()))
    one, other = (made(component.load(), component.config(**component.tiny), dims) for dims in (DIMS, turned))
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(features()), other(features()))


@pytest.mark.parametrize("name", SINGLE)
def test_dropout_acts_in_training_only(name):
    component = COMPONENTS[name]
    fusion = made(component.load(), component.config(**{**component.tiny, "dropout": 0.5}))
    assert torch.equal(fusion(features()), fusion(features()))
    fusion.train()
    assert not torch.equal(fusion(features()), fusion(features()))


def test_concat_puts_vectors_side_by_side_and_learns_nothing():
    fusion, given = made(Concat, ConcatConfig()), features(missing=GAPS)
    joined = fusion(given)
    assert fusion.dim == sum(DIMS.values())
    assert not fusion.state_dict()
    for row in range(BATCH):
        parts = [given[name].pooled[row] if given[name].mask[row].any() else torch.zeros(DIMS[name]) for name in DIMS]
        assert torch.equal(joined[row], torch.cat(parts))


def test_concat_may_project_and_normalise():
    fusion, given = made(Concat, ConcatConfig(dim=DIM, norm=True)), features()
    side = torch.cat([given[name].pooled for name in DIMS], dim=1)
    slow = torch.stack([linear(fusion.project, row) for row in side])
    slow = (slow - slow.mean(1, keepdim=True)) / (slow.var(1, correction=0, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(fusion(given), slow)


def test_concat_without_a_projection_has_nothing_to_normalise():
    with pytest.raises(ValidationError, match="norm: needs a projection, got dim null"):
        ConcatConfig(norm=True)


def test_weighted_sum_equals_a_slow_version_over_those_who_are_there():
    fusion, given = made(WeightedSum, WeightedSumConfig(dim=DIM)), features(missing=GAPS)
    fusion.balance.data = torch.tensor([[0.3], [-1.0], [0.8]])
    joined = fusion(given)
    for row in range(BATCH):
        total, norm = torch.zeros(DIM), 0.0
        for name, layer, weight in zip(DIMS, fusion.project.layers, fusion.balance.exp().flatten(), strict=True):
            if given[name].mask[row].any():
                total, norm = total + weight * linear(layer, given[name].pooled[row]), norm + weight
        torch.testing.assert_close(joined[row], total / norm if norm else total)


def test_weighted_sum_begins_with_equal_weights():
    fusion, given = made(WeightedSum, WeightedSumConfig(dim=DIM)), features()
    torch.testing.assert_close(fusion(given), fusion.project(given).mean(1))


def test_gated_equals_a_slow_version_over_those_who_are_there():
    fusion, given = made(Gated, GatedConfig(dim=DIM)), features(missing=GAPS)
    joined = fusion(given)
    for row in range(BATCH):
        there = [name for name in DIMS if given[name].mask[row].any()]
        scores = linear(fusion.gate, torch.cat([given[name].pooled[row] for name in DIMS])).reshape(3, DIM)
        gates = {name: scores[m].exp() for m, name in enumerate(DIMS) if name in there}
        total = torch.zeros(DIM)
        for name, layer in zip(DIMS, fusion.project.layers, strict=True):
            if name in there:
                total += gates[name] / sum(gates.values()) * linear(layer, given[name].pooled[row]).tanh()
        torch.testing.assert_close(joined[row], total)


def test_gated_is_the_gated_multimodal_unit_for_two_modalities():
    """Arevalo et al. 2017: h = z * tanh(W_v x_v) + (1 - z) * tanh(W_t x_t), z = sigmoid(W_z [x_v, x_t])."""
    dims = {"image": 6, "text": 4}
    fusion, given = made(Gated, GatedConfig(dim=DIM), dims), features(dims)
    first, second = fusion.gate.weight.chunk(2)
    bias_first, bias_second = fusion.gate.bias.chunk(2)
    v, t = given["image"].pooled, given["text"].pooled
    z = torch.sigmoid(nn.functional.linear(torch.cat([v, t], dim=1), first - second, bias_first - bias_second))
    image, text = (torch.tanh(layer(x)) for layer, x in zip(fusion.project.layers, (v, t), strict=True))
    torch.testing.assert_close(fusion(given), z * image + (1 - z) * text)


@pytest.mark.parametrize(("kind", "config"), [(WeightedSum, WeightedSumConfig), (Gated, GatedConfig)])
def test_without_any_modality_the_result_is_zero(kind, config):
    fusion = made(kind, config(dim=DIM))
    assert fusion(features(missing=GAPS))[2].eq(0).all()


def test_late_gives_one_vector_per_modality_in_the_order_of_the_features():
    fusion, given = made(Late, LateConfig(dim=DIM)), features()
    votes = fusion(given)
    assert votes.shape == (BATCH, 3, DIM)
    for m, (name, layer) in enumerate(zip(DIMS, fusion.project.layers, strict=True)):
        slow = torch.stack([linear(layer, x) for x in given[name].pooled])
        torch.testing.assert_close(votes[:, m], slow)
    assert torch.equal(fusion(dict(reversed(given.items()))), votes.flip(1))


def test_a_shared_head_behind_own_projections_can_be_any_heads_of_their_own():
    fusion, given = made(Late, LateConfig(dim=DIM)), features()
    shared = nn.Linear(DIM, 3)
    own = {name: nn.Linear(size, 3) for name, size in DIMS.items()}
    inverse = torch.linalg.pinv(shared.weight.data)  # (dim, C)
    for name, layer in zip(DIMS, fusion.project.layers, strict=True):
        layer.weight.data = inverse @ own[name].weight.data
        layer.bias.data = inverse @ (own[name].bias.data - shared.bias.data)
    wanted = torch.stack([own[name](given[name].pooled) for name in DIMS], dim=1)
    torch.testing.assert_close(shared(fusion(given)), wanted, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("dims", "options", "message"),
    [
        ({"image": 24}, {}, r"needs exactly two modalities, got 1 \(image\). Use `fusion: null` for one encoder"),
        (dict.fromkeys(("image", "text", "metadata"), 24), {}, r"got 3 \(image, metadata, text\). Use another fusion"),
        ({"image": 25, "text": 24}, {"heads": 3}, "dim must be a multiple of heads, got dim 25 and heads 3"),
    ],
)
def test_a_wrong_choice_gets_a_clear_message(dims, options, message):
    component = COMPONENTS["coattn_literal"]
    with pytest.raises(VBGError, match=message):
        component.load()(component.config(**options), dims=dims)


def test_latents_need_heads_that_divide_their_size():
    with pytest.raises(ValidationError, match="heads: must divide dim, got dim 10 and heads 4"):
        COMPONENTS["bottleneck"].config(dim=10)
