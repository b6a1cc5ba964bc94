import json

import pytest
import timm
import torch
from safetensors.torch import save_file

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.backbone import Backbone, Stage, weights_file


def find(name="test_resnet", file=None, arguments=None, image_size=32):
    return Backbone.find(name, file, arguments or {}, image_size)


@pytest.fixture
def file(tmp_path):
    """Weights with a classifier, as timm saves them."""
    torch.default_generator.manual_seed(1)
    net = timm.create_model("test_resnet", num_classes=7)
    save_file(net.state_dict(), tmp_path / "model.safetensors")
    about = {"architecture": "test_resnet", "pretrained_cfg": {"input_size": [3, 64, 64], "mean": [0.1] * 3}}
    (tmp_path / "config.json").write_text(json.dumps(about))
    return tmp_path / "model.safetensors"


def test_a_network_is_described_by_its_name():
    found = Backbone.find("test_resnet", None, {}, None)
    assert (found.image_size, found.mean, found.arguments) == (160, (0.5, 0.5, 0.5), {})
    assert find("test_vit", image_size=64).arguments == {"img_size": 64}  # its size is part of the architecture


def test_a_network_is_described_by_the_files_beside_its_weights(file):
    found = Backbone.find(None, file, {}, None)
    assert (found.name, found.image_size, found.mean) == ("test_resnet", 64, (0.1, 0.1, 0.1))
    assert found.std == (0.5, 0.5, 0.5)  # of the architecture


def test_a_network_has_the_channels_last_format_and_answers_as_without_it():
    built = Backbone.find("mobilenetv2_050", None, {}, 64).build().eval()
    usual = timm.create_model("mobilenetv2_050", num_classes=0).eval()
    usual.load_state_dict(built.state_dict())
    pixels = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        result = built.forward_features(pixels)
        assert result.is_contiguous(memory_format=torch.channels_last)
        assert torch.allclose(built(pixels), usual(pixels), atol=1e-5)


def test_a_description_survives_saving(tmp_path):
    found = find("resnet18", arguments={"channels": [8, 8, 16, 16]})
    found.save(tmp_path)
    loaded = Backbone.load(tmp_path)
    shapes = [{name: tensor.shape for name, tensor in each.build().state_dict().items()} for each in (found, loaded)]
    assert shapes[0] == shapes[1]


def test_weights_are_named_as_the_network_names_them(file):
    found = find(file=file)
    net = found.build()
    net.load_state_dict(found.weights(file))  # strictly
    assert not [name for name in net.state_dict() if name.startswith("fc.")]


@pytest.mark.parametrize("head", ["head.fc", "head"])
def test_a_classifier_may_be_named_as_older_files_do(tmp_path, head):
    state = timm.create_model("test_convnext", num_classes=0).state_dict()
    state |= {f"{head}.weight": torch.zeros(7, 64), f"{head}.bias": torch.zeros(7)}
    save_file(state, tmp_path / "model.safetensors")
    found = find("test_convnext").weights(tmp_path / "model.safetensors")
    assert torch.equal(found["head.norm.weight"], state["head.norm.weight"])


def test_loading_draws_nothing(file):
    state = torch.get_rng_state()
    find(file=file).weights(file)
    assert torch.equal(torch.get_rng_state(), state)


def test_positions_are_interpolated_to_the_image_size(tmp_path):
    net = timm.create_model("test_vit", img_size=64)
    save_file(net.state_dict(), tmp_path / "model.safetensors")
    state = find("test_vit", image_size=96).weights(tmp_path / "model.safetensors")
    assert net.pos_embed.shape[1] == 17
    assert state["pos_embed"].shape[1] == 37


@pytest.mark.parametrize("name", ["resnet18", "convnext_atto", "mobilenetv3_small_050"])
def test_a_stage_is_found_by_its_resolution_and_what_follows_is_removed(name):
    whole = timm.create_model(name, num_classes=0)
    for stage in (3, 4):
        cut = Stage(find(name, image_size=64).build(), stage)
        assert cut(torch.zeros(1, 3, 64, 64)).shape == (1, cut.dim, 64 // 2 ** (stage + 1), 64 // 2 ** (stage + 1))
    early = Stage(find(name, image_size=64).build(), 3)
    assert sum(p.numel() for p in early.parameters()) < 0.7 * sum(p.numel() for p in whole.parameters())
    early(torch.zeros(2, 3, 64, 64)).sum().backward()
    assert all(parameter.grad is not None for parameter in early.parameters())


def test_a_stage_that_is_not_there_is_named():
    with pytest.raises(VBGError, match="stage: this network has no such stage, got 5. It has 1, 2, 3, 4."):
        Stage(find().build(), 5)
    with pytest.raises(VBGError, match="got 3. Leave it out: its layers have one resolution"):
        Stage(find("test_vit").build(), 3)


def test_unknown_names_are_answered_with_known_ones():
    with pytest.raises(VBGError, match="no network of this name, got 'resnet_50'. Did you mean resnet50"):
        find("resnet_50")
    with pytest.raises(VBGError, match=r"got 'xyzzy'. `timm.list_models\(\)` lists the names"):
        find("xyzzy")


def test_arguments_and_sizes_that_do_not_fit_are_refused():
    with pytest.raises(VBGError, match="timm network test_resnet: cannot be built .*'depht'"):
        find(arguments={"depht": 3})
    with pytest.raises(VBGError, match=r"image_size: test_vit cannot read images of this size .*, got 50"):
        find("test_vit", image_size=50)


def test_weights_of_another_network_are_refused(file):
    with pytest.raises(VBGError, match="these are weights of 'test_resnet', got the name 'resnet18'"):
        find("resnet18", file)
    with pytest.raises(VBGError, match="no weights of timm's resnet18 .*Missing key"):
        find("resnet18").weights(file)


def test_weights_that_lack_a_tensor_are_refused(file):
    state = timm.create_model("test_resnet", num_classes=0).state_dict()
    del state["layer1.0.bn1.bias"]
    save_file(state, file)
    with pytest.raises(VBGError, match='Missing key.*"layer1.0.bn1.bias"'):
        find(file=file).weights(file)


def test_files_that_do_not_say_what_they_are_are_refused(file):
    config = file.parent / "config.json"
    config.write_text(json.dumps({"model_type": "swin"}))
    with pytest.raises(VBGError, match=r"in transformers' format, of which only mobilenet_v2 can be read, got 'swin'"):
        find(None, file)
    config.write_text("{")
    with pytest.raises(VBGError, match="config.json: not readable as JSON"):
        find(None, file)
    config.unlink()
    with pytest.raises(VBGError, match="no config.json beside it says which network this is. Set its timm name"):
        find(None, file)


def test_weights_are_a_file_or_a_folder(file):
    assert weights_file(None, None) is None
    assert weights_file(None, str(file)) == weights_file(None, str(file.parent)) == file
    with pytest.raises(VBGError, match="nowhere: no such file or folder"):
        weights_file(None, "nowhere")
