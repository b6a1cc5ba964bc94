import json
import pickle
import shutil
import socket

import huggingface_hub.constants
import numpy as np
import pytest
import timm
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from timm.layers import resample_abs_pos_embed
from timm.models.vision_transformer import checkpoint_filter_fn
from torch import nn
from vbg_vit import VitConfig, vbg_components
from vbg_vit.encoder import VitEncoder
from vbg_vit.pretrained import read_architecture, resize_positions
from vbg_vit.vit import Architecture, Block

from vbg_framework.base.errors import VBGError

(COMPONENT,) = vbg_components()
TINY = COMPONENT.tiny


@pytest.fixture
def encoder(tmp_path):
    """Bring an encoder to life as a new run does."""

    def make(**options):
        config = VitConfig(**options)
        assets = tmp_path / "assets"
        assets.mkdir(exist_ok=True)
        VitEncoder.prepare(config, [], assets, seed=0)
        torch.manual_seed(0)
        made = VitEncoder(config, assets=assets)
        made.pretrain([], seed=0)
        return made

    return make


@pytest.fixture(scope="module")
def reference():
    torch.manual_seed(1)
    config = transformers.ViTConfig(
        image_size=32, patch_size=8, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        layer_norm_eps=1e-5,
    )  # fmt: skip
    model = transformers.ViTModel(config, add_pooling_layer=False).eval()
    for parameter in model.parameters():  # also what starts as zeros or ones
        nn.init.normal_(parameter, std=0.2)
    return model


@pytest.fixture
def folder(reference, tmp_path):
    reference.save_pretrained(tmp_path / "weights")
    return tmp_path / "weights"


def picture(width=40, height=30, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def pixels(size=32, batch=3):
    return {"pixels": torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(2))}


def test_it_is_declared_and_its_defaults_are_the_papers():
    assert (COMPONENT.kind, COMPONENT.name) == ("encoder", "vit")
    assert COMPONENT.load() is VitEncoder
    sizes = {"image_size": 224, "patch_size": 16, "dim": 768, "layers": 12, "heads": 12, "mlp_dim": 3072}
    assert VitConfig().sizes() == sizes


def test_it_hands_on_196_patch_tokens_and_keeps_the_class_token_as_pooled(encoder):
    made = encoder(dim=32, layers=1, heads=2).eval()
    features = made(pixels(224, 1))
    whole = made.net(pixels(224, 1)["pixels"])
    assert (features.tokens.shape, features.pooled.shape) == ((1, 196, 32), (1, 32))
    assert features.mask.dtype == torch.bool
    assert features.mask.all()
    torch.testing.assert_close(features.tokens, whole[:, 1:])
    torch.testing.assert_close(features.pooled, whole[:, 0])


@pytest.mark.parametrize("dialect", ["hub", "state_dict"])
def test_it_equals_transformers_whatever_the_names_in_the_file(encoder, reference, folder, dialect):
    if dialect == "state_dict":
        state = {f"vit.{name}": tensor for name, tensor in reference.state_dict().items()}
        save_file(state | {"classifier.weight": torch.zeros(5, 32)}, folder / "model.safetensors")
    made = encoder(weights=str(folder)).eval()
    expected = reference(pixels()["pixels"]).last_hidden_state
    features = made(pixels())
    torch.testing.assert_close(features.tokens, expected[:, 1:], atol=1e-5, rtol=0)
    torch.testing.assert_close(features.pooled, expected[:, 0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [224, 96])
def test_real_weights_give_what_timm_gives_also_at_another_size(encoder, shared, size):
    file = shared / "weights" / "vit_tiny_patch16_224_augreg" / "model.safetensors"
    model = timm.create_model("vit_tiny_patch16_224", num_classes=0, img_size=size).eval()
    state = {name: tensor for name, tensor in load_file(file).items() if not name.startswith("head")}
    model.load_state_dict(checkpoint_filter_fn(state, model))
    made = encoder(weights=str(file), image_size=None if size == 224 else size).eval()
    inputs = made.processor(False)([picture(300, 200), picture(50, 80)])
    with torch.no_grad():
        expected, features = model.forward_features(inputs["pixels"]), made(inputs)
    torch.testing.assert_close(features.tokens, expected[:, 1:], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(features.pooled, expected[:, 0], atol=1e-5, rtol=1e-5)
    assert made.architecture.mean == [0.5, 0.5, 0.5]


def test_the_papers_block_equals_torchs_post_norm_layer():
    block = Block(Architecture(32, 8, dim=24, layers=1, heads=3, mlp_dim=40, post_norm=True, eps=1e-5), dropout=0.0)
    layer = nn.TransformerEncoderLayer(24, 3, 40, 0.0, "gelu", batch_first=True, norm_first=False)
    names = {
        "qkv.weight": "self_attn.in_proj_weight", "qkv.bias": "self_attn.in_proj_bias",
        "proj.weight": "self_attn.out_proj.weight", "proj.bias": "self_attn.out_proj.bias",
        "fc1.weight": "linear1.weight", "fc1.bias": "linear1.bias",
        "fc2.weight": "linear2.weight", "fc2.bias": "linear2.bias",
    }  # fmt: skip
    layer.load_state_dict({names.get(name, name): tensor for name, tensor in block.state_dict().items()})
    z = torch.randn(2, 7, 24)
    torch.testing.assert_close(block(z), layer(z), atol=1e-5, rtol=0)


def test_the_papers_net_has_no_class_token_and_ends_with_a_norm(encoder):
    made = encoder(**TINY, block="paper_postln").eval()
    features = made(pixels())
    assert made.net.pos_embed.shape == (1, 16, 32)
    torch.testing.assert_close(features.pooled, features.tokens.mean(dim=1))
    torch.testing.assert_close(features.tokens.mean(dim=-1), torch.zeros(3, 16), atol=1e-5, rtol=0)


@given(old=st.integers(1, 9), new=st.integers(1, 9), class_token=st.booleans())
@settings(max_examples=25, deadline=None)
def test_positions_are_interpolated_as_timm_does(old, new, class_token):
    positions = torch.randn(1, old * old + class_token, 8)
    expected = resample_abs_pos_embed(positions, [new, new], [old, old], num_prefix_tokens=int(class_token))
    torch.testing.assert_close(resize_positions(positions, new * new + class_token, class_token), expected)


def test_normalisation_comes_with_the_weights(folder):
    def read():
        return read_architecture(folder / "model.safetensors", image_size=None, heads=None)

    assert read().mean == (0.5, 0.5, 0.5)
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | {"pretrained_cfg": {"mean": [0.4] * 3, "std": [0.2] * 3}}))
    assert (read().mean, read().std) == ((0.4, 0.4, 0.4), (0.2, 0.2, 0.2))
    (folder / "preprocessor_config.json").write_text(json.dumps({"image_mean": [0.3] * 3, "image_std": [0.1] * 3}))
    assert (read().mean, read().std) == ((0.3, 0.3, 0.3), (0.1, 0.1, 0.1))
    assert read().eps == 1e-5


def test_a_bare_file_needs_to_be_told_its_heads(encoder, reference, tmp_path):
    save_file(reference.state_dict(), tmp_path / "bare.safetensors")
    with pytest.raises(VBGError, match=r"heads: .* cannot be read beside .*bare.safetensors, got None. .*set `heads`"):
        encoder(weights=str(tmp_path / "bare.safetensors"))
    assert encoder(weights=str(tmp_path / "bare.safetensors"), heads=2).architecture.heads == 2


def test_random_weights_follow_torchs_seed(encoder):
    first, again = encoder(**TINY).state_dict(), encoder(**TINY).state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in first.items())
    assert first["net.pos_embed"].std() == pytest.approx(0.02, rel=0.2)


def test_a_frozen_encoder_does_not_learn_and_stays_without_dropout(encoder):
    made = encoder(**TINY, frozen=True, dropout=0.5)
    assert not any(parameter.requires_grad for parameter in made.parameters())
    before = made(pixels()).pooled
    made.train()
    assert not made.net.training
    torch.testing.assert_close(made(pixels()).pooled, before)


def test_dropout_acts_in_training_only(encoder):
    made = encoder(**TINY, dropout=0.5)
    assert not torch.equal(made(pixels()).pooled, made(pixels()).pooled)
    made.eval()
    assert torch.equal(made(pixels()).pooled, made(pixels()).pooled)


def test_a_saved_model_loads_without_the_original_weights(encoder, folder, tmp_path):
    made = encoder(weights=str(folder), image_size=48).eval()
    expected, state = made(pixels(48)), made.state_dict()
    shutil.rmtree(folder)
    loaded = VitEncoder(made.config, assets=tmp_path / "assets").eval()
    loaded.load_state_dict(state)
    assert torch.equal(loaded(pixels(48)).tokens, expected.tokens)
    assert loaded.processor(False)([picture()])["pixels"].shape == (1, 3, 48, 48)


def test_a_hub_id_is_read_from_the_hubs_cache(encoder, folder, tmp_path, monkeypatch):
    kept = tmp_path / "hub" / "models--owner--vit"
    shutil.copytree(folder, kept / "snapshots" / "0123")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert torch.equal(encoder(model="owner/vit").net.pos_embed, encoder(weights=str(folder)).net.pos_embed)


def test_nothing_touches_the_network_without_a_hub_id(encoder, folder, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("touched the network"))
    encoder(**TINY)
    encoder(weights=str(folder))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "a/b", "weights": "c"}, "`model` and `weights` are both set"),
        ({"weights": "c", "dim": 64}, "the pre-trained weights decide `dim`"),
        ({"weights": "c", "block": "paper_postln"}, "trained from scratch"),
        ({"image_size": 100}, "`image_size` must be a multiple of `patch_size`, got 100 and 16"),
        ({"dim": 100}, "`dim` must be a multiple of `heads`, got 100 and 12"),
        ({"patch_size": 0}, "greater than or equal to 1"),
        ({"block": "post"}, "paper_postln"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        VitConfig(**options)


def test_missing_weights_are_named(encoder, tmp_path):
    with pytest.raises(VBGError, match="nowhere: no such file or folder"):
        encoder(weights="nowhere")
    with pytest.raises(VBGError, match=r"model.safetensors: no such weights file. Give a .safetensors file"):
        encoder(weights=str(tmp_path))


def test_weights_of_something_else_are_refused(encoder, folder):
    state = load_file(folder / "model.safetensors")
    save_file({"embeddings.word_embeddings.weight": torch.zeros(2, 2)}, folder / "model.safetensors")
    with pytest.raises(VBGError, match=r"no weights of a plain vision transformer: 'patch_embed.weight' is missing"):
        encoder(weights=str(folder))
    save_file(state | {"embeddings.register_tokens": torch.zeros(1, 4, 32)}, folder / "model.safetensors")
    with pytest.raises(VBGError, match=r"'embeddings.register_tokens' fits nowhere"):
        encoder(weights=str(folder))
    (folder / "config.json").write_text(json.dumps({"num_attention_heads": 2, "hidden_act": "quick_gelu"}))
    with pytest.raises(VBGError, match="its activation is quick_gelu"):
        encoder(weights=str(folder))
    (folder / "config.json").write_text("{")
    with pytest.raises(VBGError, match=r"config.json: not readable as JSON"):
        encoder(weights=str(folder))


def test_sizes_that_do_not_fit_the_weights_are_refused(encoder, folder):
    with pytest.raises(VBGError, match="image_size: must be a multiple of the weights' patch size 8, got 30"):
        encoder(weights=str(folder), image_size=30)
    with pytest.raises(VBGError, match="heads: the weights have 2 attention heads, got 4"):
        encoder(weights=str(folder), heads=4)


def test_light_changes_follow_the_global_seed_and_happen_in_training_only(encoder):
    made = encoder(**TINY, augment="light")
    assert not encoder(**TINY).processor(True).light
    train, test = made.processor(True), made.processor(False)
    torch.manual_seed(5)
    first, second = train([picture()])["pixels"], train([picture()])["pixels"]
    torch.manual_seed(5)
    assert torch.equal(train([picture()])["pixels"], first)
    assert not torch.equal(first, second)
    assert torch.equal(test([picture()])["pixels"], test([picture()])["pixels"])


def test_the_processor_travels_to_worker_processes_without_weights(encoder):
    process = encoder(**TINY).processor(False)
    sent = pickle.dumps(process)
    assert len(sent) < 2000
    assert torch.equal(pickle.loads(sent)([picture()])["pixels"], process([picture()])["pixels"])


def test_every_parameter_learns(encoder):
    made = encoder(**TINY)
    features = made(pixels())
    (features.tokens.square().mean() + features.pooled.sum()).backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in made.parameters())


def test_its_layers_are_the_patches_and_then_the_blocks(encoder):
    made = encoder(**{**TINY, "layers": 2})
    names = {id(parameter): name for name, parameter in made.net.named_parameters()}
    first, *blocks = [
        {names[id(parameter)].rpartition(".")[0] for parameter in layer} for layer in made.parameter_layers()
    ]
    assert first == {"", "patch_embed"}  # positions and class token stand by themselves
    assert [{name[:9] for name in block} for block in blocks] == [{"blocks.0."}, {"blocks.1."}]
