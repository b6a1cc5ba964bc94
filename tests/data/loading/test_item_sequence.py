"""What items of stored records and of records in memory have in common."""

from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.loading.item_sequence import known_fields
from vbg_framework.data.loading.record_items import RecordItems


def test_records_of_each_class_are_found_and_counted():
    task = Task("kind", classes=("bowl", "vase"))
    records = [Record(str(i), {}, {"kind": name}) for i, name in enumerate(["bowl", "vase", "bowl", ""])]
    items = RecordItems(records[:3], tasks=[task], modalities=[])
    assert items.members("kind") == [[0, 2], [1]]
    assert items.counts("kind") == (2, 1)
    assert items.target("kind", 1) == 1


def test_fields_without_a_value_are_absent():
    assert known_fields({"year": 1900, "note": None}) == {"year": 1900}
    assert known_fields({"note": None}) is None
