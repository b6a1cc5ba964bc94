"""What an augmenter may see of the data."""

import pytest

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView

TASKS = [Task("kind", classes=("bowl", "jar")), Task("tags", multi_label=True, classes=("blue", "red"))]
RECORDS = [
    Record("1", {"text": "a"}, {"kind": "bowl", "tags": ["red"]}),
    Record("2", {"text": "b"}, {"kind": "jar", "tags": ["red", "blue"]}),
    Record("3", {"text": "c"}, {"tags": ["blue"]}),
]


def view(records=RECORDS, **changes):
    return TrainView(records, tasks=TASKS, task="kind", **changes)


def test_it_is_a_sequence_of_records():
    assert [record.id for record in view()] == ["1", "2", "3"]
    assert view()[-1].id == "3"
    assert [record.id for record in view()[1:]] == ["2", "3"]
    assert view().task.classes == ("bowl", "jar")
    with pytest.raises(IndexError):
        view()[3]


def test_matching_finds_the_records_that_carry_every_class():
    assert view().matching({"kind": "jar"}) == [1]
    assert view().matching({"tags": "red"}) == [0, 1]
    assert view().matching({"tags": "blue", "kind": "jar"}) == [1]
    assert view().matching({"kind": "vase"}) == []


def test_matching_reads_no_record():
    class Unreadable(list):
        def __getitem__(self, index):
            raise AssertionError

    lazy = view(Unreadable(RECORDS), targets=[record.targets for record in RECORDS], fingerprint="x")
    assert lazy.matching({"kind": "bowl"}) == [0]


def test_the_fingerprint_follows_ids_and_labels():
    assert view().fingerprint == view().fingerprint
    assert view().fingerprint != view(RECORDS[:2]).fingerprint
