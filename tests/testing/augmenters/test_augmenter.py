from dataclasses import replace

import good
import numpy as np
from PIL import Image

from vbg_framework.contracts.record import Origin, Record
from vbg_framework.testing.augmenters.augmenter import AugmenterSubject, content, pixels

BLEND = next(component for component in good.COMPONENTS if component.name == "blend")


def test_the_content_of_a_record_tells_every_difference():
    image = Image.new("RGB", (4, 4), "red")
    record = Record("1", {"image": image, "text": {"title": "Bowl"}}, {"form": "bowl"}, origin=Origin(sources=("a",)))
    assert content(record) == content(replace(record, id="2", inputs={**record.inputs, "image": image.copy()}))
    other = Image.new("RGB", (4, 4), (254, 0, 0))
    for change in (
        {"inputs": {**record.inputs, "image": other}},
        {"inputs": {**record.inputs, "image": image.resize((2, 8))}},
        {"inputs": {"image": image, "text": {"title": "Bowls"}}},
        {"targets": {"form": "vase"}},
        {"origin": None},
    ):
        assert content(replace(record, **change)) != content(record)
    assert content(None) is None


def test_pixels_of_an_image_are_the_same_however_it_is_handed_over(tmp_path):
    image = Image.new("L", (5, 3), 70)
    image.save(tmp_path / "a.png")
    for given in (image, image.convert("RGB"), tmp_path / "a.png", (tmp_path / "a.png").read_bytes()):
        assert np.array_equal(pixels(given), np.full((3, 5, 3), 70))


def test_the_seed_of_a_fit_matters():
    subject = AugmenterSubject(BLEND)
    assert subject.fit(seed=1).colour == subject.fit(seed=1).colour != subject.fit(seed=2).colour
