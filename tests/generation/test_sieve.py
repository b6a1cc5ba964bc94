"""Which generated records are kept."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.record import Record
from vbg_framework.generation.sieve import NONE, Sieve, Verdict, image_hash


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
    return [verdict.reason for verdict in Sieve(config, arguments.pop("known", NONE), **arguments)(records)]


def judge(*reasons, labels=(), score=0.5):
    """Gives its reasons in turn."""
    turn = iter(reasons)
    return lambda records: [Verdict(next(turn), {"confidence": score}, {"kind": "a", **dict(labels)}) for _ in records]


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
    copy, other = Sieve(LoopConfig(), known(real, picture(4)))(made(slightly, picture(5)))
    assert (copy.reason, other.reason) == ("copy", None)
    assert copy.scores["copy_distance"] <= 28 < other.scores["copy_distance"]


def test_a_record_that_repeats_a_kept_one_is_dropped():
    assert reasons(made(picture(1), picture(2), picture(1))) == [None, None, "duplicate"]


def test_a_record_dropped_for_another_reason_does_not_make_the_next_a_duplicate():
    assert reasons(made(picture(1), picture(1)), judge=judge("class", None)) == ["class", None]


def test_a_record_that_real_records_speak_against_is_dropped_with_what_they_say():
    found = Sieve(LoopConfig(), NONE, judge("class", "outlier", None))(made(picture(1), picture(2), picture(3)))
    assert [verdict.reason for verdict in found] == ["class", "outlier", None]
    assert [verdict.scores["confidence"] for verdict in found] == [0.5] * 3


def test_labels_that_are_not_confirmed_are_left_out():
    record = Record("0", {"image": picture(1)}, {"kind": "a", "glaze": "white", "kiln": "Ru"})
    (verdict,) = Sieve(LoopConfig(), NONE, judge(None, labels={"glaze": "white"}))([record])
    assert verdict.targets == {"kind": "a", "glaze": "white"}
    (told,) = Sieve(LoopConfig(verify="tell"), NONE, judge("class"))([record])
    assert (told.reason, told.targets, told.scores["confidence"]) == (None, record.targets, 0.5)


def test_classes_that_cannot_be_judged_are_kept_only_if_they_are_to_be_filled():
    assert reasons(made(picture(1)), judge=judge("unjudged")) == ["unjudged"]
    assert reasons(made(picture(1)), judge=judge("unjudged"), config={"unjudged": "fill"}) == [None]


def test_every_check_can_be_switched_off():
    off = {"copies": False, "blank": False, "verify": "tell"}
    images = made(picture(1), picture(1), Image.new("RGB", (64, 64)))
    assert reasons(images, config=off, known=known(picture(1)), judge=judge(*["class"] * 3)) == [None] * 3


def test_a_record_without_an_image_is_judged_by_its_text_alone():
    text = [Record("1", {"text": "a bowl"}, {"kind": "a"})]
    assert reasons(text) == [None]
    assert reasons(text, judge=judge("class")) == ["class"]
