import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from vbg_squeezenet import SqueezenetConfig, vbg_components
from vbg_squeezenet.encoder import SqueezenetEncoder

from vbg_framework.base.errors import VBGError

(COMPONENT,) = vbg_components()


def encoder(assets, **options):
    """Bring an encoder to life as a new run does."""
    config = SqueezenetConfig(**{"image_size": 32} | options)
    SqueezenetEncoder.prepare(config, [], assets, seed=0)
    torch.default_generator.manual_seed(0)
    made = SqueezenetEncoder(config, assets=assets)
    made.pretrain([], seed=0)
    return made


def picture(seed=0):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8))


@pytest.fixture
def reference():
    torch.default_generator.manual_seed(1)
    return torchvision.models.squeezenet1_1().eval()


def test_it_is_declared():
    assert (COMPONENT.kind, COMPONENT.name, COMPONENT.load()) == ("encoder", "squeezenet", SqueezenetEncoder)


def test_it_equals_torchvision(tmp_path, reference):
    save_file(reference.state_dict(), tmp_path / "squeezenet.safetensors")  # with its classifier
    made = encoder(tmp_path, weights=str(tmp_path / "squeezenet.safetensors"), image_size=224).eval()
    inputs = made.processor(False)([picture(), picture(1)])
    with torch.no_grad():
        expected, found = reference.features(inputs["pixels"]), made(inputs)
    assert found.tokens.shape == (2, 169, 512)
    torch.testing.assert_close(found.tokens.transpose(1, 2).reshape(2, 512, 13, 13), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.pooled, expected.mean(dim=(2, 3)), atol=1e-5, rtol=0)
    assert found.mask.all()


def test_real_weights_are_read_from_a_file_that_holds_more(tmp_path, shared):
    file = shared / "weights" / "lpips_squeeze" / "model.safetensors"
    made = encoder(tmp_path, weights=str(file.parent)).eval()
    assert torch.equal(made.features[0].weight, load_file(file)["features.0.weight"])


def test_a_frozen_encoder_does_not_learn(tmp_path):
    made = encoder(tmp_path, frozen=True).train()
    assert not any(parameter.requires_grad for parameter in made.parameters())
    assert not made.features.training


def test_light_changes_happen_in_training_only(tmp_path):
    made = encoder(tmp_path, augment="light")
    assert made.processor(True).light
    assert not made.processor(False).light


def test_other_weights_are_refused(tmp_path):
    save_file({"features.0.weight": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(VBGError, match=r"of another architecture: '0.bias' is missing"):
        encoder(tmp_path, weights=str(tmp_path))
    with pytest.raises(ValidationError, match="`model` and `weights` are both set"):
        SqueezenetConfig(model="imagenet", weights="a")


def test_a_download_that_fails_is_told_in_one_line(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no route")

    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", refuse)
    with pytest.raises(VBGError, match=r"model imagenet: cannot fetch https://.*squeezenet1_1.* \(no route\)"):
        encoder(tmp_path, model="imagenet")


def test_a_download_reads_tensors_only(tmp_path, monkeypatch, reference):
    seen = {}

    def fetch(_, **options):
        seen.update(options)
        return reference.state_dict()

    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", fetch)
    made = encoder(tmp_path, model="imagenet")
    assert seen["weights_only"] is True
    assert torch.equal(made.features[0].weight, reference.features[0].weight)
