"""Copies that moved are told from other pictures and from mixtures of two."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import gaussian_filter

from vbg_framework import Record, Task, TrainView
from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.generation.originals import MOVED, Originals, centre, detail, likeness
from vbg_framework.generation.sieve import NONE, Sieve, image_hash

SHIFTS = st.integers(-4, 4)


def picture(seed, height=70, width=70):
    values = gaussian_filter(np.random.default_rng(seed).normal(0, 1, (height, width, 1)), (height / 64, width / 64, 0))
    return np.clip(128 + 200 * values.repeat(3, 2), 0, 255).astype(np.uint8)


def coarse(seed):
    small = Image.fromarray(np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8))
    return np.asarray(small.resize((32, 32), Image.Resampling.BICUBIC))


def image(values):
    return Image.fromarray(values)


def originals(*pictures):
    records = [Record(str(i), {"image": image(values)}, {"kind": "a"}) for i, values in enumerate(pictures)]
    view = TrainView(records, tasks=[Task("kind", classes=("a",))], task="kind")
    return Originals(view, range(len(records)), np.array([image_hash(image(values)) for values in pictures]))


def like(known, values):
    return known.likeness(image(values), image_hash(image(values)))


MANY = originals(*(picture(seed) for seed in range(20)), *(coarse(seed) for seed in range(20)))


def test_likeness_is_the_largest_correlation_coefficient_of_all_shifts_and_at_most_a_little_more_between_them():
    one, other = detail(image(picture(0))), detail(image(np.roll(picture(0), (2, -3), (0, 1))))
    inner = other[6:-6, 6:-6].ravel()
    slow = max(np.corrcoef(inner, one[y : y + 52, x : x + 52].ravel())[0, 1] for y in range(13) for x in range(13))
    assert slow <= likeness(one, centre(other)[None])[0] + 1e-6 <= min(1, slow + 0.1)


@settings(max_examples=15, deadline=None)
@given(SHIFTS, SHIFTS, st.integers(0, 19))
def test_a_picture_moved_by_up_to_four_pixels_is_always_found(down, right, seed):
    wide = picture(seed, 78, 78)
    known = originals(wide[4:74, 4:74])
    assert like(known, wide[4 + down : 74 + down, 4 + right : 74 + right]) >= MOVED


@settings(max_examples=15, deadline=None)
@given(st.integers(100, 10**6), st.sampled_from([picture, coarse]))
def test_an_unrelated_picture_never_is(seed, draw):
    assert like(MANY, draw(seed)) < MOVED


@pytest.mark.parametrize(("height", "width"), [(70, 70), (230, 230), (70, 110)])
def test_a_crop_moved_between_pixels_is_found_at_any_size(height, width):
    wide, step = picture(7, height + 9, width + 9), height // 40
    known = originals(*(picture(seed, height, width) for seed in range(3)), wide[:height, :width])
    assert like(known, wide[step : step + height, step : step + width]) >= MOVED


def test_a_mixture_of_two_pictures_is_no_copy():
    known = originals(picture(0), picture(1))
    assert 0.3 < like(known, ((picture(0).astype(int) + picture(1)) // 2).astype(np.uint8)) < MOVED


def test_a_nearly_flat_picture_is_like_none():
    ramp = np.linspace(0, 255, 64)[None, :, None].repeat(64, 0).repeat(3, 2).astype(np.uint8)
    assert like(originals(ramp), ramp) == 0


def test_without_real_pictures_nothing_is_a_copy():
    known = Originals(TrainView([], tasks=[Task("kind")], task="kind"), [], NONE)
    assert like(known, picture(0)) == 0


def test_the_sieve_drops_a_moved_copy_as_a_copy_unless_told_otherwise():
    known, moved = originals(picture(0)), np.roll(picture(0), (2, 2), (0, 1))
    records = [Record("0", {"image": image(moved)}, {}), Record("1", {"image": image(picture(5))}, {})]
    sieves = [Sieve(LoopConfig(copies=copies), NONE, originals=known) for copies in (True, False)]
    assert [[verdict.reason for verdict in sieve(records)] for sieve in sieves] == [["copy", None], [None, None]]
