import math

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import save_file
from torch.nn.functional import gelu, layer_norm
from vbg_cnn_transformer import CnnTransformerConfig, vbg_components
from vbg_cnn_transformer.encoder import CnnTransformerEncoder
from vbg_cnn_transformer.join import Join

from vbg_framework.base.errors import VBGError

(COMPONENT,) = vbg_components()
TINY = COMPONENT.tiny
JOINS = ("concat", "gate", "weighted", "sum")


@pytest.fixture
def encoder(tmp_path):
    """Bring an encoder to life as a new run does."""

    def make(**options):
        config = CnnTransformerConfig(**TINY | options)
        CnnTransformerEncoder.prepare(config, [], tmp_path, seed=0)
        torch.default_generator.manual_seed(0)
        made = CnnTransformerEncoder(config, assets=tmp_path)
        made.pretrain([], seed=0)
        return made

    return make


def pixels(size=32, batch=3):
    return {"pixels": torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(2))}


def attention(z, layer, heads):
    """Softmax attention, one head and one query at a time."""
    d = z.shape[-1]
    weight, bias = layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias
    q, k, v = ((z @ weight[i * d : (i + 1) * d].T + bias[i * d : (i + 1) * d]) for i in range(3))
    out = torch.zeros_like(z)
    for head in range(heads):
        own = slice(head * d // heads, (head + 1) * d // heads)
        for place in range(z.shape[1]):
            scores = (k[..., own] * q[:, place : place + 1, own]).sum(-1) / math.sqrt(d // heads)
            out[:, place, own] = (scores.softmax(-1)[..., None] * v[..., own]).sum(1)
    return out @ layer.self_attn.out_proj.weight.T + layer.self_attn.out_proj.bias


def slow_context(made, x):
    """The Transformer part, written out."""
    far, d = made.far, made.config.dim
    z = torch.einsum("bchw,dc->bhwd", x, far.project.weight[..., 0, 0]).flatten(1, 2) + far.project.bias
    z = z + far.position_embedding
    for layer in far.layers:
        z = z + attention(layer_norm(z, (d,), layer.norm1.weight, layer.norm1.bias), layer, made.config.heads)
        inner = layer_norm(z, (d,), layer.norm2.weight, layer.norm2.bias) @ layer.linear1.weight.T + layer.linear1.bias
        z = z + gelu(inner) @ layer.linear2.weight.T + layer.linear2.bias
    return layer_norm(z, (d,), far.norm.weight, far.norm.bias)


def test_it_is_declared_and_its_defaults_are_the_papers():
    assert (COMPONENT.kind, COMPONENT.name, COMPONENT.load()) == ("encoder", "cnn_transformer", CnnTransformerEncoder)
    config = CnnTransformerConfig()
    assert (config.stage, config.dim, config.layers, config.heads, config.dropout) == (4, 512, 4, 8, 0.1)
    assert (config.parts, config.branch, config.join) == ("both", "series", "concat")


def test_resnet_50_gives_49_tokens_of_both_parts(encoder):
    made = encoder(backbone=None, image_size=224, stage=4, dim=512, layers=4, heads=8).eval()
    with torch.no_grad():
        found = made(pixels(224, 1))
    assert made.cnn.dim == 2048
    assert (found.tokens.shape, found.pooled.shape) == ((1, 49, 1024), (1, 1024))


def test_it_equals_a_slow_reference(encoder):
    made = encoder(layers=2).eval()
    trunk = timm.create_model("test_resnet", features_only=True, out_indices=(3,)).eval()
    trunk.load_state_dict(made.cnn.net.state_dict(), strict=True)
    with torch.no_grad():
        (x,) = trunk(pixels()["pixels"])  # (B, C, 2, 2)
        near = x.mean(dim=(2, 3)) @ made.near.weight.T + made.near.bias
        joined = torch.cat([near, slow_context(made, x).mean(dim=1)], dim=1)
        found = made(pixels())
    expected = layer_norm(joined, (32,), made.norm.weight, made.norm.bias)
    torch.testing.assert_close(found.pooled, expected, atol=1e-5, rtol=0)
    assert found.tokens.shape == (3, 4, 32)


def test_the_transformer_equals_torchs_stack(encoder):
    far = encoder(layers=2).eval().far
    layer = torch.nn.TransformerEncoderLayer(16, 2, 64, 0.1, "gelu", batch_first=True, norm_first=True)
    stack = torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(16), enable_nested_tensor=False).eval()
    own = far.state_dict()
    stack.load_state_dict({name: tensor for name, tensor in own.items() if name.startswith(("layers", "norm"))})
    x = torch.randn(3, far.project.in_channels, 2, 2)
    z = far.project(x).flatten(2).transpose(1, 2) + far.position_embedding
    torch.testing.assert_close(far(x), stack(z), atol=1e-5, rtol=0)


def test_the_layers_do_not_start_alike(encoder):
    first, second = encoder(layers=2).far.layers
    assert not torch.equal(first.linear1.weight, second.linear1.weight)


@pytest.mark.parametrize("how", JOINS)
def test_a_join_does_what_its_name_says(how):
    near, far = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    join = Join(how, 4)
    expected = {"concat": torch.cat([near, far], -1), "sum": near + far, "weighted": (near + far) / 2}
    if how == "gate":
        share = torch.sigmoid(near @ join.gate.weight[:, :4].T + far @ join.gate.weight[:, 4:].T + join.gate.bias)
        expected["gate"] = far + share * (near - far)
    torch.testing.assert_close(join(near, far), expected[how])
    assert join(near, far).shape[-1] == join.dim


@pytest.mark.parametrize("how", JOINS)
@pytest.mark.parametrize("branch", ["series", "parallel"])
def test_every_parameter_learns(encoder, how, branch):
    made = encoder(join=how, branch=branch)
    found = made(pixels())
    weights = torch.linspace(0.5, 1.5, made.dim)
    ((found.tokens * weights).square().mean() + (found.pooled * weights).sum()).backward()
    assert found.tokens.shape[-1] == found.pooled.shape[-1] == made.dim
    assert not [name for name, parameter in made.named_parameters() if parameter.grad is None]


@pytest.mark.parametrize(("parts", "absent"), [("cnn", "far"), ("transformer", "cnn")])
def test_one_part_alone_is_built_alone(encoder, parts, absent):
    made = encoder(parts=parts)
    found = made(pixels())
    assert getattr(made, absent) is None
    assert made.join is None
    assert (found.tokens.shape, found.pooled.shape) == ((3, 4, 16), (3, 16))


def test_stage_3_has_four_times_the_tokens(encoder):
    assert encoder(image_size=64, stage=4)(pixels(64)).tokens.shape[1] == 4
    assert encoder(image_size=64, stage=3)(pixels(64)).tokens.shape[1] == 16


def test_the_cnns_weights_are_read_and_a_frozen_cnn_stays(encoder, tmp_path):
    torch.default_generator.manual_seed(4)
    source = timm.create_model("test_resnet", num_classes=7)
    save_file(source.state_dict(), tmp_path / "cnn.safetensors")
    made = encoder(weights=str(tmp_path / "cnn.safetensors"), frozen=True).train()
    assert torch.equal(made.cnn.net.layer3[0].conv1.weight, source.layer3[0].conv1.weight)
    before = {name: tensor.clone() for name, tensor in made.cnn.state_dict().items()}
    made(pixels()).pooled.square().sum().backward()
    assert all(torch.equal(tensor, before[name]) for name, tensor in made.cnn.state_dict().items())
    assert all(parameter.grad is None for parameter in made.cnn.parameters())
    assert made.near.weight.grad is not None
    assert made.far.training


def test_a_saved_model_loads_without_the_original_weights(encoder, tmp_path):
    made = encoder().eval()
    loaded = CnnTransformerEncoder(made.config, assets=tmp_path).eval()
    loaded.load_state_dict(made.state_dict())
    assert torch.equal(loaded(pixels()).tokens, made(pixels()).tokens)


def test_real_weights_are_read(encoder, shared):
    folder = shared / "weights" / "mobilenet_v2_1.0_224"
    made = encoder(backbone=None, weights=str(folder), image_size=None, stage=4).eval()
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8))
    with torch.no_grad():
        found = made(made.processor(False)([picture]))
    assert found.tokens.shape == (1, 49, 32)
    assert made.cnn.net.conv_stem.weight.std() > 0.2  # of random weights it is 0.08


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "a/b", "weights": "c"}, "`model` and `weights` are both set"),
        ({"dim": 10, "heads": 4}, "`dim` must be a multiple of `heads`, got 10 and 4"),
        ({"join": "product"}, "concat"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        CnnTransformerConfig(**options)


def test_a_picture_that_cannot_be_cut_into_patches_is_refused(encoder):
    with pytest.raises(VBGError, match="image_size: cannot be divided into 2 x 2 patches, got 45"):
        encoder(parts="transformer", image_size=45)
    with pytest.raises(VBGError, match="stage: this network has no such stage, got 4. Leave it out"):
        encoder(backbone="test_vit", image_size=32, stage=4)
