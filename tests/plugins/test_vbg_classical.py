"""Classical changes of training pictures. Promises of the interface are in test_conformance."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from pydantic import ValidationError
from tiny import TINY
from vbg_classical import ClassicalConfig
from vbg_classical.augmenter import Classical, ClassicalTransform
from vbg_classical.changes import Changes, shrunk
from vbg_classical.mixing import Mixing, fitted, random_box

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.testing import collection

OFF = {"policy": "none", "shrink": 1.0}


def seeded(seed=0):
    torch.default_generator.manual_seed(seed)


def picture(width=40, height=30, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


CORNERS = {(0, 0): (255, 0, 0), (52, 0): (0, 255, 0), (0, 32): (0, 0, 255), (52, 32): (0, 0, 0)}


def marked():
    """A white picture of 60 x 40 px whose corners have colours of their own."""
    image = Image.new("RGB", (60, 40), "white")
    for (x, y), colour in CORNERS.items():
        image.paste(colour, (x, y, x + 8, y + 8))
    return image


def items(*pictures):
    return [{"id": str(n), "inputs": {"image": image}, "targets": {"form": n}} for n, image in enumerate(pictures)]


def changed(image, seeds=20, **options):
    change = Changes(ClassicalConfig(**{**OFF, **options}))
    made = []
    for seed in range(seeds):
        seeded(seed)
        made.append(change(image))
    return made


def same(one, other):
    return one.size == other.size and one.tobytes() == other.tobytes()


def test_switched_off_it_changes_nothing():
    assert all(same(made, picture()) for made in changed(picture()))


@pytest.mark.parametrize(
    "options",
    [
        {"policy": "rand_augment"}, {"policy": "rand_augment", "operations": 3, "magnitude": 30},
        {"policy": "trivial_augment"}, {"shrink": 0.5}, {"jitter": 0.4}, {"flip": True},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("size", [(40, 30), (1, 1), (3, 90)], ids=str)
def test_every_change_keeps_size_and_mode_and_varies_with_the_seed(options, size):
    before = picture(*size)
    made = changed(before, **options)
    assert {(image.size, image.mode) for image in made} == {(size, "RGB")}
    assert size == (1, 1) or len({image.tobytes() for image in made}) > 1
    assert same(before, picture(*size))


def test_shrinking_shows_the_whole_object_at_every_size_and_place():
    scales, places = [], []
    for seed in range(60):
        seeded(seed)
        pixels = np.asarray(shrunk(marked(), 0.5), float)
        marks = [np.argwhere(np.abs(pixels - colour).max(2) < 60) for colour in CORNERS.values()]
        assert min(map(len, marks)) >= 9  # all four corners are there
        height, width = marks[3].mean(0) - marks[0].mean(0)
        assert height / 32 == pytest.approx(width / 52, abs=0.05)  # and nothing is stretched
        scales.append(width / 52)
        places.append(marks[0].min(0).tolist())
    assert 0.47 < min(scales) < 0.6
    assert 0.9 < max(scales) < 1.03
    assert len({tuple(place) for place in places}) > 40


def test_what_a_change_uncovers_has_the_colour_of_the_edge():
    image = Image.new("RGB", (60, 60), (10, 200, 30))
    assert all(same(made, image) for made in changed(image, shrink=0.3))


def test_nothing_is_mirrored_unless_asked_for():
    step = Image.new("RGB", (64, 64), "white")
    step.paste((0, 0, 0), (0, 0, 16, 64))  # dark on the left
    for image in changed(step, seeds=300, policy="trivial_augment"):
        grey = np.asarray(image.convert("L"), float)
        unlike = np.abs(grey - np.asarray(ImageOps.mirror(step).convert("L"), float)).mean()
        assert unlike > 20
    flipped = [same(made, ImageOps.mirror(step)) for made in changed(step, seeds=200, flip=True)]
    assert 70 < sum(flipped) < 130


def test_blending_is_linear_and_its_weight_is_the_share_of_the_other_picture():
    dark, bright = Image.new("RGB", (8, 8), (0, 0, 0)), Image.new("RGB", (8, 8), (200, 200, 200))
    mix, seen = Mixing(mixup=0.8, cutmix=0), []
    for seed in range(30):
        seeded(seed)
        first, second = mix(items(dark, bright))
        weight = first["second"]["weight"]
        if first["second"]["targets"]["form"] == 1:
            assert np.asarray(first["inputs"]["image"]).mean() == pytest.approx(200 * weight, abs=1)
            assert np.asarray(second["inputs"]["image"]).mean() == pytest.approx(200 * (1 - weight), abs=1)
            assert second["second"] == {"targets": {"form": 0}, "weight": weight}
        seen.append(weight)
    assert min(seen) < 0.2 < 0.8 < max(seen)


def test_a_patch_weighs_as_much_as_its_area():
    dark, bright = Image.new("RGB", (200, 100)), Image.new("RGB", (200, 100), (255, 255, 255))
    mix, weights = Mixing(mixup=0, cutmix=1.0), []
    for seed in range(30):
        seeded(seed)
        first, _ = mix(items(dark, bright))
        if first["second"]["targets"]["form"] == 1:
            weights.append(first["second"]["weight"])
            assert (np.asarray(first["inputs"]["image"]) == 255).mean() == pytest.approx(weights[-1], abs=0.015)
    assert len(weights) > 5


def test_a_box_has_the_share_asked_for_unless_it_is_cut_off():
    seeded()
    boxes = [(share, random_box(share)) for share in np.linspace(0.01, 0.99, 50)]
    for share, (left, top, right, bottom) in boxes:
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert (right - left) * (bottom - top) <= share + 1e-9
    assert any((r - x) * (b - t) == pytest.approx(share) for share, (x, t, r, b) in boxes)


def test_with_both_each_batch_gets_one_of_them():
    plain, mix, kinds = items(picture(seed=1), picture(seed=2)), Mixing(1.0, 1.0), set()
    for seed in range(20):
        seeded(seed)
        made = mix(plain)
        if made[0]["second"]["targets"]["form"] == 1:
            before, after = (np.asarray(each[0]["inputs"]["image"]) for each in (plain, made))
            kinds.add("cutmix" if (before == after).all(2).mean() > 0.05 else "mixup")
    assert len(kinds) == 2


def test_the_other_picture_is_shown_whole_in_the_frame_of_the_first():
    pixels = np.asarray(fitted(marked(), (30, 80)), float)
    assert pixels.shape == (80, 30, 3)
    first, last = (np.argwhere(np.abs(pixels - CORNERS[place]).max(2) < 60).mean(0) for place in ((0, 0), (52, 32)))
    assert last - first == pytest.approx([16, 26], abs=1)


def test_items_without_a_picture_stay_as_they_are():
    given = [*items(picture(), picture(seed=1)), {"id": "x", "inputs": {"text": "A bowl"}, "targets": {"form": 2}}]
    seeded()
    made = ClassicalTransform(ClassicalConfig(mixup=0.2, cutmix=1.0))(given)
    assert made[2] == given[2]
    assert all("second" in item for item in made[:2])
    assert ClassicalTransform(ClassicalConfig(mixup=0.2))(given[2:]) == given[2:]


def test_pictures_are_not_mixed_where_there_are_texts():
    view = collection.training_view(collection.records(collection.COUNTS), [])
    with pytest.raises(VBGError, match=r"augmenter\.cutmix: pictures cannot be mixed where a text says"):
        Classical(ClassicalConfig(cutmix=1.0)).transform(view)
    assert Classical(ClassicalConfig()).transform(view) is not None
    records = [Record(str(n), {"image": picture()}, {"form": "a"}) for n in range(3)]
    bare = TrainView(records, tasks=[Task("form", classes=("a", "b"))], task="form")
    assert Classical(ClassicalConfig(cutmix=1.0)).transform(bare) is not None


@pytest.mark.parametrize("options", [{"shrink": 0}, {"magnitude": 31}, {"policy": "auto"}, {"mixup": -1}], ids=str)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValidationError):
        ClassicalConfig(**options)


def test_a_run_with_mixed_pictures_is_the_same_when_repeated(tmp_path):
    sets = ["augmenter={type: classical, mixup: 0.2, cutmix: 1}", "train.steps=4", "train.evaluate_every=2"]
    runs = [vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=sets) for _ in range(2)]
    files = [(run.path / "model" / "model.safetensors").read_bytes() for run in runs]
    assert files[0] == files[1]
    assert not (runs[0].path / "rounds.json").exists()
