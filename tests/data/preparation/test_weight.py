from vbg_framework import Record, Skipped
from vbg_framework.data.preparation.weight import by_weight, weight


def test_a_record_weighs_its_pictures_and_texts():
    assert weight(Record("1", {"image": b"12345", "text": {"title": "abc"}})) == 8
    assert weight(Skipped("a", "of another kind")) == 0


def test_a_list_ends_by_number_or_by_weight():
    assert list(by_weight([1, 1, 1, 9, 1], 2, 9, int)) == [[1, 1], [1, 9], [1]]
    assert list(by_weight([9, 9, 1], 5, 9, int)) == [[9], [9], [1]]
