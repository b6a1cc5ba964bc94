"""The dataset `image_folder`."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_image_folder import ImageFolderConfig, vbg_components

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.record import Rejected, Task

COMPONENT = next(iter(vbg_components()))


def dataset(path, **options):
    return COMPONENT.load()(ImageFolderConfig(path=str(path), **options))


def read(path, **options):
    return list(dataset(path, **options).records())


def pictures(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(path)


def test_the_folder_is_the_label(tmp_path):
    pictures(tmp_path, "vase/b.png", "bowl/a.png", "bowl/deep/c.jpg")
    (tmp_path / "bowl" / "notes.txt").write_text("not an image")
    records = read(tmp_path, task="form", licence="CC0")
    assert [(r.id, r.targets, r.split, r.licence) for r in records] == [
        ("bowl/a.png", {"form": "bowl"}, None, "CC0"),
        ("bowl/deep/c.jpg", {"form": "bowl"}, None, "CC0"),
        ("vase/b.png", {"form": "vase"}, None, "CC0"),
    ]
    assert dataset(tmp_path, task="form").tasks == (Task("form"),)


def test_folders_of_splits_are_the_split(tmp_path):
    pictures(tmp_path, "Train/bowl/a.png", "val/bowl/b.png", "test/vase/c.png")
    assert [(r.id, r.split, r.targets["label"]) for r in read(tmp_path)] == [
        ("Train/bowl/a.png", "train", "bowl"),
        ("test/vase/c.png", "test", "vase"),
        ("val/bowl/b.png", "validation", "bowl"),
    ]


def test_a_class_may_be_called_test(tmp_path):
    pictures(tmp_path, "test/a.png", "bowl/b.png")
    assert [r.targets["label"] for r in read(tmp_path)] == ["bowl", "test"]


ROWS = [
    {"file_name": "a.png", "form": "bowl", "title": "Bowl", "year": "-5", "object": "o1", "rights": "CC0"},
    {"file_name": "deep/b.png", "form": "", "title": "", "year": "", "object": "", "rights": ""},
    {"file_name": "../c.png", "form": "x", "title": "", "year": "", "object": "", "rights": ""},
    {"file_name": "", "form": "x", "title": "", "year": "", "object": "", "rights": ""},
]


def written(folder, kind, rows=ROWS):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"metadata.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_beside_the_images_describes_them(tmp_path, kind):
    written(tmp_path, kind)
    first, second, escape, empty = read(
        tmp_path,
        targets={"form": "form"},
        text=["title"],
        metadata=["year"],
        group="object",
        licence="unknown",
        licence_column="rights",
    )
    assert first.inputs == {"image": tmp_path / "a.png", "text": {"title": "Bowl"}, "metadata": {"year": -5.0}}
    assert (first.id, first.targets, first.group, first.licence) == ("a.png", {"form": "bowl"}, "o1", "CC0")
    assert (second.inputs, second.targets) == ({"image": tmp_path / "deep" / "b.png"}, {})
    assert (second.group, second.licence) == ("", "unknown")
    assert escape.reason == "image path leaves its folder, got '../c.png'"
    assert empty.reason == "file_name is empty"


def test_each_split_may_have_a_table(tmp_path):
    for split in ("train", "valid"):
        written(tmp_path / split, "csv", ROWS[:1])
    assert [(r.id, r.split) for r in read(tmp_path, targets={"form": "form"})] == [
        ("train/a.png", "train"),
        ("valid/a.png", "validation"),
    ]


def test_links_out_of_the_folder_are_put_aside(tmp_path):
    pictures(tmp_path, "secret.png", "set/bowl/a.png")
    (tmp_path / "set" / "bowl" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "set" / "outside").symlink_to(tmp_path)
    (tmp_path / "set" / "bowl" / "loop").symlink_to(tmp_path / "set")
    found = read(tmp_path / "set")
    assert found[1] == Rejected("bowl/link.png", "image path leaves its folder, got 'bowl/link.png'")
    assert len(found) == 2


def test_wrong_folders_and_options_are_early_errors(tmp_path):
    with pytest.raises(VBGError, match="holds neither folders nor a table"):
        dataset(tmp_path)
    pictures(tmp_path, "bowl/a.png")
    with pytest.raises(VBGError, match="has no table for the columns"):
        dataset(tmp_path, targets={"form": "form"})
    with pytest.raises(VBGError, match="is not a folder"):
        dataset(tmp_path / "bowl" / "a.png")
    written(tmp_path, "csv")
    with pytest.raises(VBGError, match="no column is named as label"):
        dataset(tmp_path)
    with pytest.raises(VBGError, match="no column 'from'. Did you mean 'form'"):
        read(tmp_path, targets={"form": "from"})
    written(tmp_path, "jsonl")
    with pytest.raises(VBGError, match="more than one table"):
        dataset(tmp_path, targets={"form": "form"})


def test_a_new_file_changes_the_sources(tmp_path):
    pictures(tmp_path, "bowl/a.png")
    assert {path.name for path in dataset(tmp_path).sources()} == {tmp_path.name, "bowl"}


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, ImageFolderConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (18, 0)


def test_a_real_set_is_read(shared: Path):
    options = {"targets": {"subclass": "subclass"}, "text": ["title"], "group": "object_id"}
    records = read(shared / "data" / "getty-ancient-catalogues", **options)
    assert len(records) == 264
    assert len({record.group for record in records}) == 81


@pytest.mark.parametrize("place", ["bowl/c.png", "bowl/deep/c.png", "bowl/very/deep/indeed/c.png"])
def test_a_picture_that_comes_later_is_noticed_however_deep(tmp_path, place):
    pictures(tmp_path / "set", "bowl/a.png", "bowl/deep/b.png", "vase/b.png")
    options = {"path": str(tmp_path / "set")}
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", tmp_path / "set" / place)


def test_with_a_table_too(tmp_path):
    written(tmp_path / "set", "csv", [ROWS[0], {**ROWS[1], "form": "vase"}])
    pictures(tmp_path / "set", "a.png")
    options = {"path": str(tmp_path / "set"), "targets": {"form": "form"}}
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", tmp_path / "set" / "deep" / "b.png")
