"""Outlines and colours as numbers."""

import numpy as np
import pytest

from vbg_framework.generation.verification.outlines import describe


def slow(picture):
    """The same of one (3, 64, 64) picture, pixel by pixel."""
    grey = np.sqrt(picture.mean(0) / 255)
    cells = np.zeros((8, 8, 9))
    for y in range(64):
        for x in range(64):
            down = grey[y + 1, x] - grey[y - 1, x] if 0 < y < 63 else 0
            right = grey[y, x + 1] - grey[y, x - 1] if 0 < x < 63 else 0
            place = np.degrees(np.arctan2(down, right)) % 180 / 20
            share, strength = place % 1, np.hypot(down, right)
            cells[y // 8, x // 8, int(place) % 9] += strength * (1 - share)
            cells[y // 8, x // 8, (int(place) + 1) % 9] += strength * share
    blocks = []
    for y in range(7):
        for x in range(7):
            block = np.concatenate([cells[y, x], cells[y + 1, x], cells[y, x + 1], cells[y + 1, x + 1]])
            for _ in range(2):
                block = np.minimum(block / (np.linalg.norm(block) + 0.05), 0.2)
            blocks.append(block / (np.linalg.norm(block) + 0.05))
    colours = [picture[k, 16 * y : 16 * y + 16, 16 * x : 16 * x + 16].mean() / 255 * 2
               for k in range(3) for y in range(4) for x in range(4)]  # fmt: skip
    shares = np.zeros(216)
    for y in range(8, 56):
        for x in range(8, 56):
            red, green, blue = (int(picture[k, y, x]) * 6 // 256 for k in range(3))
            shares[36 * red + 6 * green + blue] += 1 / 48**2
    return np.concatenate([np.ravel(blocks), np.sqrt(cells).ravel() / 3, colours, 4 * np.sqrt(shares)])


def test_it_equals_a_slow_version_that_goes_pixel_by_pixel():
    pictures = np.random.default_rng(0).integers(0, 255, (3, 3, 64, 64), np.uint8)
    found = describe(pictures)
    assert found.shape == (3, 2604)
    assert found == pytest.approx(np.array([slow(picture) for picture in pictures]), abs=1e-4)
    assert describe(pictures[:0]).shape == (0, 2604)


def test_one_colour_has_no_outline():
    plain = describe(np.full((1, 3, 64, 64), 130, np.uint8))
    assert not plain[:, :-264].any()
    assert np.flatnonzero(plain[0, -216:]).tolist() == [(36 + 6 + 1) * 3]
    assert plain[:, -264:-216] == pytest.approx(2 * 130 / 255)
