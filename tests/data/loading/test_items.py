"""Raw items and targets, one by one."""

import pickle
import subprocess
import sys

import pytest
from memory_data import prepare_records
from PIL import Image

from vbg_framework.config.experiment import SplitConfig, TextConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems

TASKS = (Task("kind"), Task("colour", multi_label=True))
ALL = ("image", "text", "metadata")


def record(i):
    inputs = {}
    if i % 4 != 1:
        inputs["image"] = Image.new("RGB", (8, 8), (i, 0, 0))
    if i % 4 != 2:
        inputs["text"] = {"title": f"Bowl {i}", "note": "" if i % 3 else "worn"}
    if i % 4 != 3 or not inputs:
        inputs["metadata"] = {"year": i, "museum": "Met" if i % 2 else None}
    targets = {"kind": "ab"[i % 2]} | ({} if i % 5 == 0 else {"colour": ["red", "blue"][: i % 3]})
    return Record(f"r{i}", inputs, targets, source=f"t:{i}")


@pytest.fixture
def prepared(tmp_path):
    return prepare_records(tmp_path, [record(i) for i in range(40)], tasks=TASKS)


def policy(prepared, **config):
    return TextPolicy(TextConfig(**config), fields=prepared.text_fields, tasks=prepared.tasks)


def of(prepared, rows=range(40), modalities=ALL):
    return Items(prepared, rows, tasks=prepared.tasks, modalities=modalities, text=policy(prepared))


def plain(item):
    """An item with its picture as numbers, to compare."""
    inputs = {name: value.tobytes() if name == "image" else value for name, value in item["inputs"].items()}
    return {**item, "inputs": inputs}


def test_an_item_holds_raw_inputs_and_targets(prepared):
    item = of(prepared)[7]
    assert item["inputs"]["image"].getpixel((0, 0)) == (7, 0, 0)
    assert item["inputs"]["image"].mode == "RGB"
    assert item["inputs"]["text"] == "Bowl 7"
    assert "metadata" not in item["inputs"]
    assert item["targets"] == {"kind": 1, "colour": [0, 1]}
    assert of(prepared)[6]["inputs"]["metadata"] == {"year": 6.0}
    assert of(prepared)[6]["targets"] == {"kind": 0, "colour": [0, 0]}
    assert of(prepared)[5]["targets"] == {"kind": 1, "colour": None}


def test_a_missing_modality_is_absent(prepared):
    items = of(prepared)
    assert ["image" in item["inputs"] for item in items] == [i % 4 != 1 for i in range(40)]
    assert ["text" in item["inputs"] for item in items] == [i % 4 != 2 for i in range(40)]


def test_only_the_named_modalities_and_tasks_are_read(prepared):
    item = Items(prepared, tasks=prepared.tasks[:1], modalities=["metadata"])[0]
    assert item == {"id": "r0", "inputs": {"metadata": {"year": 0.0}}, "targets": {"kind": 0}}


def test_items_of_a_split_are_the_records_of_the_split(prepared):
    splits = prepared.split(SplitConfig(), ["kind"])
    items = of(prepared, splits.rows["train"])
    whole = of(prepared)
    assert items.ids == splits.data["train"]["id"][:] == sorted(items.ids)
    assert len(items) == len(splits.rows["train"])
    for name, item in zip(items.ids, items, strict=True):
        assert plain(item) == plain(whole[int(name[1:])])


@pytest.mark.parametrize("rows", [[3], range(5, 9), range(40), [7, 2, 30]], ids=["one", "run", "all", "mixed"])
def test_rows_are_those_of_the_whole_however_they_lie(prepared, rows):
    items = of(prepared, rows)
    assert items.ids == [f"r{row}" for row in rows]
    assert [items.whole.ids[row] for row in items.rows] == items.ids
    assert items.whole.ids == sorted(f"r{row}" for row in range(40))
    assert items.select([0]).ids == items.ids[:1]


def test_reading_past_the_end_is_an_index_error(prepared):
    for items in (of(prepared), RecordItems([record(0)], modalities=["image"])):
        with pytest.raises(IndexError):
            items[len(items)]


def test_raw_items_skip_the_missing(prepared):
    items = of(prepared)
    assert list(items.raw("text"))[:3] == ["Bowl 0. worn", "Bowl 1", "Bowl 3. worn"]
    assert len(list(items.raw("image"))) == 30
    assert all(isinstance(item, dict) for item in items.raw("metadata"))


def test_counts_are_records_per_class(prepared):
    items = of(prepared)
    assert items.counts("kind") == (20, 20)
    assert items.counts("colour") == prepared.tasks[1].counts


def test_members_are_the_records_of_each_class(prepared):
    items = of(prepared)
    for task in prepared.tasks:
        for code, members in enumerate(items.members(task.name)):
            targets = [items[i]["targets"][task.name] for i in range(40)]
            assert members == [
                i for i, target in enumerate(targets) if target == code or (isinstance(target, list) and target[code])
            ]


def test_pickled_items_take_no_data_along(prepared):
    items = of(prepared, prepared.split(SplitConfig(), ["kind"]).rows["train"])
    there = pickle.loads(pickle.dumps(items))
    assert [plain(item) for item in there] == [plain(item) for item in items]
    assert len(pickle.dumps(items)) < 20_000


def test_records_in_memory_give_the_same_items(prepared):
    records = [record(i) for i in range(40)]
    items = RecordItems(records, tasks=prepared.tasks, modalities=ALL, text=policy(prepared))
    assert items.ids == [f"r{i}" for i in range(40)]
    assert [plain(item) for item in items] == [plain(item) for item in of(prepared)]
    assert items.counts("kind") == (20, 20)
    assert list(items.raw("text")) == list(of(prepared).raw("text"))
    assert pickle.loads(pickle.dumps(items)).ids == items.ids


def test_the_text_policy_is_applied(prepared):
    masking = TextPolicy(TextConfig(policy="mask_label"), fields=["title"], tasks=[Task("kind", classes=("bowl", "x"))])
    items = RecordItems([Record("a", {"text": "Two bowls"})], modalities=["text"], text=masking)
    assert items[0]["inputs"] == {"text": "Two [MASK]"}


def test_a_slice_is_a_list_of_items(prepared):
    items = of(prepared)
    assert [plain(item) for item in items[5:38:16]] == [plain(items[place]) for place in (5, 21, 37)]
    assert items[40:] == []


def test_text_cannot_be_read_without_a_policy(prepared):
    stored = Items(prepared, tasks=(), modalities=["text"])
    for items in (stored, RecordItems([Record("a", {"text": "Two bowls"})], modalities=["text"])):
        with pytest.raises(ValueError, match="the modality `text` needs a text policy"):
            items[0]


def test_data_never_imports_torch():
    code = (
        "import sys, vbg_framework.data.preparation.prepare, vbg_framework.data.loading.items;"
        "import vbg_framework.data.card.sheet;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
