"""Which generated records are kept."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vbg_framework.augmentation import LoopConfig
from vbg_framework.generation.sieve import NONE, Sieve, image_hash
from vbg_framework.record import Record


def picture(seed: int, size: int = 64) -> Image.Image:
    draw = np.random.default_rng(seed)
    image = Image.new("RGB", (size, size), tuple(draw.integers(150, 255, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(6):
        x, y, w, h = draw.integers(0, size // 2, 4).tolist()
        pen.ellipse([x, y, x + w + 4, y + h + 4], fill=tuple(draw.integers(0, 255, 3).tolist()))
    return image


def made(*images):
    return [Record(str(i), {"image": image}, {"kind": "a"}) for i, image in enumerate(images)]


def known(*images):
    return np.array([image_hash(image) for image in images])


def reasons(records, **arguments):
    config = LoopConfig(**arguments.pop("config", {}))
    return Sieve(config, arguments.pop("known", NONE), **arguments)(records)[0]


def test_a_good_record_is_kept():
    assert reasons(made(picture(0), picture(1))) == [None, None]


def test_what_the_augmenter_could_not_make_is_refused():
    assert reasons([None, *made(picture(0))]) == ["refused", None]


@pytest.mark.parametrize("colour", ["black", "white", (120, 90, 60)])
def test_a_black_or_uniform_image_is_dropped(colour):
    assert reasons(made(Image.new("RGB", (64, 64), colour))) == ["blank"]


def test_a_near_copy_of_a_real_image_is_dropped_and_its_distance_recorded():
    real = picture(3)
    slightly = real.resize((60, 60)).resize((64, 64))
    found, scores = Sieve(LoopConfig(), known(real, picture(4)))(made(slightly, picture(5)))
    assert found == ["copy", None]
    assert scores[0]["copy_distance"] <= 28 < scores[1]["copy_distance"]


def test_a_record_that_repeats_a_kept_one_is_dropped():
    assert reasons(made(picture(1), picture(2), picture(1))) == [None, None, "duplicate"]


def test_a_record_dropped_for_another_reason_does_not_make_the_next_a_duplicate():
    judge = iter([np.array([0.1, 0.9])])
    assert reasons(made(picture(1), picture(1)), judge=lambda records: next(judge)) == ["confidence", None]


def test_a_record_the_last_classifier_does_not_believe_in_is_dropped():
    def judge(records):
        return np.array([0.49, 0.5])

    found, scores = Sieve(LoopConfig(), NONE, judge)(made(picture(1), picture(2)))
    assert found == ["confidence", None]
    assert [score["confidence"] for score in scores] == [0.49, 0.5]


def test_every_check_can_be_switched_off():
    off = {"copies": False, "blank": False, "confidence": None}
    images = made(picture(1), picture(1), Image.new("RGB", (64, 64)))
    assert reasons(images, config=off, known=known(picture(1)), judge=lambda r: np.zeros(len(r))) == [None] * 3


def test_a_record_without_an_image_is_judged_by_the_classifier_alone():
    text = [Record("1", {"text": "a bowl"}, {"kind": "a"})]
    assert reasons(text) == [None]
    assert reasons(text, judge=lambda records: np.array([0.2])) == ["confidence"]
