import numpy as np
from collection import seen, view
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vbg_framework.base.jsonl import read_lines
from vbg_framework.generation.quality.copies import nearest
from vbg_framework.generation.quality.gallery import SHOWN, shown, thumbnail, write_gallery


@given(st.lists(st.sampled_from([f"class {i}" for i in range(60)]), max_size=400))
def test_some_of_every_class_are_shown_but_never_too_many(classes):
    found = shown(classes)
    assert sum(map(len, found.values())) <= SHOWN
    assert len(found) == min(SHOWN, len(set(classes)))
    for name, places in found.items():
        assert places == [i for i, one in enumerate(classes) if one == name][: len(places)]
        assert 1 <= len(places) <= 8


def test_pairs_and_thumbnails_are_written_and_replaced(collection, tmp_path):
    train = view(collection[0][:30])
    features = np.random.default_rng(0).normal(size=(30, 4))
    known = seen([record.targets["form"] for record in train], features)
    made = seen(["bowl"] * 20 + ["tile"] * 2, features[:22] + 0.01)
    for _ in range(2):
        found = nearest(made, known)
        write_gallery(tmp_path, train, made, known, found)
    lines = read_lines(tmp_path / "nearest.jsonl")
    assert 12 <= len(lines) <= 60
    assert {line["id"] for line in lines} >= {"r20", "r21", *(f"r{i}" for i in range(8))}
    for line in lines:
        assert line["nearest"] == line["id"]  # the same position in `known`
        assert Image.open(tmp_path / line["image"]).size <= (96, 96)
    assert {path.name for path in (tmp_path / "nearest").iterdir()} == {line["image"][8:] for line in lines}


def test_a_thumbnail_is_never_enlarged():
    assert thumbnail(Image.new("RGB", (30, 20))).size == (30, 20)
    assert thumbnail(Image.new("RGB", (300, 200))).size == (96, 64)
