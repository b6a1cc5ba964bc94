import pytest
import timm
import torch
import transformers

from vbg_framework.toolkit.mobilenet_v2 import described, renamed


@pytest.mark.parametrize("depth", [1.0, 0.5])
def test_timm_says_what_transformers_says(depth):
    torch.default_generator.manual_seed(0)
    config = transformers.MobileNetV2Config(depth_multiplier=depth, image_size=64)
    source = transformers.MobileNetV2Model(config).eval()
    about = described(config.to_dict(), {"image_mean": [0.1] * 3})
    net = timm.create_model(about["architecture"], num_classes=0, **about["model_args"]).eval()
    net.load_state_dict(renamed(source.state_dict()))
    pixels = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected, found = source(pixels).last_hidden_state, net.forward_features(pixels)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    assert about["pretrained_cfg"] == {"input_size": [3, 64, 64], "mean": [0.1] * 3, "std": [0.5] * 3}


def test_other_names_stay_as_they_are():
    state = {"blocks.0.0.conv_dw.weight": torch.zeros(1), "conv_1x1.other.weight": torch.ones(1)}
    assert renamed(state) == state
    prefixed = renamed({"mobilenet_v2.conv_1x1.convolution.weight": torch.zeros(1)})
    assert list(prefixed) == ["conv_head.weight"]
