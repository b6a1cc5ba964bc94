"""Raw items of records in memory."""

import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.loading.record_items import RecordItems


def test_records_need_no_targets():
    items = RecordItems([Record("a", {"text": "A bowl"})], modalities=["image"])
    assert items[0] == {"id": "a", "inputs": {}, "targets": {}}


def test_an_image_that_cannot_be_read_names_its_record():
    items = RecordItems([Record("a", {"image": "/absent.jpg"}, source="t.csv:3")], modalities=["image"])
    with pytest.raises(VBGError, match=r"^t\.csv:3: image file is missing, got /absent\.jpg"):
        items[0]


def test_an_unknown_class_names_its_record():
    task = Task("kind", classes=("bowl", "vase"))
    items = RecordItems([Record("a", {}, {"kind": "bowel"})], tasks=[task], modalities=[])
    with pytest.raises(VBGError, match=r"record 'a': unknown class 'bowel' of task 'kind'\. Did you mean 'bowl'"):
        items[0]


def test_large_pictures_are_reduced_for_prediction_as_they_are_for_training():
    items = RecordItems([Record("a", {"image": Image.new("RGB", (4000, 2000))})], modalities=["image"])
    assert items[0]["inputs"]["image"].size == (1024, 512)


def test_metadata_in_memory_that_nobody_can_read_name_their_record():
    metadata = {"a": {"year": 1900, "note": "b"}, "c": {"year": [1]}}
    records = [Record(name, {"metadata": found}) for name, found in metadata.items()]
    items = RecordItems(records, modalities=["metadata"])
    assert items[0]["inputs"]["metadata"] == {"year": 1900.0, "note": "b"}
    with pytest.raises(VBGError, match="c: float.. argument must be a string or a real number"):
        items[1]


def test_some_of_the_records_are_chosen_and_the_others_stay_where_they_are():
    items = RecordItems([Record(name, {"text": name}) for name in "abc"], modalities=["metadata"])
    assert items.select([2, 0]).ids == ["c", "a"]
    assert items.ids == ["a", "b", "c"]
