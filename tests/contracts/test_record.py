import dataclasses

import pytest

from vbg_framework.contracts.record import Dataset, Record, Task


def test_a_record_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Record("a", {}).id = "b"


def test_the_least_record_has_an_id_and_inputs_and_is_real():
    record = Record("a", {"text": "x"})
    assert (record.targets, record.origin, record.split, record.group) == ({}, None, None, "")


def test_a_dataset_must_say_its_tasks_and_yield_records():
    class Half(Dataset):
        tasks = (Task("form"),)

    with pytest.raises(TypeError, match="records"):
        Half(None)


def test_a_dataset_without_files_depends_on_none():
    class Drawn(Dataset):
        tasks = (Task("form"),)

        def records(self):
            yield Record("a", {"text": "x"})

    assert tuple(Drawn({"n": 1}).sources()) == ()
    assert Drawn({"n": 1}).config == {"n": 1}


def test_a_dataset_remembers_once_what_it_did_not_find(tmp_path):
    class Drawn(Dataset):
        tasks = (Task("form"),)

        def __init__(self):
            """Without what the base class does."""

        def records(self):
            yield Record("a", {"text": "x"})

    (tmp_path / "a.jpg").touch()
    dataset = Drawn()
    assert dataset.missed() == []
    assert [dataset.finds(tmp_path / name) for name in ("a.jpg", "b.jpg", ".", "c.jpg")] == [True, False, False, False]
    assert dataset.missed() == [tmp_path / "b.jpg", tmp_path, tmp_path / "c.jpg"]
    assert dataset.missed() == []
