from collections import Counter

import pytest
import torch
from diffusion_pipes import config, vessels
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.lessons import EMPTY, Lessons
from vbg_diffusion_lora.shots import as_pixels, frequent, squares, survey

from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen

FORMS = ["vase"] * 9 + ["bowl"] * 3 + ["plate"]


@pytest.fixture
def shots():
    train = vessels({"form": FORMS}, {"form": ("bowl", "plate", "vase")})
    words = Captions(config().caption, train)
    return words, survey(train, words, Screen()), train


def drawn(shots, size=3000, **options):
    words, found, _ = shots
    lessons = Lessons(words, found, config(**options), 0)
    batch = lessons.draw(size, new_accelerator("fp32", 0), torch.Generator().manual_seed(0))
    return lessons, batch, Counter(found[place].facts.name for place in batch.pictures)


def test_all_classes_are_drawn_equally_often_or_as_often_as_they_are(shots):
    assert drawn(shots)[2] == {"vase": 1000, "bowl": 1000, "plate": 1000}
    counts = drawn(shots, balanced=False)[2]
    assert counts["vase"] == pytest.approx(3000 * 9 / 13, abs=120)


def test_captions_are_those_of_the_picture_or_sometimes_empty(shots):
    lessons, batch, _ = drawn(shots)
    assert lessons.texts[EMPTY] == ""
    for place, text in zip(batch.pictures, batch.texts, strict=True):
        assert text == EMPTY or FORMS[place] in lessons.texts[text]
    assert batch.texts.count(EMPTY) == pytest.approx(300, abs=60)
    assert EMPTY not in drawn(shots, caption={"dropout": 0})[1].texts


def test_frequent_classes_have_at_least_as_many_pictures_as_the_median_class(shots):
    assert Counter(shot.facts.name for shot in frequent(shots[1])) == {"vase": 9, "bowl": 3}


def test_pictures_are_whole_squares_between_minus_one_and_one(shots):
    pixels = as_pixels(list(squares(shots[2], shots[1][:2], 16)))
    assert pixels.shape == (2, 3, 16, 16)
    assert -1 <= pixels.min() < pixels.max() <= 1
