import builtins
import json
import shutil
import socket

import huggingface_hub.constants
import numpy as np
import pytest
import timm
import torch
import transformers
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from timm.optim import param_groups_layer_decay
from torch import nn
from vbg_timm import TimmConfig, vbg_components
from vbg_timm.encoder import TimmEncoder

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.optimiser import layer_shares

(COMPONENT,) = vbg_components()
TINY = COMPONENT.tiny
SMALL = {"depths": [1, 1, 1, 1], "dims": [8, 8, 16, 16]}
FAMILIES = {  # name: (arguments of a small net, image size, tokens)
    "resnet18": ({"channels": [8, 8, 16, 16]}, 64, 4),
    "densenet121": ({"growth_rate": 4, "block_config": [1, 1, 1, 1]}, 64, 4),
    "mobilenetv2_050": ({}, 64, 4),
    "mobilenetv3_small_050": ({}, 64, 4),
    "convnext_atto": (SMALL, 64, 4),
    "swin_tiny_patch4_window7_224": (
        {"embed_dim": 8, "depths": [1, 1, 1, 1], "num_heads": [1, 1, 1, 1], "window_size": 2}, 64, 4,
    ),
    "coatnet_nano_rw_224": ({"stem_width": 8, "embed_dim": [32, 32, 32, 32], "depths": [1, 1, 1, 1]}, 64, 4),
    "test_vit": ({}, 64, 16),
    "vit_tiny_r_s16_p8_224": ({"embed_dim": 24, "depth": 1, "num_heads": 2}, 64, 4),
    "vit_small_patch14_dinov2": ({"embed_dim": 24, "depth": 1, "num_heads": 2}, 56, 16),
    "vit_base_patch16_siglip_224": ({"embed_dim": 24, "depth": 1, "num_heads": 2}, 64, 16),
    "test_mambaout": ({}, 64, 4),
}  # fmt: skip


@pytest.fixture
def encoder(tmp_path):
    """Bring an encoder to life as a new run does."""

    def make(**options):
        config = TimmConfig(**options)
        TimmEncoder.prepare(config, [], tmp_path, seed=0)
        torch.default_generator.manual_seed(0)
        made = TimmEncoder(config, assets=tmp_path)
        made.pretrain([], seed=0)
        return made

    return make


def pixels(size=32, batch=2):
    return {"pixels": torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(2))}


def picture(seed=0):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8))


def reference(name, arguments, size):
    """A network of timm with its classifier, whose batch norms have seen something."""
    torch.default_generator.manual_seed(1)
    fixed = {"img_size": size} if timm.get_pretrained_cfg(name).fixed_input_size else {}
    net = timm.create_model(name, num_classes=7, **arguments, **fixed)
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.uniform_(part.running_mean, -0.1, 0.1)
            nn.init.uniform_(part.running_var, 0.5, 1.5)
    return net.eval()


def saved(net, folder, name, arguments):
    """As timm saves to a folder."""
    folder.mkdir(exist_ok=True)
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, folder / "model.safetensors")
    about = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6], "input_size": [3, 64, 64], "num_classes": 7}
    config = {"architecture": name, "model_args": arguments, "pretrained_cfg": about}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def folder(tmp_path):
    return saved(reference("test_resnet", {}, 64), tmp_path / "weights", "test_resnet", {})


@pytest.mark.parametrize("name", FAMILIES)
def test_it_equals_timm_whatever_the_family(encoder, tmp_path, name):
    arguments, size, count = FAMILIES[name]
    net = reference(name, arguments, size)
    made = encoder(weights=str(saved(net, tmp_path / "weights", name, arguments)), image_size=size).eval()
    net = net.to(memory_format=torch.channels_last)  # in which sums round as in the encoder
    with torch.no_grad():
        expected, found = net.forward_features(pixels(size)["pixels"]), made(pixels(size))
        pooled = net.forward_head(expected, pre_logits=True)
    assert found.tokens.shape == (2, count, made.dim)
    torch.testing.assert_close(found.pooled, pooled, atol=1e-5, rtol=1e-5)
    flat = {3: lambda z: z[:, net.num_prefix_tokens :], 4: lambda z: z.flatten(2).transpose(1, 2)}[expected.dim()]
    if getattr(net, "output_fmt", "") == "NHWC":
        expected = expected.permute(0, 3, 1, 2)
    if expected.shape[1] == made.dim or expected.dim() == 3:
        torch.testing.assert_close(found.tokens, flat(expected), atol=1e-5, rtol=1e-5)


def test_tokens_go_through_a_head_that_widens_them_one_by_one(encoder):
    made = encoder(name="mobilenetv3_small_050", image_size=64).eval()
    net = made.trunk.net
    with torch.no_grad():
        found, last = made(pixels(64)), net.forward_features(pixels(64)["pixels"])
        one = net.forward_head(last[:, :, :1, 1:], pre_logits=True)
    assert made.dim == net.head_hidden_size == 1024
    torch.testing.assert_close(found.tokens[:, 1], one, atol=1e-5, rtol=1e-5)


def test_vggs_wide_head_is_left_out(encoder):
    slim = {"mlp_ratio": 0.001}  # of the head
    net = timm.create_model("vgg11", num_classes=0, **slim).eval()
    made = encoder(name="vgg11", image_size=64, arguments=slim).eval()
    found = made(pixels(64))
    assert made.dim == 512
    assert sum(p.numel() for p in made.parameters()) == sum(p.numel() for p in net.features.parameters())
    torch.testing.assert_close(found.pooled, found.tokens.mean(dim=1))
    made.trunk.net.features.load_state_dict(net.features.state_dict())
    expected = net.forward_features(pixels(64)["pixels"]).flatten(2).transpose(1, 2)
    torch.testing.assert_close(made(pixels(64)).tokens, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["resnet18", "convnext_atto", "swin_tiny_patch4_window7_224", "densenet121"])
def test_an_inner_stage_equals_timms_feature_maps(encoder, tmp_path, name):
    arguments, size, _ = FAMILIES[name]
    net = reference(name, arguments, size)
    made = encoder(weights=str(saved(net, tmp_path / "weights", name, arguments)), image_size=size, stage=3).eval()
    with torch.no_grad():
        maps = net.forward_intermediates(pixels(size)["pixels"], intermediates_only=True, output_fmt="NCHW")
        found = made(pixels(size))
    expected = next(each for each in reversed(maps) if each.shape[-1] == size // 16).flatten(2).transpose(1, 2)
    torch.testing.assert_close(found.tokens, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.pooled, expected.mean(dim=1), atol=1e-5, rtol=1e-5)
    assert sum(p.numel() for p in made.parameters()) < sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("size", [224, 96])
def test_real_weights_of_a_vit_give_what_timm_gives(encoder, shared, size):
    file = shared / "weights" / "vit_tiny_patch16_224_augreg" / "model.safetensors"
    source = {"file": str(file), "num_classes": 1000}
    net = timm.create_model(
        "vit_tiny_patch16_224", pretrained=True, img_size=size, num_classes=0, pretrained_cfg_overlay=source
    ).eval()
    made = encoder(weights=str(file.parent), image_size=None if size == 224 else size).eval()
    inputs = made.processor(False)([picture()])
    with torch.no_grad():
        expected, found = net.forward_features(inputs["pixels"]), made(inputs)
    torch.testing.assert_close(found.tokens, expected[:, 1:], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.pooled, expected[:, 0], atol=1e-5, rtol=1e-5)


def test_real_weights_of_transformers_mobilenet_give_what_transformers_gives(encoder, shared):
    folder = shared / "weights" / "mobilenet_v2_1.0_224"
    made = encoder(weights=str(folder)).eval()
    net = transformers.MobileNetV2Model.from_pretrained(folder).eval()
    inputs = made.processor(False)([picture(), picture(1)])
    with torch.no_grad():
        expected, found = net(inputs["pixels"]), made(inputs)
    assert made.backbone.mean == [0.5, 0.5, 0.5]
    torch.testing.assert_close(found.pooled, expected.pooler_output, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(
        found.tokens, expected.last_hidden_state.flatten(2).transpose(1, 2), atol=1e-5, rtol=1e-5
    )


def test_size_and_normalisation_come_with_the_weights(encoder, folder):
    made = encoder(weights=str(folder))
    assert (made.backbone.image_size, made.backbone.mean) == (64, [0.1, 0.2, 0.3])
    (folder / "config.json").unlink()
    made = encoder(weights=str(folder), name="test_resnet")
    assert (made.backbone.image_size, made.backbone.mean) == (160, [0.5, 0.5, 0.5])  # timm's for this architecture
    process = encoder(weights=str(folder), image_size=48, name="test_resnet").processor(False)
    assert process([picture()])["pixels"].shape == (1, 3, 48, 48)


def test_a_frozen_encoder_does_not_learn_nor_collect_statistics(encoder):
    made = encoder(**TINY, frozen=True).train()
    before = {name: tensor.clone() for name, tensor in made.state_dict().items()}
    made(pixels())
    assert not any(parameter.requires_grad for parameter in made.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in made.state_dict().items())


@pytest.mark.parametrize(
    ("name", "learns", "rests"),
    [
        ("test_vit", ("blocks.5.", "norm."), "blocks.4."),
        ("test_convnext", ("stages.3.blocks.1.", "head."), "stages.3.blocks.0."),
    ],
)
def test_the_last_block_and_the_norm_after_it_can_be_trained_alone(encoder, name, learns, rests):
    made = encoder(name=name, image_size=32, train_last=1)
    trained = {each for each, parameter in made.trunk.net.named_parameters() if parameter.requires_grad}
    assert trained == {each for each, _ in made.trunk.net.named_parameters() if each.startswith(learns)}
    assert not [each for each in trained if each.startswith(rests)]
    made(pixels()).pooled.square().sum().backward()
    assert all(p.grad is not None for p in made.parameters() if p.requires_grad)


@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "test_convnext"])
def test_layers_slow_down_downwards_as_timm_has_it(encoder, name):
    made = encoder(name=name, image_size=32)
    own, known = layer_shares(made, 0.5), {}
    for group in param_groups_layer_decay(made.trunk.net, layer_decay=0.5):
        known |= {id(parameter): group["lr_scale"] for parameter in group["params"]}
    assert own == known
    assert len(set(own.values())) > 2


def test_batch_norms_before_the_last_blocks_stay_as_they_are(encoder):
    made = encoder(**TINY, train_last=1).train()
    before = {name: tensor.clone() for name, tensor in made.trunk.net.state_dict().items() if "running" in name}
    made(pixels())
    changed = {
        name for name, tensor in made.trunk.net.state_dict().items() if not tensor.equal(before.get(name, tensor))
    }
    assert changed
    assert all(name.startswith("layer4.") for name in changed)


@pytest.mark.parametrize("name", ["test_vit", "test_resnet"])
def test_adapters_change_nothing_at_first_and_learn_alone(encoder, name, tmp_path):
    arguments = {}
    net = reference(name, arguments, 32)
    weights = str(saved(net, tmp_path / "weights", name, arguments))
    plain, made = encoder(weights=weights, image_size=32).eval(), encoder(weights=weights, image_size=32, lora=2).eval()
    torch.testing.assert_close(made(pixels()).tokens, plain(pixels()).tokens, atol=1e-6, rtol=1e-6)
    trained = {each for each, parameter in made.named_parameters() if parameter.requires_grad}
    assert trained
    assert all(".lora_" in each for each in trained)
    assert trained <= set(made.state_dict())
    made.train()(pixels()).pooled.square().sum().backward()
    assert all(p.grad is not None for p in made.parameters() if p.requires_grad)


def test_a_saved_encoder_loads_with_its_adapters_and_without_the_weights(encoder, folder, tmp_path):
    made = encoder(weights=str(folder), lora=2).eval()
    for name, parameter in made.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(parameter)
    expected, state = made(pixels(64)), made.state_dict()
    shutil.rmtree(folder)
    loaded = TimmEncoder(made.config, assets=tmp_path).eval()
    loaded.load_state_dict(state)
    assert torch.equal(loaded(pixels(64)).tokens, expected.tokens)


def test_a_missing_peft_is_told_in_one_line(encoder, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "peft":
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        VBGError, match=r'lora: peft is not installed. Install it with: pip install "vbg-framework\[lora\]"'
    ):
        encoder(**TINY, lora=2)


def test_a_hub_id_is_read_from_the_hubs_cache(encoder, folder, tmp_path, monkeypatch):
    kept = tmp_path / "hub" / "models--timm--test"
    shutil.copytree(folder, kept / "snapshots" / "0123")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    weight = encoder(model="timm/test").trunk.net.conv1[0].weight
    assert torch.equal(weight, load_file(folder / "model.safetensors")["conv1.0.weight"])


def test_nothing_touches_the_network_without_a_hub_id(encoder, folder, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("touched the network"))
    encoder(**TINY)
    encoder(weights=str(folder))


def test_random_weights_follow_torchs_seed_and_loading_draws_nothing(encoder, folder):
    assert torch.equal(encoder(**TINY).trunk.net.conv1[0].weight, encoder(**TINY).trunk.net.conv1[0].weight)
    made = encoder(weights=str(folder))
    state = torch.get_rng_state()
    made.pretrain([], seed=0)
    assert torch.equal(torch.get_rng_state(), state)


def test_light_changes_happen_in_training_only(encoder):
    made = encoder(**TINY, augment="light")
    assert made.processor(True).light
    assert not made.processor(False).light


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "a/b", "weights": "c"}, "`model` and `weights` are both set"),
        ({"frozen": True, "lora": 4}, "`frozen` and `lora` contradict each other"),
        ({"train_last": 1, "lora": 4}, "`train_last` and `lora` contradict each other"),
        ({"lora": 0}, "greater than or equal to 1"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        TimmConfig(**options)


def test_more_blocks_than_there_are_cannot_be_trained(encoder):
    with pytest.raises(VBGError, match="train_last: the network has 5 blocks, got 9"):
        encoder(**TINY, train_last=9)
