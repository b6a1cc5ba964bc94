"""The dataset `cleveland`."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_cleveland import ClevelandConfig, vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected, Skipped
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))
TINY = Path(COMPONENT.tiny["path"])
LABELS = ("type", "department", "collection", "share_license_status")
WORK = {
    **{"id": 94979, "accession_number": "1915.534", "share_license_status": "CC0", "title": "Bowl", "type": "Ceramic"},
    **{
        "creation_date_earliest": -500,
        "creation_date_latest": -450,
        "culture": ["China", "Henan"],
        "did_you_know": None,
    },
    **{"images": {"web": {"url": "https://x"}}, "creators": [{"id": 1}], "technique": "porcelain; glazed"},
}


def read(path, **options):
    options = {"targets": {"type": "type"}, "text": ["title", "culture", "did_you_know"]} | options
    return list(COMPONENT.load()(ClevelandConfig(path=str(path), **options)).records())


def written(folder, *changes):
    path = folder / "data.json"
    path.write_text(json.dumps([WORK | change for change in changes]))
    return path


def test_a_work_of_the_json_file_becomes_a_record(tmp_path):
    (record,) = read(written(tmp_path, {}))
    assert (record.id, record.group, record.licence, record.source) == ("94979", "94979", "CC0-1.0", "data.json:1")
    assert record.inputs["text"] == {"title": "Bowl", "culture": "China, Henan", "did_you_know": ""}
    assert record.inputs["metadata"] == {"creation_date_earliest": -500.0, "creation_date_latest": -450.0}
    assert record.targets == {"type": "Ceramic"}


def test_the_csv_file_is_read_too(tmp_path):
    row = {key: "" if value is None else value for key, value in WORK.items()} | {"culture": "China; Henan"}
    with (tmp_path / "data.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
        file.write("broken,row\n")
    targets = {"type": "type", "technique": {"field": "technique", "multi_label": True}}
    record, broken = read(tmp_path / "data.csv", targets=targets)
    assert record.targets == {"type": "Ceramic", "technique": ["porcelain", "glazed"]}
    assert isinstance(broken, Rejected)


def test_only_open_works_are_read_unless_asked(tmp_path):
    path = written(tmp_path, {"share_license_status": "Copyrighted"}, {"id": 2})
    skipped, kept = read(path)
    assert (skipped, kept.id) == (Skipped("data.json:1", "work is not under CC0"), "2")
    assert [r.licence for r in read(path, open_only=False)] == ["Copyrighted", "CC0-1.0"]


def test_images_are_found_by_a_pattern(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "1915.534.jpg")
    path = written(tmp_path, {}, {"id": 2, "accession_number": "9"}, {"id": 3, "accession_number": "../9"})
    first, second, escape = read(path, images="{accession_number}.jpg")
    assert first.inputs["image"] == tmp_path / "1915.534.jpg"
    assert second.inputs["image"] is None
    assert str(escape.inputs["image"]) == "image path leaves its folder, got '../9.jpg'"
    kept, skipped, _ = read(path, images="{accession_number}.jpg", has_image=True)
    assert (kept.id, skipped) == ("94979", Skipped("data.json:2", "work has no image here"))


def test_label_rules_add_tasks(tmp_path):
    (tmp_path / "labels.yaml").write_text(
        "version: 1\nname: x\ntasks: {material: {rules: [{fields: technique, regex: porcelain, label: porcelain}]}}"
    )
    (record,) = read(written(tmp_path, {}), labels=str(tmp_path / "labels.yaml"))
    assert record.targets == {"type": "Ceramic", "material": "porcelain"}


def test_broken_works_are_put_aside(tmp_path):
    path = tmp_path / "data.json"
    path.write_text(json.dumps([WORK, 7, WORK | {"id": None}, WORK | {"title": True}]))
    good, number, no_id, flag = read(path)
    assert good.id == "94979"
    assert number == Rejected("data.json:2", "work is not a JSON object, got int")
    assert no_id.reason == "id is empty"
    assert flag.inputs["text"]["title"] == "True"


def test_a_field_that_only_later_works_have_is_there_for_all(tmp_path):
    path = tmp_path / "data.json"
    path.write_text(json.dumps([WORK, WORK | {"id": 2, "description": "Thin."}]))
    first, second = read(path, text=["description", "tombstone"])
    assert [record.inputs["text"] for record in (first, second)] == [{"description": ""}, {"description": "Thin."}]


def test_wrong_files_and_options_are_early_errors(tmp_path):
    path = written(tmp_path, {})
    with pytest.raises(VBGError, match="no field 'typ'. Did you mean 'type'"):
        read(path, targets={"type": "typ"})
    with pytest.raises(VBGError, match="no field 'x'"):
        read(path, images="{x}")
    with pytest.raises(VBGError, match=r"is not a data\.csv or data\.json"):
        read(tmp_path)
    for content in (path.read_text()[:-5], "", "{}", "[{]"):
        path.write_text(content)
        with pytest.raises(VBGError, match="cannot be read as JSON"):
            read(path)
    with pytest.raises(ValueError, match="give `targets`"):
        ClevelandConfig(path="x")


def unlabelled(path, columns=None, **options):
    config = ClevelandConfig(**({"path": "gone.json", "targets": {"type": "type"}} | options))
    return COMPONENT.load().unlabelled(config, path, columns or {})


def told(dataset):
    return [(record.id, record.inputs, record.source) for record in dataset.records()]


def test_the_same_source_without_its_labels_gives_the_same_ids_and_inputs(tmp_path):
    labelled = COMPONENT.load()(ClevelandConfig(**COMPONENT.tiny, open_only=False))
    assert told(unlabelled(TINY)) == told(labelled)
    works = json.loads(TINY.read_text())
    left = [{key: value for key, value in work.items() if key not in LABELS} for work in works]
    (tmp_path / TINY.name).write_text(json.dumps(left))
    assert told(unlabelled(tmp_path / TINY.name)) == told(labelled)


def test_for_prediction_no_work_is_left_out_and_ids_may_be_absent(tmp_path):
    path = written(tmp_path, {"share_license_status": "Copyrighted"}, {"id": None}, {"id": 3, "title": None})
    options = {"has_image": True, "images": "{id}.jpg", "text": ["title", "tombstone"], "metadata": []}
    found = list(unlabelled(path, **options).records())
    assert [record.id for record in found] == ["94979", "data.json:2", "3"]
    assert [record.inputs for record in found] == [
        {"text": {"title": title}, "image": None} for title in ("Bowl", "Bowl", "")
    ]


def test_fields_may_stand_under_other_names(tmp_path):
    columns = {"title": "accession_number", "image": "photo", "id": "technique"}
    path = written(tmp_path, {"photo": "a.jpg"}, {"photo": None}, {"photo": "../a.jpg"})
    first, second, outside = unlabelled(path, columns, text=["title"], metadata=[]).records()
    image = tmp_path.resolve() / "a.jpg"
    assert (first.id, first.inputs) == ("porcelain; glazed", {"text": {"title": "1915.534"}, "image": image})
    assert second.inputs["image"] is None
    assert outside.inputs["text"] == {"title": "1915.534"}
    assert "leaves its folder" in str(outside.inputs["image"])
    with pytest.raises(VBGError, match="no column 'titel'. Did you mean 'title'"):
        unlabelled(path, {"title": "titel"})


def test_what_is_no_export_of_the_museum_is_left_to_others(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}")
    assert unlabelled(tmp_path) is unlabelled(tmp_path / "a.jsonl") is None
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    with pytest.raises(VBGError, match="no field of title, tombstone"):
        unlabelled(tmp_path / "b.csv")


@pytest.mark.parametrize("name", ["data.json", "data.csv"])
def test_a_pointer_in_place_of_the_export_is_named(tmp_path, name):
    (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 312459821\n")
    for opened in (read, unlabelled):
        with pytest.raises(VBGError, match="is a Git LFS pointer, not the file. Run `git lfs pull`"):
            opened(tmp_path / name)


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, ClevelandConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (15, 0)
    assert Counter(prepared.table["target_type"][:]) == {"Ceramic": 5, "Textile": 5, "Sculpture": 5}


@pytest.mark.parametrize("has_image", [False, True])
def test_a_picture_that_comes_later_is_noticed(tmp_path, has_image):
    path = written(tmp_path, {"id": 1}, {"id": 2}, {"id": 3})
    Image.new("RGB", (4, 4)).save(tmp_path / "2.jpg")
    options = {"targets": {"type": "type"}, "images": "{id}.jpg", "has_image": has_image}
    for name in ("1.jpg", "3.jpg"):
        assert_pictures_are_followed(COMPONENT, {"path": str(path), **options}, tmp_path / "cache", tmp_path / name)
