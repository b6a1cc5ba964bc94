import pytest
import timm
import torch
from pydantic import ValidationError
from safetensors.torch import save_file
from transformers import AutoModel
from vbg_gan import StyleConfig
from vbg_gan.features import feature_network

from vbg_framework.base.errors import VBGError


def pictures(side=64):
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_the_random_network_has_five_stages_and_is_the_same_in_every_run():
    torch.default_generator.manual_seed(1)
    one = feature_network(StyleConfig())(pictures())
    torch.default_generator.manual_seed(2)
    two = feature_network(StyleConfig())(pictures())
    assert [features.shape[-1] for features in one] == [64, 32, 16, 8, 4]
    for a, b in zip(one, two, strict=True):
        assert torch.equal(a, b)


def test_its_stages_neither_vanish_nor_explode():
    for features in feature_network(StyleConfig())(pictures()):
        assert 0.05 < features.std() < 5


def test_gradients_reach_the_pictures_and_no_weights():
    network = feature_network(StyleConfig())
    given = pictures().requires_grad_()
    sum(features.square().mean() for features in network(given)).backward()
    assert given.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not network.train().training


@pytest.fixture
def resnet(tmp_path):
    torch.default_generator.manual_seed(0)
    net = timm.create_model("resnet10t", pretrained=False).eval()
    save_file(net.state_dict(), tmp_path / "resnet.safetensors")
    return net, tmp_path / "resnet.safetensors"


def test_a_timm_network_gives_its_own_stages_for_normalised_pixels(resnet):
    net, file = resnet
    network = feature_network(StyleConfig(network="timm", model="resnet10t", weights=str(file)))
    found = network(pictures())
    mean, std = (torch.tensor(net.pretrained_cfg[name]).view(3, 1, 1) for name in ("mean", "std"))
    pixels = ((pictures() + 1) / 2 - mean) / std
    torch.testing.assert_close(found[-1], net.forward_features(pixels))
    assert len(found) == 5


def test_weights_of_another_network_are_refused_by_name(resnet):
    with pytest.raises(VBGError, match="weights are of another architecture"):
        feature_network(StyleConfig(network="timm", model="resnet18", weights=str(resnet[1])))


@pytest.mark.parametrize("model", ["no_such_net", "vit_tiny_patch16_224"])
def test_a_network_without_convolution_stages_is_refused(model, resnet):
    with pytest.raises(VBGError, match="no network of convolution stages"):
        feature_network(StyleConfig(network="timm", model=model, weights=str(resnet[1])))


def test_a_folder_of_transformers_gives_the_last_map_of_every_size(shared):
    folder = shared / "weights" / "mobilenet_v2_1.0_224"
    network = feature_network(StyleConfig(network="transformers", weights=str(folder)))
    found = network(pictures())
    sides = [features.shape[-1] for features in found]
    assert sides == sorted(set(sides), reverse=True)
    maps = AutoModel.from_pretrained(folder).eval()(pictures(), output_hidden_states=True).hidden_states
    for features in found:
        same = [each for each in maps if each.shape[-1] == features.shape[-1]]
        torch.testing.assert_close(features, same[-1])


def test_a_folder_without_a_network_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="no convolution network of transformers"):
        feature_network(StyleConfig(network="transformers", weights=str(tmp_path)))


@pytest.mark.parametrize(
    "options", [{"network": "timm"}, {"model": "vgg16"}, {"weights": "x"}, {"network": "timm", "model": "vgg16"}]
)
def test_options_that_do_not_go_together_are_refused(options):
    with pytest.raises(ValidationError, match="go together|goes with"):
        StyleConfig(**options)


def test_a_network_is_named_without_the_folder_it_lies_in():
    assert StyleConfig().named == "random"
    assert StyleConfig(network="timm", model="vgg16", weights="/somewhere/vgg.safetensors").named == "timm vgg16"
    assert StyleConfig(network="transformers", weights="/somewhere/mobilenet").named == "transformers mobilenet"
