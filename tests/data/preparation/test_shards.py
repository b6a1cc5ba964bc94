"""Writing rows that `datasets` reads back."""

import numpy as np
import pytest
from datasets import load_from_disk

from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation import shards as module
from vbg_framework.data.preparation.shards import Shards

FIXED = {"group": "g", "split": None, "licence": "", "source": ""}


def written(folder, rows):
    shards = Shards(folder, [Task("kind")])
    for i, row in enumerate(rows):
        shards.add({"id": f"r{i}", **FIXED, **row})
    shards.close("f00")
    return load_from_disk(str(folder))


def test_rows_come_back_as_they_were(tmp_path):
    rows = [{"text_title": f"t{i}", "target_kind": None if i % 2 else "a", "meta_year": float(i)} for i in range(5)]
    table = written(tmp_path, rows)
    assert table["text_title"][:] == [row["text_title"] for row in rows]
    assert table["target_kind"][:] == ["a", None, "a", None, "a"]
    assert table["meta_year"][:] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_the_table_is_memory_mapped(tmp_path):
    table = written(tmp_path, [{"text_title": "a"}])
    assert [file["filename"] for file in table.cache_files] == [str(tmp_path / "data-00000.arrow")]


def test_a_field_may_turn_up_late(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    table = written(tmp_path, [{"text_a": "x"}, {}, {"text_b": "y"}, {}, {"meta_c": 1.0}])
    assert table["text_a"][:] == ["x", None, None, None, None]
    assert table["text_b"][:] == [None, None, "y", None, None]
    assert table["meta_c"][:] == [None, None, None, None, 1.0]
    assert len(table.cache_files) == 3
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_numbers_become_words_if_words_follow(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(module, "BATCH_ROWS", batch)
    table = written(tmp_path, [{"meta_year": -500.0}, {"meta_year": 1.5}, {"meta_year": "ca. 10"}, {"meta_year": 7.0}])
    assert table["meta_year"][:] == ["-500", "1.5", "ca. 10", "7"]


def test_a_large_file_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    monkeypatch.setattr(module, "FILE_BYTES", 100)
    table = written(tmp_path, [{"text_title": f"t{i}"} for i in range(6)])
    assert len(table.cache_files) == 3
    assert table["text_title"][:] == [f"t{i}" for i in range(6)]


def test_many_bytes_are_written_before_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_BYTES", 100)
    image = {"image": {"bytes": np.random.default_rng(0).bytes(60), "path": None}}
    table = written(tmp_path, [image] * 10)
    assert [len(chunk) for chunk in table.data.column("image").chunks] == [2] * 5
    assert table.data.column("image")[9].as_py() == image["image"]


def test_what_was_written_after_the_last_commit_is_thrown_away(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    shards = Shards(tmp_path, [Task("kind")])
    for i in range(3):
        shards.add({"id": f"r{i}", **FIXED, "text_title": "a"})
    sizes = shards.commit()
    for i in range(3, 9):
        shards.add({"id": f"r{i}", **FIXED, "text_title": "a"})
    shards.abandon()
    again = Shards(tmp_path, [Task("kind")], sizes)
    assert [row for batch in again.batches(["id"]) for row in batch["id"].to_pylist()] == ["r0", "r1", "r2"]
    again.add({"id": "r3", **FIXED, "text_title": "b", "text_note": "c"})
    again.close("f00")
    table = load_from_disk(str(tmp_path))
    assert table["id"][:] == ["r0", "r1", "r2", "r3"]
    assert table["text_note"][:] == [None, None, None, "c"]
