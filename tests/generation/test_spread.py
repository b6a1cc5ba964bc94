"""How much pictures of one class differ."""

import numpy as np
import pytest
from museum import museum
from PIL import Image

from vbg_framework.generation.inner import divide_inner
from vbg_framework.generation.spread import added, diversity, real_spread, spread, thumbnail


def test_it_is_the_mean_absolute_difference_of_every_two_thumbnails():
    draw = np.random.default_rng(0)
    smalls = [thumbnail(Image.fromarray(draw.integers(0, 255, (32, 32, 3), np.uint8))) for _ in range(4)]
    found = spread([("a", smalls[0]), ("a", smalls[1]), ("a", smalls[2]), ("b", smalls[3])])
    slow = sum(np.abs(smalls[i] - smalls[j]).mean() for i in range(3) for j in range(i))
    assert found == {"a": (pytest.approx(slow), 3)}
    assert added([found, found])["a"] == (pytest.approx(2 * slow), 6)


def test_pictures_that_are_all_alike_have_no_diversity(tmp_path):
    real = real_spread(divide_inner(museum(tmp_path), "kind", share=0.2, seed=1, fingerprint="abc").view)
    one = thumbnail(Image.new("RGB", (16, 16), (9, 9, 9)))
    mean = pytest.approx(real["bowl"][0] / real["bowl"][1], abs=1e-4)
    found = diversity(spread([("bowl", one)] * 5), real)
    assert found == {"generated": 0.0, "real": mean, "ratio": 0.0, "classes": 1}
    assert diversity(real, real)["ratio"] == 1
    assert diversity({}, real) is None


def test_light_alone_is_no_diversity():
    draw = np.random.default_rng(1).integers(0, 150, (16, 16, 3)).astype(np.uint8)
    lit = [thumbnail(Image.fromarray(draw + np.uint8(step))) for step in (0, 40, 90)]
    assert spread([("a", small) for small in lit])["a"][0] == pytest.approx(0, abs=1e-5)
