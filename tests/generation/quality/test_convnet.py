import numpy as np
import pytest
import torch
from PIL import Image

from vbg_framework.generation.quality.convnet import ConvNet, frame, varied


@pytest.mark.parametrize("size", [(64, 64), (200, 50), (3, 90), (20, 20)])
def test_a_picture_of_any_size_fits_a_frame(size):
    assert frame(Image.new("RGB", size, (10, 200, 30))).shape == (3, 64, 64)


def test_the_rest_of_the_frame_has_the_colour_of_the_edge():
    image = Image.new("RGB", (40, 20), (200, 0, 0))
    image.paste((0, 0, 0), (10, 5, 30, 15))
    assert (frame(image)[:, 0] == [[200], [0], [0]]).all()
    assert frame(image)[0, 32, 32] == 0


def test_it_answers_for_every_task_and_for_no_picture():
    net = ConvNet([3, 5]).eval()
    for count in (0, 2):
        features, logits = net(torch.zeros(count, 3, 64, 64, dtype=torch.uint8))
        assert features.shape == (count, 256)
        assert [part.shape for part in logits] == [(count, 3), (count, 5)]


def test_varied_pictures_are_shifted_and_mirrored_by_the_generator_alone():
    pixels = torch.randint(0, 255, (8, 3, 64, 64), dtype=torch.uint8)
    one, same, other = (varied(pixels, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one.shape == pixels.shape
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
