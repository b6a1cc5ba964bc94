import pytest
from memory_data import prepare_records

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.opening import open_items

OPTIONS = {"data": {"type": "table"}, "tasks": ["kind"], "classifier": {"type": "softmax"}}


def experiment(modality, **more):
    return Experiment(**OPTIONS, encoders={modality: {"type": "x"}}, **more)


@pytest.fixture
def prepared(tmp_path):
    """Every fourth record has metadata only; of the others every second has a note beside its title."""
    records = []
    for i in range(60):
        texts = {"title": f"Bowl {i}", "note": "worn" if i % 2 else ""}
        inputs = {"metadata": {"year": i}} | ({} if i % 4 == 0 else {"text": texts})
        records.append(Record(f"r{i}", inputs, {"kind": "ab"[i % 3 % 2]}))
    return prepare_records(tmp_path, records, tasks=(Task("kind"),))


def test_records_without_anything_that_is_read_are_left_out_and_counted(prepared):
    splits, items = open_items(experiment("text"), prepared)
    assert (splits.unread, sum(map(len, items.values()))) == (15, 45)
    assert all("text" in item["inputs"] for part in items.values() for item in part)
    every, _ = open_items(experiment("metadata"), prepared)
    assert every.unread == 0
    for part, rows in splits.rows.items():  # divided alike, whatever is read
        assert set(rows.tolist()) <= set(every.rows[part].tolist())


def test_fields_that_are_not_read_do_not_count(prepared):
    assert open_items(experiment("text", text={"fields": ["note"]}), prepared)[0].unread == 30
    dropped = {"policy": "drop_fields", "drop": ["title"]}
    assert open_items(experiment("text", text=dropped), prepared)[0].unread == 30


def test_an_encoder_of_what_nobody_has_is_named(prepared):
    with pytest.raises(VBGError, match="no record has image, which is what the encoders read"):
        open_items(experiment("image"), prepared)


def test_the_counts_of_the_tasks_are_those_of_what_is_left(prepared):
    splits, items = open_items(experiment("text"), prepared)
    assert sum(splits.tasks[0].counts) == len(items["train"])
