import pytest
from memory_data import prepare_records

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.loading.opening import open_items

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
    with pytest.raises(VBGError, match=r"encoders.image: no record of data 'set' has image, which encoder 'x' reads"):
        open_items(experiment("image"), prepared)


@pytest.mark.parametrize("modality", ["image", "audio", "depth"])
def test_an_encoder_beside_others_that_finds_nothing_is_named_too(prepared, modality):
    both = experiment("text").model_copy(update={"encoders": {"text": {"type": "y"}, modality: {"type": "x"}}})
    with pytest.raises(VBGError, match=rf"encoders.{modality}: no record .* has {modality}, which encoder 'x' reads"):
        open_items(both, prepared)


def test_an_encoder_without_a_training_record_is_named(tmp_path):
    inputs = [{"metadata": {"year": i}} | ({"text": "worn"} if i % 10 == 9 else {}) for i in range(60)]
    splits = ["train", "train", "train", "train", "train", "train", "train", "validation", "validation", "test"]
    records = [Record(f"r{i}", one, {"kind": "ab"[i % 2]}, split=splits[i % 10]) for i, one in enumerate(inputs)]
    table = prepare_records(tmp_path, records, tasks=(Task("kind"),))
    both = experiment("metadata").model_copy(update={"encoders": {"text": {"type": "y"}, "metadata": {"type": "x"}}})
    with pytest.raises(VBGError, match=r"encoders.text: no training record .* has text"):
        open_items(both, table)


def test_the_counts_of_the_tasks_are_those_of_what_is_left(prepared):
    splits, items = open_items(experiment("text"), prepared)
    assert sum(splits.tasks[0].counts) == len(items["train"])
