"""Counting a data set."""

import json

from memory_data import prepare_records, texts
from PIL import Image

from vbg_framework.contracts.record import Record, Rejected, Task
from vbg_framework.data.card import census as module
from vbg_framework.data.card.census import census


def records():
    for i in range(60):
        inputs = {"text": {"title": "x" * (i + 1), "note": "note" if i % 2 else None}, "metadata": {"year": i}}
        inputs |= {"image": Image.new("RGB", (10 + i, 20))} if i < 40 else {}
        targets = {"kind": f"c{i % 3}"} | ({"colours": ["red", "blue"][: 1 + i % 2]} if i < 50 else {})
        yield Record(f"r{i}", inputs, targets, licence="CC0" if i % 3 else "")
    yield from (Rejected(f"t:{i}", f"row cannot be read, got {i}") for i in range(70))


def test_everything_is_counted(tmp_path):
    tasks = [Task("kind"), Task("colours", multi_label=True)]
    found = census(prepare_records(tmp_path, records, tasks=tasks))
    assert json.loads(json.dumps(found)) == found
    assert (found["records"], found["groups"], found["modalities"]["image"]) == (60, 60, 40)
    kind, colours = found["tasks"]
    assert (kind["missing"], colours["missing"]) == (0, 10)
    assert kind["classes"]["c0"]["records"] == 20
    assert {name: row["records"] for name, row in colours["classes"].items()} == {"blue": 25, "red": 50}
    for row in [*kind["classes"].values(), *colours["classes"].values(), *found["licences"].values()]:
        assert row["train"] + row["validation"] + row["test"] == row["records"]
    assert sum(found["split"]["records"].values()) == 60
    assert {name: row["records"] for name, row in found["licences"].items()} == {"CC0": 40, "": 20}
    assert found["images"]["formats"] == {"PNG": 40}
    assert found["images"]["sizes"]["width in px"]["least"] == 10
    assert found["images"]["sizes"]["width in px"]["most"] == 49
    assert found["texts"]["note"] == {
        **{"records": 30, "missing": 30},
        "characters": dict.fromkeys(["least", "5 %", "median", "95 %", "most"], 4),
    }
    assert found["texts"]["title"]["characters"]["most"] == 60
    assert found["metadata"] == {
        "year": {"records": 60, "missing": 0, "numbers": 60, "words": 0, "examples": []},
    }
    assert found["quarantine"]["records"] == 70
    assert found["quarantine"]["reasons"] == {"row cannot be read": 70}
    assert len(found["quarantine"]["examples"]) == module.EXAMPLES


def test_what_cannot_be_divided_is_counted_all_the_same(tmp_path):
    found = census(prepare_records(tmp_path, texts(2)))
    assert "problem" in found["split"]
    assert found["tasks"][0]["classes"] == {"c0": {"records": 2}}


def test_of_many_images_a_random_part_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_IMAGES", 10)
    images = [Record(f"r{i}", {"image": Image.new("RGB", (10, 10))}, {"kind": "a"}) for i in range(30)]
    assert census(prepare_records(tmp_path, images))["images"]["measured"] == 10
