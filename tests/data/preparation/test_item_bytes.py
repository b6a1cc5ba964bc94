"""Inputs whose modality a plugin offers: stored, hashed, read again."""

import numpy as np
import pytest
from grids import Grid, GridConfig
from memory_data import prepare_records
from PIL import Image

from vbg_framework.base import shortage
from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import FILES, load_plugins
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.card.sheet import contact_sheet
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.reading import Reader
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.preparation import item_bytes
from vbg_framework.data.preparation.item_bytes import ItemError, reopened, shown, stored

GRID = Grid(GridConfig())


@pytest.fixture
def part(monkeypatch):
    monkeypatch.setenv(FILES, __file__.replace("data/preparation/test_item_bytes.py", "grids.py"))
    return make_part("modality", {"type": "grid"}, "test", load_plugins())


def record(number, grid, group=""):
    return Record(f"r{number}", {"grid": grid, "text": "A bowl"}, {"kind": "ab"[number % 2]}, group=group)


def grids(count):
    return [record(number, GRID.example(number), f"o{number}") for number in range(count)]


def test_a_file_and_an_item_are_stored_alike(tmp_path):
    (tmp_path / "a.npy").write_bytes(GRID.store(GRID.example(0)))
    assert stored(GRID, "grid", tmp_path / "a.npy") == stored(GRID, "grid", GRID.example(0))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("/absent.npy", "grid file is missing, got /absent.npy"),
        (b"no grid", "grid cannot be used: "),
        ({"a": 1}, "grid is damaged, got TypeError"),
        (ValueError("grid path leaves its folder"), "grid path leaves its folder"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(value, says):
    with pytest.raises(ItemError, match="^" + says):
        stored(GRID, "grid", value)


def test_an_item_is_not_blamed_for_what_the_machine_lacks(monkeypatch):
    def short(*_):
        raise MemoryError

    monkeypatch.setattr(Grid, "store", short)
    with pytest.raises(ItemError, match="^grid is damaged, got MemoryError"):
        stored(GRID, "grid", b"asks for more than there is")
    monkeypatch.setattr(shortage, "ROOM", 1 << 60)
    with pytest.raises(VBGError, match="the memory is used up"):
        stored(GRID, "grid", b"a sound one")


def test_empty_and_huge_files_are_refused(tmp_path, monkeypatch):
    (tmp_path / "a.npy").touch()
    with pytest.raises(ItemError, match="^grid file is empty"):
        stored(GRID, "grid", tmp_path / "a.npy")
    monkeypatch.setattr(item_bytes, "LARGEST", 3)
    (tmp_path / "a.npy").write_bytes(b"1234")
    with pytest.raises(ItemError, match="^grid file is too large: more than 3 bytes, got 4"):
        stored(GRID, "grid", tmp_path / "a.npy")


def test_what_a_plugin_cannot_open_names_the_record():
    with pytest.raises(VBGError, match="^record 'a': Grid cannot open what it stored"):
        reopened(GRID, b"damaged", "record 'a'")


def test_a_picture_stands_for_a_record_that_has_one():
    picture = Image.new("RGB", (2, 2))
    assert shown({"image": picture, "grid": GRID.example(0)}, {"grid": GRID}) is picture
    assert shown({"grid": GRID.example(0)}, {"grid": GRID}).size == (4, 4)
    assert shown({"text": "A bowl"}, {"grid": GRID}) is None


def test_prepared_items_are_what_encoders_get(tmp_path, part):
    records = [*grids(20), Record("x", {"grid": b"damaged"}, {"kind": "a"}), Record("y", {"sound": 1}, {"kind": "a"})]
    records.append(Record("z", {"text": "No grid"}, {"kind": "a"}))
    prepared = prepare_records(tmp_path, records, modalities={"grid": part})
    assert prepared.info["modalities"] == {"image": 0, "text": 21, "metadata": 0, "grid": 20}
    assert any("unknown input 'sound'" in reason for reason in prepared.info["reasons"])
    assert any(reason.startswith("grid cannot be used") for reason in prepared.info["reasons"])
    items = Items(prepared, tasks=prepared.tasks, modalities=["grid"])
    by_id = {item["id"]: item["inputs"] for item in items}
    assert np.array_equal(by_id["r7"]["grid"], GRID.example(7))
    assert by_id["z"] == {}
    assert items.record(items.ids.index("r7")).inputs["grid"].shape == (4, 4)
    assert prepared.has("grid").sum() == 20


def test_the_fingerprint_follows_the_items(tmp_path, part):
    some = grids(6)
    first = prepare_records(tmp_path / "a", some, modalities={"grid": part})
    again = prepare_records(tmp_path / "b", some, modalities={"grid": part})
    other = prepare_records(tmp_path / "c", [record(0, GRID.example(9), "o0"), *some[1:]], modalities={"grid": part})
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_objects_with_equal_items_stay_together(tmp_path, part):
    prepared = prepare_records(tmp_path, [*grids(6), record(6, GRID.example(2), "copy")], modalities={"grid": part})
    clusters = dict(zip(prepared.table["id"], prepared.table["cluster"], strict=True))
    assert clusters["r2"] == clusters["r6"] == "copy"
    assert prepared.info["duplicates"]["exact"] == 1


def test_options_decide_what_is_stored(tmp_path, part):
    scaled = make_part("modality", {"type": "grid", "scale": 2.0}, "test", load_plugins())
    prints = {prepare_records(tmp_path, grids(4), modalities={"grid": each}).folder for each in (part, scaled)}
    assert len(prints) == 2


def test_a_sheet_shows_them(tmp_path, part):
    prepared = prepare_records(tmp_path, grids(6), modalities={"grid": part})
    contact_sheet(prepared, "kind", tmp_path / "sheet.png", per_class=2, size=16)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert len(set(sheet.convert("L").tobytes())) > 20


def test_prediction_reads_them_as_training_does():
    reader = Reader(["grid"], None, {}, {"grid": GRID})
    good, bad, none = (reader(each) for each in (record(0, GRID.example(0)), record(1, b"x"), Record("n", {})))
    assert np.array_equal(good.inputs["grid"], GRID.example(0))
    assert bad.problem.startswith("grid cannot be used")
    assert none.problem == "neither image nor text nor metadata nor grid"
    assert none.absent == ["grid"]


def test_generated_items_are_read_from_memory_and_from_files(tmp_path):
    (tmp_path / "g.grid").write_bytes(GRID.store(GRID.example(1)))
    records = [record(0, GRID.example(1)), record(1, tmp_path / "g.grid")]
    items = RecordItems(records, tasks=[Task("kind", classes=("a", "b"))], modalities=["grid"], kinds={"grid": GRID})
    assert np.array_equal(items[0]["inputs"]["grid"], items[1]["inputs"]["grid"])
    broken = RecordItems([record(0, b"x")], modalities=["grid"], kinds={"grid": GRID})
    with pytest.raises(VBGError, match="^r0: grid cannot be used"):
        broken[0]
