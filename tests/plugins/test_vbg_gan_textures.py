import json

import numpy as np
import pytest
from gan_pictures import CLASSES, frames, view
from PIL import Image
from vbg_gan.frames import read_frames, square
from vbg_gan.table import AttributeTable
from vbg_gan.texture_folder import folder_library
from vbg_gan.textures import TextureLibrary, cut_library

from vbg_framework.base.errors import VBGError
from vbg_framework.screen import Screen


def test_every_crop_is_found_again_at_its_box_in_its_training_record(tmp_path):
    train = view()
    known = {record.id: record for record in train}
    table = AttributeTable.learn(train, ["colour"])
    library = cut_library(read_frames(train, table, 32, tmp_path, Screen()), CLASSES, 40)
    for pixels, texture in zip(library.pixels, library.textures, strict=True):
        record = known[texture.record]  # of the training split, and of no other
        assert texture.name == record.targets["form"]
        assert texture.attributes == {name: record.targets[name] for name in ("colour",) if name in record.targets}
        np.testing.assert_array_equal(pixels, np.asarray(record.inputs["image"].crop(texture.box)))


def test_held_out_records_give_no_texture(tmp_path):
    train = view()
    table = AttributeTable.learn(train, [])
    library = cut_library(read_frames(train, table, 32, tmp_path, Screen()), CLASSES, 1000)
    assert not {texture.record for texture in library.textures} & {record.id for record in train.held_out}


def test_classes_share_the_crops_equally_as_far_as_they_have_pictures():
    library = cut_library(frames(counts={"bowl": 30, "vase": 1}), CLASSES, 60)
    counts = {name: sum(t.name == name for t in library.textures) for name in CLASSES}
    assert counts == {"bowl": 60, "vase": 16, "idol": 0, "mask": 0, "tile": 0}  # two of each bowl make 44 or more
    assert len({t.record for t in library.textures if t.name == "bowl"}) == 30
    few = cut_library(frames(counts={"bowl": 30, "vase": 1}), CLASSES, 20)
    assert [sum(t.name == name for t in few.textures) for name in ("bowl", "vase")] == [10, 10]


def test_crops_are_the_parts_with_the_most_detail():
    library = cut_library(frames(counts={"bowl": 1}), CLASSES, 1)
    assert library.textures[0].box == (16, 16, 48, 48)  # the noisy middle of 32 px at scale 2


def test_padding_is_never_cut_and_a_narrow_picture_gives_smaller_crops():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 15, 3), np.uint8))
    canvas, place, scale = square(image, 32)
    assert place == (12, 0, 20, 32)
    facts = frames(counts={"bowl": 1}).facts[0]
    made = type(frames())(np.asarray(canvas)[None], (type(facts)("r", "bowl", {}, place, scale),))
    for texture in cut_library(made, CLASSES, 8).textures:
        left, top, right, bottom = texture.box
        assert 0 <= left < right <= 15
        assert 0 <= top < bottom <= 60
        assert right - left == 15


def test_a_saved_library_is_read_back_pixel_by_pixel(tmp_path):
    library = cut_library(frames(counts={"bowl": 90, "vase": 20}), CLASSES, 1100)
    assert len(library) > 1024  # more than one sheet
    library.save(tmp_path)
    read = TextureLibrary.load(tmp_path, CLASSES)
    np.testing.assert_array_equal(read.pixels, library.pixels)
    assert read.textures == library.textures
    assert len(list(tmp_path.glob("sheet-*.png"))) == 2
    assert Image.open(tmp_path / "contact.png").height > 5 * 16
    line = json.loads((tmp_path / "crops.jsonl").read_text().splitlines()[0])
    assert set(line) == {"name", "attributes", "record", "box"}


def test_an_empty_library_is_saved_and_read(tmp_path):
    TextureLibrary(np.empty((0, 1, 1, 3), np.uint8), [], CLASSES).save(tmp_path)
    assert len(TextureLibrary.load(tmp_path, CLASSES)) == 0


def test_drawn_references_are_of_the_class_and_follow_from_the_seed():
    library = cut_library(frames(), CLASSES, 12)
    one, again, other = (library.draw(0, 3, seed) for seed in (1, 1, 2))
    assert one.shape == (3, 3, 16, 16)
    assert one.equal(again)
    assert not one.equal(other)
    assert len(library.draw(4, 100, 0)) == len(library.members(4))


@pytest.fixture
def folder(tmp_path):
    for name, size in (("bowl", (80, 50)), ("vase", (20, 20))):
        (tmp_path / name).mkdir()
        pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / name / "glaze.png")
    (tmp_path / "bowl" / "notes.txt").write_text("no picture")
    return tmp_path


def test_a_users_folder_of_textures_is_read_by_class(folder):
    said = []
    screen = Screen()
    screen.say = said.append
    library = folder_library(folder, CLASSES, 32, 10, screen)
    assert {texture.record for texture in library.textures} == {"bowl/glaze.png", "vase/glaze.png"}
    assert {t.name for t in library.textures} == {"bowl", "vase"}
    assert len(said) == 1
    assert "bowl/notes.txt" in said[0]


def test_a_folder_that_is_no_class_is_named(folder):
    (folder / "bowll").mkdir()
    with pytest.raises(VBGError, match=r"'bowll' is no class\. Did you mean 'bowl'"):
        folder_library(folder, CLASSES, 32, 10, Screen())


def test_a_folder_without_pictures_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="no picture can be read"):
        folder_library(tmp_path, CLASSES, 32, 10, Screen())
