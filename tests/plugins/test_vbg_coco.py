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

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Record, Rejected, Skipped, Task
from vbg_framework.data.preparation.prepare import prepare

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

    folder = changed("instances_train2017", escape)
    first, second, *rest = dataset(folder, subsets=["train2017"]).records()
    assert first.reason == "image path leaves its folder, got '../../secret.jpg'"
    assert second == Rejected("instances_train2017.json: image 2", "key 'file_name' is missing")
    assert rest[-2:] == [
        Skipped(f"train2017/00000000000{number}.png", "picture is not in the annotations") for number in (1, 2)
    ]
    assert len(rest) == 12


@pytest.mark.parametrize(
    "edit",
    [lambda c: c.update(categories=[]), lambda c: c.update(categories=[{"id": 1}]), lambda c: c.update(categories={})],
)
def test_files_without_categories_are_refused(changed, edit):
    with pytest.raises(VBGError, match="has no list of categories"):
        dataset(changed("instances_train2017", edit))


def rejected(folder):
    found = list(dataset(folder, subsets=["train2017"]).records())
    assert sum(isinstance(item, Record) for item in found) + sum(": image" in each.source for each in found if
        isinstance(each, Rejected)) == 12  # fmt: skip
    return [(item.source, item.reason) for item in found if isinstance(item, Rejected)]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda o: o.update(category_id=99), "object: unknown category, got 99"),
        (lambda o: o.update(category_id=[1]), "object: 'category_id' must be a number or a word, got [1]"),
        (lambda o: o.pop("category_id"), "object: key 'category_id' is missing"),
        (lambda o: o.update(area="large"), "object: 'area' must be a number, got large"),
        (lambda o: o.update(area=None, bbox=[1, 2]), "object: 'bbox' must be four numbers, got [1, 2]"),
    ],
)
def test_a_malformed_object_costs_its_image_alone(changed, edit, reason):
    folder = changed("instances_train2017", lambda content: edit(content["annotations"][0]))
    assert rejected(folder) == [("instances_train2017.json: image 1", reason)]


def test_a_malformed_annotation_without_an_image_is_put_aside_alone(changed):
    def edit(content):
        content["annotations"] += [7, {"category_id": 1}, {"image_id": {}, "category_id": 1}]

    count = len(json.loads((TINY / "annotations" / "instances_train2017.json").read_text())["annotations"])
    assert rejected(changed("instances_train2017", edit)) == [
        (f"instances_train2017.json: annotation {count + 1}", "must be a JSON object, got 7"),
        (f"instances_train2017.json: annotation {count + 2}", "key 'image_id' is missing"),
        (f"instances_train2017.json: annotation {count + 3}", "'image_id' must be a number or a word, got {}"),
    ]


def test_a_malformed_caption_is_left_out_alone(changed):
    def edit(content):
        content["annotations"][0]["caption"] = ["A car."]

    folder = changed("captions_train2017", edit)
    assert rejected(folder) == [("captions_train2017.json: caption 1", "'caption' must be text, got ['A car.']")]
    record = next(item for item in dataset(folder).records() if isinstance(item, Record))
    assert (len(record.inputs["text"]), record.inputs["text"]["caption_5"]) == (5, "")


def test_a_malformed_category_costs_the_images_that_show_it(changed):
    def edit(content):
        content["categories"][0]["name"] = ["person"]  # id 1, in the pictures 1, 3, ...

    annotated = json.loads((TINY / "annotations" / "instances_train2017.json").read_text())["annotations"]
    shown = sorted({item["image_id"] for item in annotated if item["category_id"] == 1})
    folder = changed("instances_train2017", edit)
    assert rejected(folder) == [
        ("instances_train2017.json: category 1", "'name' must be text, got ['person']"),
        *((f"instances_train2017.json: image {image}", "object: unknown category, got 1") for image in shown),
    ]
    assert "person" not in dataset(folder).tasks[1].classes


def test_malformed_images_are_put_aside(changed):
    def edit(content):
        content["images"][:3] = [7, {"id": [1], "file_name": "x.png"}, {"id": 3, "file_name": ["x.png"]}]

    assert rejected(changed("instances_train2017", edit)) == [
        ("instances_train2017.json: image 1", "must be a JSON object, got 7"),
        ("instances_train2017.json: image [1]", "'id' must be a number or a word, got [1]"),
        ("instances_train2017.json: image 3", "'file_name' must be text, got ['x.png']"),
    ]


def test_categories_need_no_supercategory_and_objects_no_area(changed):
    def edit(content):
        for category in content["categories"]:
            category["name"] = f" {category['name']}  set"
            del category["supercategory"]
        content["annotations"][0]["area"] = None

    read = dataset(changed("instances_train2017", edit))
    assert read.tasks == (
        Task("categories", multi_label=True, classes=("person set", "car set", "truck set", "cat set")),
    )
    assert next(iter(read.records())).targets == {"categories": ["person set", "car set"]}

    def boxes(content):
        for item in content["annotations"]:
            item.update(area=None, bbox=[0, 0, 1, item["category_id"]])

    shutil.copytree(TINY, read.folder, dirs_exist_ok=True)
    assert next(iter(dataset(changed("instances_train2017", boxes)).records())).targets["supercategory"] == "vehicle"


@pytest.mark.parametrize("form", ["train2017/{}", "train2017\\{}", "Train2017\\{}", ".\\{}", "./{}"])
def test_the_folder_of_the_subset_may_stand_in_a_path_of_any_system(changed, form):
    def edit(content):
        for image in content["images"]:
            image["file_name"] = form.format(image["file_name"])

    records = list(dataset(changed("instances_train2017", edit), subsets=["train2017"]).records())
    assert len(records) == 12
    assert all(record.inputs["image"].is_file() for record in records)


def test_a_path_that_is_nowhere_is_named_in_the_quarantine(changed, tmp_path):
    def edit(content):
        content["images"][0]["file_name"] = "C:\\coco\\x.png"

    config = CocoConfig(path=str(changed("instances_train2017", edit)))
    prepared = prepare("set", COMPONENT, config, cache=tmp_path / "cache")
    assert (prepared.info["records"], prepared.info["quarantined"]) == (15, 1)
    assert prepared.info["skipped"] == {"picture is not in the annotations": 1}


def test_a_path_given_too_deep_or_not_deep_enough_is_corrected(tmp_path):
    shutil.copytree(TINY, tmp_path / "data" / "coco")
    folder = tmp_path / "data" / "coco"
    with pytest.raises(VBGError, match=f"is the folder of the annotations. Give the one above it: {folder}"):
        dataset(folder / "annotations")
    with pytest.raises(VBGError, match=f"has no folder `annotations`. Give the one below it: {folder}"):
        dataset(tmp_path / "data")


def unlabelled(path, columns=None, **options):
    return COMPONENT.load().unlabelled(CocoConfig(path="gone", **options), path, columns or {})


def told(data):
    return [(item.id, item.inputs, item.source) for item in data.records() if isinstance(item, Record)]


def test_the_same_source_without_its_labels_gives_the_same_ids_and_inputs(changed):
    assert told(unlabelled(TINY)) == told(dataset(TINY))
    folder = changed("instances_train2017", lambda content: content.update(annotations=[], categories=[], licenses=[]))
    (folder / "annotations" / "instances_val2017.json").unlink()
    labelled = told(dataset(TINY))
    assert [(key, inputs["text"], inputs["image"].name) for key, inputs, _ in told(unlabelled(folder))] == [
        (key, inputs["text"], inputs["image"].name) for key, inputs, _ in labelled
    ]


def test_for_prediction_captions_may_be_absent_and_subsets_others(tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "coco")
    for name in ("captions_train2017", "captions_val2017"):
        (folder / "annotations" / f"{name}.json").unlink()
    assert [set(inputs) for _, inputs, _ in told(unlabelled(folder))] == [{"image"}] * 16
    assert [key for key, *_ in told(unlabelled(folder, subsets=["val2017"]))] == ["13", "14", "15", "16"]
    assert len(told(unlabelled(folder, subsets=["test2017"]))) == 16
    (folder / "annotations" / "instances_val2017.json").rename(folder / "annotations" / "image_info_val2017.json")
    assert len(told(unlabelled(folder))) == 16


def test_what_is_no_coco_is_left_to_others(tmp_path):
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert unlabelled(tmp_path) is unlabelled(tmp_path / "a.csv") is None
    with pytest.raises(VBGError, match="annotations of COCO have no columns"):
        unlabelled(TINY, {"caption_1": "title"})


def test_a_pointer_in_place_of_annotations_is_named(changed):
    folder = changed("instances_val2017", lambda content: None)
    (folder / "annotations" / "instances_val2017.json").write_text("version https://git-lfs.github.com/spec/v1\n")
    for opened in (dataset, unlabelled):
        with pytest.raises(VBGError, match="is a Git LFS pointer"):
            opened(folder)


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
