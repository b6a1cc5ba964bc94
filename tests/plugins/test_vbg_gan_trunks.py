"""The discriminator's trunks as encoders."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import save_model
from vbg_gan.networks import Discriminator
from vbg_gan.trunk_config import ImageTrunkConfig, TextTrunkConfig
from vbg_gan.trunks import ImageTrunk, TextTrunk

from vbg_framework.base.errors import VBGError

TEXTS = ["Shallow bowl with a blue glaze", "Tall vase", ""]


def image_trunk(assets, **options):
    made = ImageTrunk(ImageTrunkConfig(**{"image_size": 32, "width": 16} | options), assets=assets)
    made.pretrain([], seed=0)
    return made.eval()


@pytest.fixture
def judge():
    torch.default_generator.manual_seed(1)
    return Discriminator(classes=4, attributes=(3,), seed_grid=2, width=16, spectral=False).eval()


@torch.no_grad()
def test_pictures_are_read_as_the_discriminator_whose_weights_they_get_reads_them(tmp_path, judge):
    save_model(judge, str(tmp_path / "discriminator.safetensors"))
    made = image_trunk(tmp_path, weights=str(tmp_path / "discriminator.safetensors"))
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    inputs = made.processor(False)([Image.fromarray(pixels)])
    assert torch.allclose(inputs["pixels"][0], torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1, atol=1e-6)
    found = made(inputs)
    assert found.tokens.shape == (1, 4, 16)
    torch.testing.assert_close(found.tokens.transpose(1, 2).flatten(1), judge.trunk(inputs["pixels"]))
    torch.testing.assert_close(found.pooled, found.tokens.mean(dim=1))


def test_a_discriminator_of_another_width_is_refused(tmp_path, judge):
    save_model(judge, str(tmp_path / "discriminator.safetensors"))
    with pytest.raises(VBGError, match="of another architecture"):
        image_trunk(tmp_path, width=32, weights=str(tmp_path / "discriminator.safetensors"))


def test_without_weights_it_begins_as_a_discriminator_does(tmp_path):
    assert image_trunk(tmp_path, width=64).trunk[5].weight.std().item() == pytest.approx(0.02, rel=0.1)


@torch.no_grad()
def test_texts_are_read_as_the_discriminator_reads_one_hot_words(tmp_path):
    config = TextTrunkConfig(vocab_size=200, max_length=32, embedding=8, hidden=16)
    TextTrunk.prepare(config, iter(TEXTS), tmp_path, seed=0)
    made = TextTrunk(config, assets=tmp_path).eval()
    inputs = made.processor(False)(TEXTS)
    found, count = made(inputs), made.tokenizer.get_vocab_size()
    expected = made.reader(F.one_hot(inputs["ids"], count).float(), inputs["mask"])
    torch.testing.assert_close(found.pooled, expected)
    assert found.tokens.shape == (*inputs["ids"].shape, 16)
    alone = made(made.processor(False)(TEXTS[1:2]))
    torch.testing.assert_close(found.pooled[1], alone.pooled[0])  # whatever it is padded to
