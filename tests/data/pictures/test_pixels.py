import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vbg_framework.data.pictures.pixels import ImageProcessor, grid_places, letterbox


def picture(width=40, height=30, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@given(width=st.integers(1, 90), height=st.integers(1, 90), size=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_pictures_of_any_size_become_finite_squares(width, height, size):
    found = ImageProcessor(size, [0.5] * 3, [0.5] * 3)([picture(width, height)])["pixels"]
    assert (found.shape, found.dtype) == ((1, 3, size, size), torch.float32)
    assert found.abs().max() <= 1.0001


def test_pixels_equal_a_plain_resize_and_normalisation():
    mean, std = [0.1, 0.2, 0.3], [0.4, 0.5, 0.6]
    image = picture(80, 80)
    plain = np.asarray(image.resize((32, 32), Image.Resampling.BICUBIC), dtype=np.float64) / 255
    expected = torch.tensor(((plain - mean) / std).transpose(2, 0, 1), dtype=torch.float32)
    torch.testing.assert_close(ImageProcessor(32, mean, std)([image])["pixels"][0], expected, atol=1e-5, rtol=0)


def test_the_whole_object_stays_visible_and_keeps_its_shape():
    image = Image.new("RGB", (100, 50), (200, 10, 30))
    image.paste((0, 0, 255), (40, 14, 60, 34))  # a square in the middle
    framed = np.asarray(letterbox(image, 50))
    blue = framed[..., 2] > 128
    assert blue.any(axis=0).sum() == blue.any(axis=1).sum() == 10
    assert framed[0, 0].tolist() == framed[-1, -1].tolist() == [200, 10, 30]  # filled with the edge's colour


def test_a_huge_picture_is_reduced_in_steps_without_visible_loss():
    huge = picture(30, 30).resize((3000, 3000), Image.Resampling.BICUBIC)
    plain = np.asarray(huge.resize((24, 24), Image.Resampling.BICUBIC), dtype=int)
    assert np.abs(np.asarray(letterbox(huge, 24), dtype=int) - plain).max() <= 10


def test_light_changes_never_mirror_or_lose_the_object():
    image = Image.new("RGB", (64, 64), (255, 255, 255))
    image.paste((0, 0, 0), (14, 12, 26, 52))  # a stroke on the left
    image.paste((0, 0, 0), (14, 40, 50, 52))  # and at the bottom: an L
    process = ImageProcessor(64, [0.5] * 3, [0.5] * 3, light=True)
    plain = (np.asarray(image)[..., 0] < 128).astype(float)
    torch.manual_seed(0)
    for _ in range(20):
        changed = process([image])["pixels"][0].mean(dim=0).lt(0).float().numpy()
        assert (changed * plain).sum() > (changed * plain[:, ::-1]).sum()
        assert changed.sum() > 0.7 * plain.sum()


def test_light_changes_keep_the_size_and_follow_the_global_seed():
    process = ImageProcessor(24, [0.5] * 3, [0.5] * 3, light=True)
    made = []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        made.append(process([picture()])["pixels"])
    assert made[0].shape == (1, 3, 24, 24)
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


def test_tokens_of_a_wide_picture_stand_in_its_own_shares():
    places = grid_places(Image.new("RGB", (80, 40)), 16)
    assert places[:4] == [None] * 4  # the fill above
    assert places[4] == (0, 0, 0.25, 0.5)
    assert places[11] == (0.75, 0.5, 1, 1)
    assert grid_places(Image.new("RGB", (80, 40)), 15) == []
