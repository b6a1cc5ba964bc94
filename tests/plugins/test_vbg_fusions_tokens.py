"""The fusions that look at tokens: coattn_literal, bottleneck, multi_scale."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from vbg_fusions import BottleneckConfig, CoattnLiteralConfig, MultiScaleConfig
from vbg_fusions.bottleneck import Bottleneck
from vbg_fusions.coattn_literal import CoattnLiteral
from vbg_fusions.multi_scale import MultiScale, grid, segments

from vbg_framework.contracts.interfaces import Features

DIMS = {"image": 6, "text": 4}
HEADS, DIM = 2, 8


def made(kind, dims=DIMS, **options):
    torch.default_generator.manual_seed(0)
    config = {CoattnLiteral: CoattnLiteralConfig, Bottleneck: BottleneckConfig, MultiScale: MultiScaleConfig}[kind]
    return kind(
        config(**{"dim": DIM, **({"heads": HEADS} if kind is not MultiScale else {}), **options}), dims=dims
    ).eval()


def some(dim, real, seed, tokens):
    x = torch.randn(len(real), tokens, dim, generator=torch.Generator().manual_seed(seed))
    mask = torch.arange(tokens) < torch.tensor(real)[:, None]
    return Features(x, mask, x.mean(1))


def pair(image, text):
    return {"image": some(6, image, 0, 9), "text": some(4, text, 1, 5)}


def slow_maps(fusion, v, t):
    """A (H, N, M) and B (H, M, N) of real tokens, one head at a time."""

    def softmax(asking, asked, side):
        query, key = fusion.query[side](asking), fusion.key[1 - side](asked)
        size = DIM // HEADS
        parts = [slice(h * size, (h + 1) * size) for h in range(HEADS)]
        return torch.stack([(query[:, p] @ key[:, p].T / size**0.5).softmax(1) for p in parts])

    return softmax(v, t, 0), softmax(t, v, 1)


def test_coattention_equals_a_slow_version_that_weighs_pairs_of_regions_and_words():
    fusion, given = made(CoattnLiteral), pair([9, 4, 1], [5, 2, 3])
    fusion.balance.data.fill_(0.7)
    joined, a = fusion(given), torch.sigmoid(torch.tensor(0.7))
    for row in range(3):
        v, t = (each.tokens[row][each.mask[row]] for each in given.values())
        over_words, over_regions = slow_maps(fusion, v, t)
        weights = a * over_words / len(v) + (1 - a) * over_regions.mT / len(t)  # (H, N, M)
        torch.testing.assert_close(weights.sum((1, 2)), torch.ones(HEADS))
        values = [fusion.value[side](x).unflatten(1, (HEADS, -1)) for side, x in enumerate((v, t))]
        slow = torch.zeros(HEADS, DIM // HEADS)
        for h in range(HEADS):
            for n in range(len(v)):
                for m in range(len(t)):
                    slow[h] += weights[h, n, m] * (values[0][n, h] + values[1][m, h])
        torch.testing.assert_close(joined[row], slow.flatten(), atol=1e-5, rtol=1e-4)


def test_coattention_shows_both_maps_before_they_are_added_up():
    fusion, given = made(CoattnLiteral), pair([9, 4, 9], [5, 2, 0])
    maps = fusion.attention(given)
    for row, (n, m) in enumerate([(9, 5), (4, 2)]):
        over_words, over_regions = slow_maps(fusion, given["image"].tokens[row, :n], given["text"].tokens[row, :m])
        torch.testing.assert_close(maps["image", "text"][row, :, :n, :m], over_words)
        torch.testing.assert_close(maps["text", "image"][row, :, :m, :n], over_regions)
        assert maps["image", "text"][row, :, :, m:].eq(0).all()
    assert maps["image", "text"][2].eq(0).all()


@pytest.mark.parametrize("missing", ["image", "text"])
def test_coattention_reads_the_other_modality_evenly_if_one_is_missing(missing):
    fusion, given = made(CoattnLiteral), pair(*(([0, 0], [5, 3]) if missing == "image" else ([9, 4], [0, 0])))
    side, name = (1, "text") if missing == "image" else (0, "image")
    each = given[name]
    slow = torch.stack([fusion.value[side](x[mask]).mean(0) for x, mask in zip(each.tokens, each.mask, strict=True)])
    torch.testing.assert_close(fusion(given), slow)


def test_coattention_of_nothing_is_zero():
    assert made(CoattnLiteral)(pair([0], [0])).eq(0).all()


def torch_attention(reading):
    """The same weights in torch's own module."""
    reference = nn.MultiheadAttention(DIM, HEADS, batch_first=True).eval()
    parts = reading.query, reading.key, reading.value
    reference.in_proj_weight.data = torch.cat([part.weight.data for part in parts])
    reference.in_proj_bias.data = torch.cat([reading.query.bias.data, torch.zeros(DIM), reading.value.bias.data])
    reference.out_proj.load_state_dict(reading.output.state_dict())
    return reference


def test_latents_equal_those_of_torchs_attention_over_the_real_tokens():
    fusion, given = made(Bottleneck, latents=3, layers=2), pair([9, 4, 1], [5, 0, 3])
    joined = fusion(given)
    for row in range(3):
        tokens = torch.cat(
            [
                layer(each.tokens[row][each.mask[row]]) + mark
                for layer, mark, each in zip(fusion.project, fusion.marks, given.values(), strict=True)
            ]
        )
        z = fusion.latents
        for reading in fusion.readings:
            asked = reading.norm_tokens(tokens)
            z = z + torch_attention(reading)(*(x[None] for x in (reading.norm(z), asked, asked)))[0][0]
            z = z + reading.mlp(reading.norm_mlp(z))
        torch.testing.assert_close(joined[row], fusion.norm(z).mean(0), atol=1e-5, rtol=1e-4)


def test_latents_show_what_they_take_of_each_modality():
    fusion, given = made(Bottleneck, latents=3, layers=2), pair([9, 4, 0], [5, 2, 3])
    maps = fusion.attention(given)
    assert set(maps) == {("latents", "image"), ("latents", "text")}
    assert maps["latents", "image"].shape == (3, HEADS, 3, 9)
    torch.testing.assert_close(maps["latents", "text"].sum(-1), torch.ones(3, HEADS, 3))
    assert maps["latents", "image"][2].eq(0).all()
    latents, tokens = fusion._read(given, fusion.readings[:-1]), torch.cat(fusion._tokens(given), dim=1)
    joint = fusion.readings[-1].weights(latents, tokens, torch.cat([each.mask for each in given.values()], dim=1))
    image = joint[:2, :, :, :9]
    torch.testing.assert_close(maps["latents", "image"][:2], image / image.sum(-1, keepdim=True))


def test_latents_that_read_nothing_are_finite_and_the_same_for_all_records():
    joined = made(Bottleneck)(pair([0, 0, 9], [0, 0, 5]))
    assert joined.isfinite().all()
    assert torch.equal(joined[0], joined[1])
    assert not torch.equal(joined[0], joined[2])


@pytest.mark.parametrize("real", [1, 3, 7, 12])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_segments_are_those_of_adaptive_pooling(real, count):
    given = some(4, [real], 0, 12)
    found = segments(given.mask, count) @ given.tokens
    reference = F.adaptive_avg_pool1d(given.tokens[:, :real].mT, count).mT
    torch.testing.assert_close(found, reference)


@pytest.mark.parametrize("edge", [1, 2, 3, 7])
@pytest.mark.parametrize("side", [1, 2, 4])
def test_cells_are_those_of_adaptive_pooling(edge, side):
    given = some(4, [edge * edge], 0, 50)
    found = grid(given.mask, side) @ given.tokens
    picture = given.tokens[:, : edge * edge].mT.unflatten(2, (edge, edge))  # (1, D, edge, edge)
    torch.testing.assert_close(found, F.adaptive_avg_pool2d(picture, side).flatten(2).mT)


def test_a_grid_that_is_no_square_is_read_in_its_order():
    mask = some(4, [6, 9, 0], 0, 9).mask
    found = grid(mask, 2)
    assert torch.equal(found[0], segments(mask, 4)[0])
    assert not torch.equal(found[1], segments(mask, 4)[1])
    assert found[2].eq(0).all()


def test_scales_stand_side_by_side():
    fusion, given = made(MultiScale, scales=(1, 2)), pair([9, 4], [5, 0])
    joined = fusion(given)
    for row, (edge, words) in enumerate([(3, 5), (2, 0)]):
        picture = given["image"].tokens[row, : edge**2].mT.unflatten(1, (edge, edge))
        parts = [F.adaptive_avg_pool2d(picture, s).flatten(1).mT.flatten() for s in (1, 2)]
        text = given["text"].tokens[row, :words].mT
        parts += [F.adaptive_avg_pool1d(text, s).mT.flatten() if words else torch.zeros(4 * s) for s in (1, 2)]
        torch.testing.assert_close(joined[row], fusion.project(torch.cat(parts)))


def test_which_modalities_are_grids_is_an_option():
    assert made(MultiScale).project.in_features == 21 * 6 + 7 * 4
    assert made(MultiScale, grids=()).project.in_features == 7 * 6 + 7 * 4


@pytest.mark.parametrize("kind", [CoattnLiteral, Bottleneck, MultiScale])
@pytest.mark.parametrize("junk", [1e6, torch.nan, torch.inf])
def test_what_stands_in_masked_tokens_does_not_matter(kind, junk):
    fusion, clean, dirty = made(kind), *(pair([9, 4, 0], [5, 2, 3]) for _ in range(2))
    for each in dirty.values():
        each.tokens[~each.mask] = junk
    assert torch.equal(fusion(clean), fusion(dirty))


@pytest.mark.parametrize("kind", [CoattnLiteral, Bottleneck, MultiScale])
def test_the_derivative_is_right(kind):
    fusion, given = made(kind).double(), pair([9, 3], [5, 0])
    masks = {name: each.mask for name, each in given.items()}
    inputs = [each.tokens.double().requires_grad_() for each in given.values()]

    def run(*tokens):
        return fusion({n: Features(x, masks[n], x.mean(1)) for n, x in zip(masks, tokens, strict=True)})

    # attention weights are computed in fp32
    assert torch.autograd.gradcheck(run, inputs, eps=1e-2, atol=1e-2, rtol=1e-2)


@pytest.mark.parametrize("kind", [CoattnLiteral, Bottleneck])
def test_dropout_of_attention_acts_in_training_only(kind):
    fusion, given = made(kind, dropout=0.5), pair([9, 4], [5, 3])
    assert torch.equal(fusion(given), fusion(given))
    fusion.train()
    assert not torch.equal(fusion(given), fusion(given))
