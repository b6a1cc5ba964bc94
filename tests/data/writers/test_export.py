"""Export, and the way back."""

import csv
import json
import tarfile

import datasets
import pyarrow.parquet as pq
import pytest
from memory_data import prepare_records
from PIL import Image, PngImagePlugin

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.pictures.image import decode_stored
from vbg_framework.data.writers.export import export, exported_names

TASKS = (Task("kind"), Task("colours", multi_label=True))


def records(text="Bowl, glazed"):
    for i in range(12):
        inputs = {"image": Image.new("RGB", (10 + i, 10), (20 * i, 0, 0))} if i != 5 else {}
        inputs |= {"text": {"title": text, "note": None if i % 3 else "a\nb"}, "metadata": {"year": -500 + i}}
        targets = {"kind": f"c{i % 2}", "colours": ["blue", "red"][: i % 3]} if i != 7 else {"kind": "c0"}
        yield Record(f"id/{i}", inputs, targets, f"o{i // 2}", split="train", licence="CC0-1.0")


def prepared_in(folder, **options):
    return prepare_records(folder, list(records(**options)), tasks=TASKS)


def again(tmp_path, **mapping):
    """Prepare an export with the component `type`."""
    from vbg_framework.data.preparation.prepare import prepare

    registry, plugins = Registry.read(), load_plugins([])
    registry.add({"version": 1, "datasets": {"again": mapping}}, "test")
    part = registry.dataset("again", plugins, [])
    return prepare("again", part.component, part.config, cache=tmp_path / "again")


def content(prepared):
    left_out = {"source", "cluster"}
    rows = [
        {k: v for k, v in row.items() if k not in left_out}
        for row in prepared.table.with_format("arrow")[:].to_pylist()
    ]
    return sorted(rows, key=lambda row: row["id"])


MAPPING = {
    "type": "table", "id": "id", "text": ["title", "note"], "metadata": ["year"], "group": "group", "split": "split",
    "licence_column": "licence", "targets": {"kind": "kind", "colours": {"column": "colours", "multi_label": True}},
}  # fmt: skip


def test_parquet_comes_back_as_it_was(tmp_path):
    prepared = prepared_in(tmp_path, text="=1+1")
    assert export(prepared, "parquet", tmp_path / "out") == 12
    path = str(tmp_path / "out" / "data.parquet")
    back = again(tmp_path, **MAPPING, path=path, image="image")
    unlabelled = [row | {"target_colours": row["target_colours"] or None} for row in content(prepared)]
    assert content(back) == unlabelled  # a table does not tell an empty list from none
    assert [str(field.type) for field in pq.read_schema(path)][:4] == ["string"] * 4


def test_parquet_is_read_by_the_hubs_library(tmp_path):
    export(prepared_in(tmp_path), "parquet", tmp_path / "out")
    rows = datasets.Dataset.from_parquet(str(tmp_path / "out" / "data.parquet"), cache_dir=str(tmp_path / "hub"))
    assert rows[1]["image"].size == (11, 10)
    assert rows[1]["colours"] == ["blue"]


def test_an_image_folder_comes_back_as_it_was_but_for_records_without_image(tmp_path):
    prepared = prepared_in(tmp_path)
    assert export(prepared, "image_folder", tmp_path / "out") == 11
    path = str(tmp_path / "out" / "metadata.csv")
    back = again(tmp_path, **MAPPING, path=path, image="file_name")
    expected = [row | {"target_colours": row["target_colours"] or None} for row in content(prepared) if row["image"]]
    assert content(back) == expected


def test_tables_are_safe_to_open_in_a_spreadsheet(tmp_path):
    export(prepared_in(tmp_path, text="=HYPERLINK()"), "image_folder", tmp_path / "out")
    with (tmp_path / "out" / "metadata.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["title"], row["year"]) == ("'=HYPERLINK()", "-500")


def test_webdataset_holds_images_and_the_rest(tmp_path):
    prepared = prepared_in(tmp_path)
    assert export(prepared, "webdataset", tmp_path / "out") == 12
    with tarfile.open(tmp_path / "out" / "data-000000.tar") as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    assert len(members) == 23
    first = json.loads(members["0000000-id_0.json"])
    assert first == {
        **{
            "id": "id/0",
            "group": "o0",
            "split": "train",
            "licence": "CC0-1.0",
            "title": "Bowl, glazed",
            "note": "a\nb",
        },
        **{"kind": "c0", "colours": [], "year": -500},
    }
    assert decode_stored(members["0000000-id_0.png"]).size == (10, 10)


def test_webdataset_comes_back_through_its_reader(tmp_path):
    prepared = prepared_in(tmp_path)
    export(prepared, "webdataset", tmp_path / "out")
    found = again(
        tmp_path, type="webdataset", path=str(tmp_path / "out"), targets={"kind": "kind"}, text=["title", "note"],
        metadata=["year"], group="group", split="split", licence_key="licence",
    )  # fmt: skip
    columns = ("group", "split", "licence", "text_title", "text_note", "target_kind", "meta_year", "sha256")
    rows = [sorted(str([row[name] for name in columns]) for row in content(one)) for one in (prepared, found)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("kind", ["parquet", "image_folder", "webdataset"])
def test_synthetic_records_are_refused(tmp_path, kind):
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", "<x>trainedAlgorithmicMedia</x>")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", pnginfo=notes)
    generated = Record("a", {"image": tmp_path / "a.png"}, {"kind": "a"})
    named = Record("SYN_1", {"text": "x"}, {"kind": "a"})
    for number, record in enumerate((generated, named)):
        prepared = prepare_records(tmp_path / str(number), [record])
        with pytest.raises(VBGError, match=f"record '{record.id}': is synthetic"):
            export(prepared, kind, tmp_path / "out")
        assert not (tmp_path / "out").exists()
        assert not list(tmp_path.glob("*.partial"))


def test_an_existing_folder_is_left_alone(tmp_path):
    prepared = prepared_in(tmp_path)
    with pytest.raises(VBGError, match="exists already"):
        export(prepared, "parquet", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(VBGError, match="cannot be written"):
        export(prepared, "parquet", tmp_path / "file" / "out")


def test_two_fields_of_one_name_keep_their_prefix(tmp_path):
    both = Record("a", {"text": {"title": "x", "id": "y"}, "metadata": {"title": 1}}, {"kind": "a"})
    names = exported_names(prepare_records(tmp_path, [both]))
    assert names["text_title"] == "title"
    assert names["meta_title"] == "meta_title"
    assert names["text_id"] == "text_id"
