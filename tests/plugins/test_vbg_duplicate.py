"""Copies of real training records."""

from collections import Counter

from vbg_duplicate import DuplicateConfig
from vbg_duplicate.augmenter import Duplicate

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView

RECORDS = [Record(f"r{i}", {"text": f"text {i}"}, {"kind": "ab"[i < 3], "size": "big"}) for i in range(8)]
VIEW = TrainView(RECORDS, tasks=[Task("kind", classes=("a", "b", "c")), Task("size", classes=("big",))], task="kind")


def made(*names, seed=1):
    return list(Duplicate(DuplicateConfig()).generate([{"kind": name} for name in names], VIEW, seed=seed))


def test_a_copy_has_everything_of_its_source_and_names_it():
    (record,) = made("b")
    source = next(known for known in RECORDS if known.id == record.origin.sources[0])
    assert (record.inputs, record.targets) == (source.inputs, source.targets)
    assert source.targets["kind"] == "b"


def test_every_record_of_a_class_is_copied_equally_often():
    counts = Counter(record.origin.sources for record in made(*"b" * 7))
    assert sorted(counts.values()) == [2, 2, 3]


def test_a_class_without_records_cannot_be_copied():
    assert made("c", "a")[0] is None
    assert made("c", "a")[1] is not None


def test_the_seed_decides_which_come_first():
    orders = {tuple(record.id for record in made(*"aaaaa", seed=seed)) for seed in range(5)}
    assert len(orders) > 1
    assert made(*"ab") == made(*"ab")
