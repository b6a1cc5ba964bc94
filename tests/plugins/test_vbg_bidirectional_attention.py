import pytest
import torch
from torch import nn
from vbg_bidirectional_attention import BidirectionalAttentionConfig, vbg_components
from vbg_bidirectional_attention.fusion import BidirectionalAttention

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Features

IMAGE, TEXT, DIM, HEADS = 9, 5, 24, 3


def fusion(dims=None, **options):
    torch.manual_seed(0)
    config = BidirectionalAttentionConfig(**{"heads": HEADS, **options})
    return BidirectionalAttention(config, dims=dims or {"image": DIM, "text": DIM}).eval()


def some(batch, tokens, dim=DIM, real=None, seed=0):
    generator = torch.Generator().manual_seed(seed)
    mask = torch.ones(batch, tokens, dtype=torch.bool)
    for row, count in enumerate(real or []):
        mask[row, count:] = False
    x = torch.randn(batch, tokens, dim, generator=generator)
    return Features(x, mask, x.mean(1))


def pair(batch=3, image=None, text=None):
    return {"image": some(batch, IMAGE, real=image), "text": some(batch, TEXT, real=text, seed=1)}


def slow_cross_attention(layer, x, other, mask):
    """One head and one token at a time."""
    query, key, value = layer.query(x), layer.key(other), layer.value(other)
    rows = []
    for b in range(len(x)):
        real = [m for m in range(len(mask[b])) if mask[b, m]]
        tokens = []
        for n in range(x.shape[1]):
            heads = []
            for part in torch.arange(x.shape[2]).chunk(layer.heads):
                scores = torch.stack([query[b, n, part] @ key[b, m, part] for m in real]) / len(part) ** 0.5
                heads.append(sum(w * value[b, m, part] for w, m in zip(scores.softmax(0), real, strict=True)))
            tokens.append(layer.norm(x[b, n] + layer.output(torch.cat(heads))))
        rows.append(torch.stack(tokens))
    return torch.stack(rows)


def test_it_is_declared_with_the_defaults_of_the_paper():
    (component,) = vbg_components()
    assert (component.kind, component.name) == ("fusion", "bidirectional_attention")
    assert component.load() is BidirectionalAttention
    assert component.config().model_dump() == {"layers": 1, "heads": 12, "dropout": 0.1, "dim": None}
    tiny = BidirectionalAttention(component.config(**component.tiny), dims={"image": 12, "text": 8})
    assert tiny.dim == 16


@pytest.mark.parametrize("layers", [1, 2])
def test_it_equals_a_slow_version_that_loops_over_heads_and_tokens(layers):
    model, features = fusion(layers=layers), pair(image=[9, 4, 1], text=[2, 5, 3])
    model.balance.data.fill_(0.7)
    v, t = features["image"], features["text"]
    streams = v.tokens, t.tokens
    for layer in model.layers:
        streams = (
            slow_cross_attention(layer[0], streams[0], streams[1], t.mask),
            slow_cross_attention(layer[1], streams[1], streams[0], v.mask),
        )
    image, text = (
        torch.stack([row[mask].mean(0) for row, mask in zip(x, f.mask, strict=True)])
        for x, f in zip(streams, (v, t), strict=True)
    )
    a = torch.sigmoid(torch.tensor(0.7))
    torch.testing.assert_close(model(features), a * image + (1 - a) * text, atol=1e-5, rtol=1e-5)


def test_its_attention_equals_the_multi_head_attention_of_torch():
    model, features = fusion(), pair(text=[2, 5, 3])
    layer, v, t = model.layers[0][0], features["image"], features["text"]
    reference = nn.MultiheadAttention(DIM, HEADS, batch_first=True).eval()
    parts = layer.query, layer.key, layer.value
    reference.in_proj_weight.data = torch.cat([part.weight.data for part in parts])
    reference.in_proj_bias.data = torch.cat([layer.query.bias.data, torch.zeros(DIM), layer.value.bias.data])
    reference.out_proj.load_state_dict(layer.output.state_dict())
    found, weights = reference(
        v.tokens, t.tokens, t.tokens, key_padding_mask=~t.mask, need_weights=True, average_attn_weights=False
    )
    torch.testing.assert_close(layer(v.tokens, t.tokens, t.mask), layer.norm(v.tokens + found), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(model.attention(features)["image", "text"], weights, atol=1e-6, rtol=1e-5)


def test_both_streams_have_equal_shares_at_start():
    assert torch.sigmoid(fusion().balance) == 0.5


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("training", [False, True])
def test_attention_sums_to_one_over_real_tokens_and_to_zero_towards_a_missing_modality(layers, training):
    model, features = fusion(layers=layers).train(training), pair(image=[9, 4, 9], text=[5, 2, 0])
    weights = model.attention(features)
    assert weights["image", "text"].shape == (3, HEADS, IMAGE, TEXT)
    assert weights["text", "image"].shape == (3, HEADS, TEXT, IMAGE)
    sums = weights["image", "text"].sum(-1)
    torch.testing.assert_close(sums[:2], torch.ones(2, HEADS, IMAGE))
    assert sums[2].eq(0).all()
    assert weights["image", "text"][1, :, :, 2:].eq(0).all()
    torch.testing.assert_close(weights["text", "image"].sum(-1), torch.ones(3, HEADS, TEXT))


@pytest.mark.parametrize("junk", [1e6, torch.nan, torch.inf])
def test_what_stands_in_masked_tokens_does_not_matter(junk):
    model, clean, dirty = (fusion(layers=2), *(pair(image=[9, 4, 0], text=[5, 2, 3]) for _ in range(2)))
    for features in dirty.values():
        features.tokens[~features.mask] = junk
    assert torch.equal(model(clean), model(dirty))


def test_longer_padding_does_not_change_the_result():
    model, features = fusion(layers=2), pair(text=[2, 3, 1])
    short = {
        "image": features["image"],
        "text": Features(
            *(part[:, :3] for part in (features["text"].tokens, features["text"].mask)), features["text"].pooled
        ),
    }
    torch.testing.assert_close(model(features), model(short))


@pytest.mark.parametrize("missing", ["image", "text"])
@pytest.mark.parametrize("layers", [1, 2])
def test_with_a_missing_modality_the_other_one_decides_alone(missing, layers):
    model, features = fusion(layers=layers), pair(**{missing: [0, 0, 0]})
    model.balance.data.fill_(-2.0)
    present = "text" if missing == "image" else "image"
    x = features[present].tokens
    for layer in model.layers:
        x = layer[model.modalities.index(present)].norm(x)
    torch.testing.assert_close(model(features), x.mean(1))


def test_without_any_modality_the_result_is_zero_and_its_gradient_finite():
    model, features = fusion(), pair(image=[9, 0, 9], text=[5, 0, 0])
    result = model(features)
    assert result[1].eq(0).all()
    result.square().sum().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_a_text_of_no_tokens_at_all_is_a_missing_text():
    model, features = fusion(), pair(text=[0, 0, 0])
    empty = {**features, "text": some(3, 0)}
    torch.testing.assert_close(model(empty), model(features))
    assert model.attention(empty)["image", "text"].shape == (3, HEADS, IMAGE, 0)


@pytest.mark.parametrize("text", [[5, 2, 3], [5, 0, 3], [0, 0, 0]])
def test_gradients_are_finite_also_those_of_the_tokens(text):
    model, features = fusion(layers=2).train(), pair(image=[9, 0, 9], text=text)
    for each in features.values():
        each.tokens.requires_grad_()
    model(features).square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
    for each in features.values():
        assert each.tokens.grad.isfinite().all()
        assert each.tokens.grad[~each.mask].eq(0).all()


def test_every_parameter_learns():
    model = fusion(dims={"image": 10, "text": 14}, layers=2, dim=DIM).train()
    features = {"image": some(4, IMAGE, 10), "text": some(4, TEXT, 14, seed=1)}
    (model(features) * torch.randn(4, DIM, generator=torch.Generator().manual_seed(2))).sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_the_derivative_is_right():
    model = fusion(layers=2).double()
    features = pair(batch=2, image=[9, 3], text=[5, 0])
    masks = {name: each.mask for name, each in features.items()}
    inputs = [each.tokens.double().requires_grad_() for each in features.values()]

    def run(*tokens):
        return model({n: Features(x, masks[n], x.mean(1)) for n, x in zip(masks, tokens, strict=True)}).sum(1)

    assert torch.autograd.gradcheck(run, inputs, fast_mode=True)


def test_the_order_of_items_in_a_batch_does_not_matter():
    model, features = fusion(), pair(batch=5, image=[9, 3, 0, 5, 9], text=[0, 5, 2, 1, 5])
    order = torch.tensor([3, 0, 4, 1, 2])
    shuffled = {n: Features(f.tokens[order], f.mask[order], f.pooled[order]) for n, f in features.items()}
    torch.testing.assert_close(model(features)[order], model(shuffled))


def test_text_and_image_depend_on_each_other():
    """A sum of two separate functions has no such cross difference."""
    model, one, other = fusion(), pair(), pair()
    other = {"image": some(3, IMAGE, seed=5), "text": some(3, TEXT, seed=6)}
    corners = [model({"image": i["image"], "text": t["text"]}) for i in (one, other) for t in (one, other)]
    assert (corners[0] - corners[1] - corners[2] + corners[3]).abs().max() > 1e-2


def test_bf16_autocast_stays_finite():
    model, features = fusion(layers=2).train(), pair(image=[9, 3, 0], text=[0, 5, 0])
    with torch.autocast("cpu", torch.bfloat16):
        result = model(features)
    result.float().square().sum().backward()
    assert result.isfinite().all()
    assert all(p.grad.isfinite().all() for p in model.parameters())
    torch.testing.assert_close(fusion(layers=2)(features), result.float(), atol=0.4, rtol=0.1)


def test_dropout_acts_in_training_only():
    model, features = fusion(dropout=0.5), pair()
    assert torch.equal(model(features), model(features))
    model.train()
    assert not torch.equal(model(features), model(features))


def test_its_size_is_that_of_the_image_encoder_unless_told():
    assert fusion(dims={"text": 48, "image": DIM}).dim == DIM
    assert fusion(dims={"image": DIM, "text": 48}, dim=12).dim == 12
    features = {"image": some(3, IMAGE, DIM), "text": some(3, TEXT, 48, seed=1)}
    assert fusion(dims={"image": DIM, "text": 48})(features).shape == (3, DIM)


def test_the_order_in_which_modalities_are_named_does_not_matter():
    features = pair()
    one, other = (fusion(dims=dict.fromkeys(order, DIM)) for order in (("image", "text"), ("text", "image")))
    other.load_state_dict(one.state_dict())
    one.balance.data.fill_(1.0)
    other.balance.data.fill_(1.0)
    assert torch.equal(one(features), other(dict(reversed(features.items()))))


def test_any_two_modalities_work():
    model = fusion(dims={"metadata": DIM, "text": DIM})
    features = {"metadata": some(3, 4), "text": some(3, TEXT, seed=1)}
    assert model(features).shape == (3, DIM)
    assert set(model.attention(features)) == {("metadata", "text"), ("text", "metadata")}


@pytest.mark.parametrize(
    ("dims", "message"),
    [
        ({"image": 24}, r"needs exactly two modalities, got 1 \(image\). Use `fusion: null` for one encoder"),
        (dict.fromkeys(("image", "text", "metadata"), 24), r"got 3 \(image, metadata, text\). Use another fusion"),
        ({"image": 25, "text": 24}, "dim must be a multiple of heads, got dim 25 and heads 3"),
    ],
)
def test_a_wrong_choice_gets_a_clear_message(dims, message):
    with pytest.raises(VBGError, match=message):
        fusion(dims=dims)
