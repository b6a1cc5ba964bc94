"""The dataset `coco`."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from late_pictures import assert_pictures_are_followed
from vbg_coco import CocoConfig, vbg_components
from vbg_coco import stream as stream_module
from vbg_coco.stream import json_items

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.experiment import SplitConfig
from vbg_framework.record import Rejected, Task

COMPONENT = next(iter(vbg_components()))
TINY = Path(COMPONENT.tiny["path"])


def dataset(path, **options):
    return COMPONENT.load()(CocoConfig(path=str(path), **options))


@pytest.fixture
def changed(tmp_path):
    """Returns a function that changes one annotation file of a copy of the tiny set and gives the copy."""

    def change(name, edit):
        folder = tmp_path / "coco"
        if not folder.exists():
            shutil.copytree(TINY, folder)
        path = folder / "annotations" / f"{name}.json"
        content = json.loads(path.read_text())
        edit(content)
        path.write_text(json.dumps(content))
        return folder

    return change


def test_an_image_becomes_a_record_with_captions_and_both_labels():
    first = next(iter(dataset(TINY).records()))
    assert first.id == "1"
    assert first.inputs["image"] == TINY / "train2017" / "000000000001.png"
    assert first.inputs["text"]["caption_1"] == "A large car beside a small person."
    assert list(first.inputs["text"]) == [f"caption_{n}" for n in range(1, 6)]
    assert first.targets == {"supercategory": "vehicle", "categories": ["person", "car"]}
    assert first.licence == "Attribution-ShareAlike License"
    assert first.split is None


def test_categories_are_all_those_of_the_file_in_the_order_of_their_ids():
    assert dataset(TINY).tasks == (
        Task("supercategory"),
        Task("categories", multi_label=True, classes=("person", "car", "truck", "cat")),
    )


def test_the_largest_object_that_is_no_crowd_gives_the_supercategory(changed):
    def crowd(content):
        content["annotations"][0]["iscrowd"] = 1

    first = next(iter(dataset(changed("instances_train2017", crowd)).records()))
    assert first.targets == {"supercategory": "person", "categories": ["person", "car"]}


def test_fewer_captions_can_be_read():
    assert list(next(iter(dataset(TINY, captions=2).records())).inputs["text"]) == ["caption_1", "caption_2"]
    assert "text" not in next(iter(dataset(TINY, captions=0).records())).inputs


def test_an_image_without_objects_has_no_label(changed):
    folder = changed("instances_val2017", lambda content: content.update(annotations=[]))
    assert [r.targets for r in dataset(folder, subsets=["val2017"]).records()] == [{}] * 4


def test_editions_are_never_mixed():
    for subsets in (["train2014", "val2017"], ["val2017", "val2017"], [], ["../val2017"]):
        with pytest.raises(ValueError, match="subsets"):
            CocoConfig(subsets=subsets)


def test_a_path_that_leaves_the_folder_is_put_aside(changed):
    def escape(content):
        content["images"][0]["file_name"] = "../../secret.jpg"
        del content["images"][1]["file_name"]

    first, second, *rest = dataset(changed("instances_train2017", escape)).records()
    assert first.reason == "image path leaves its folder, got '../../secret.jpg'"
    assert second == Rejected("instances_train2017.json: image 2", "key 'file_name' is missing")
    assert len(rest) == 14


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda c: c["annotations"][0].update(category_id=99), "unknown category, got 99"),
        (lambda c: c["annotations"][0].pop("image_id"), "lacks 'image_id'"),
        (lambda c: c.update(categories=[]), "has no list of categories"),
        (lambda c: c.update(categories=[{"id": 1}]), "has no list of categories"),
        (lambda c: c.update(annotations=[7]), "must hold objects"),
    ],
)
def test_files_that_are_not_the_official_ones_are_refused(changed, edit, words):
    with pytest.raises(VBGError, match=words):
        list(dataset(changed("instances_train2017", edit)).records())


def test_missing_and_broken_files_are_early_errors(tmp_path, changed):
    with pytest.raises(VBGError, match=r"captions_train2017\.json: no such file\. Unpack the official annotations"):
        dataset(tmp_path)
    folder = changed("captions_train2017", lambda content: None)
    path = folder / "annotations" / "captions_train2017.json"
    for content in (path.read_text()[:-100], "", "[]", '{"annotations" []}', "{\udc80"):
        path.write_text(content, errors="surrogateescape")
        with pytest.raises(VBGError, match="cannot be read as JSON"):
            list(dataset(folder).records())


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5)
ITEMS = st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3), max_size=4)


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), ITEMS),
    st.dictionaries(st.sampled_from(["info", "n"]), JSON),
    st.integers(1, 20),
    st.sampled_from([None, 1]),
)
def test_a_file_is_read_the_same_whatever_the_window(tmp_path_factory, lists, others, window, indent):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(others | lists, indent=indent))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_module, "CHUNK", window)
        found = list(json_items(path, ["a", "b"]))
    assert found == [(key, item) for key in lists if key in "ab" for item in lists[key]]


def test_the_tiny_set_is_prepared_and_divided_anew(tmp_path):
    prepared = prepare("tiny", COMPONENT, CocoConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (16, 0)
    assert prepared.split(SplitConfig(), ["supercategory", "categories"]).used == "stratified"


def test_real_images_of_coco_are_read(shared):
    records = list(dataset(shared / "data" / "coco-mini").records())
    assert len(records) == 160
    assert Counter("supercategory" in record.targets for record in records) == {True: 158, False: 2}
    assert {len(record.inputs["text"]) for record in records} == {5}
    assert Counter(record.licence for record in records)["Attribution License"] == 54
    assert len(dataset(shared / "data" / "coco-mini").tasks[1].classes) == 80


def test_a_picture_that_comes_later_is_noticed(tmp_path):
    shutil.copytree(TINY, tmp_path / "coco")
    picture = tmp_path / "coco" / "train2017" / "000000000003.png"
    picture.unlink()
    assert_pictures_are_followed(COMPONENT, COMPONENT.tiny | {"path": str(tmp_path / "coco")}, tmp_path / "c", picture)
