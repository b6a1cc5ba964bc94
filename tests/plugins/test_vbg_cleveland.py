"""The dataset `cleveland`."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_cleveland import ClevelandConfig, vbg_components
from vbg_cleveland import stream as stream_module
from vbg_cleveland.stream import json_list

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.record import Rejected

COMPONENT = next(iter(vbg_components()))
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
    assert [r.id for r in read(path)] == ["2"]
    assert [r.licence for r in read(path, open_only=False)] == ["Copyrighted", "CC0-1.0"]


def test_images_are_found_by_a_pattern(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "1915.534.jpg")
    path = written(tmp_path, {}, {"id": 2, "accession_number": "9"}, {"id": 3, "accession_number": "../9"})
    first, second, escape = read(path, images="{accession_number}.jpg")
    assert first.inputs["image"] == tmp_path / "1915.534.jpg"
    assert "image" not in second.inputs
    assert escape.reason == "image path leaves its folder, got '../9.jpg'"
    assert [r.id for r in read(path, images="{accession_number}.jpg", has_image=True) if hasattr(r, "id")] == ["94979"]


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


@given(st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=9) | st.none(), max_size=3)), st.integers(1, 20))
def test_a_list_is_read_the_same_whatever_the_window(tmp_path_factory, items, window):
    path: Path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(items, indent=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_module, "CHUNK", window)
        assert list(json_list(path)) == items


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
