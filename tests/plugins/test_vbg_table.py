"""The dataset `table`."""

import csv
import datetime
import io
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_table import TINY, TableConfig, vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig, TextConfig
from vbg_framework.contracts.record import Rejected, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))
BASIC = {"id": "id", "text": ["title"], "targets": {"kind": "kind"}}
ROWS = [
    {"id": "1", "title": "Bowl", "kind": "bowl"},
    {"id": "2", "title": 'A "vase",\nchipped', "kind": "vase"},
    {"id": "3", "title": "", "kind": ""},
]


def table(path, **options):
    return COMPONENT.load()(TableConfig(**({"path": str(path)} | BASIC | options)))


def read(path, **options):
    return list(table(path, **options).records())


def written(path, rows=ROWS, encoding="utf-8", **options):
    """The same rows as CSV, JSON Lines or Parquet."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), **options)
            writer.writeheader()
            writer.writerows(rows)
    return path


KINDS = pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])


@KINDS
def test_every_kind_of_file_gives_the_same_records(tmp_path, kind):
    records = read(written(tmp_path / f"t.{kind}"))
    assert [record.id for record in records] == ["1", "2", "3"]
    assert records[1].inputs == {"text": {"title": 'A "vase",\nchipped'}}
    assert records[1].targets == {"kind": "vase"}
    assert (records[2].inputs, records[2].targets) == ({"text": {"title": ""}}, {})
    first = {"csv": "t.csv:2", "jsonl": "t.jsonl:1", "parquet": "t.parquet:1"}[kind]
    assert records[0].source == first


def test_a_row_is_named_by_the_line_it_begins_in(tmp_path):
    assert [record.source for record in read(written(tmp_path / "t.csv"))] == ["t.csv:2", "t.csv:3", "t.csv:5"]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    assert read(written(tmp_path / "t.csv", encoding="utf-8-sig"))[0].id == "1"
    (tmp_path / "t.jsonl").write_bytes(b'\xef\xbb\xbf{"id": 1, "title": "x", "kind": "y"}\n')
    assert read(tmp_path / "t.jsonl")[0].id == "1"


def test_other_delimiters_are_read(tmp_path):
    assert read(written(tmp_path / "t.tsv", delimiter="\t"))[1].id == "2"
    assert read(written(tmp_path / "t.csv", delimiter=";"), delimiter=";")[1].id == "2"


def test_the_decimal_mark_is_an_option(tmp_path):
    row = {"id": "1", "title": "Bowl", "kind": "bowl", "height": "1,234", "width": "12.5"}
    path = written(tmp_path / "t.csv", [row])
    for options, height in (({}, 1234), ({"decimal": ","}, 1.234)):
        (record,) = read(path, metadata=["height", "width"], **options)
        assert record.inputs["metadata"] == {"height": height, "width": 12.5}
    with pytest.raises(ValueError, match="decimal"):
        TableConfig(path="t.csv", id="id", decimal=";")


def test_dates_before_the_year_1_are_read(tmp_path):
    days = pa.array([-901000, 0], pa.date32())
    pq.write_table(
        pa.table({"id": ["1", "2"], "title": ["a", "b"], "kind": ["x", "y"], "made": days}), tmp_path / "t.parquet"
    )
    found = [record.inputs["metadata"]["made"] for record in read(tmp_path / "t.parquet", metadata=["made"])]
    assert found == ["-0497-02-24", "1970-01-01"]


def test_a_delimiter_is_one_letter():
    with pytest.raises(ValueError, match="delimiter"):
        TableConfig(path="t.csv", id="id", delimiter=";;")


def test_all_that_can_be_mapped_is_mapped(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    row = {
        **{"id": "a", "file": "a.png", "Title": " Bowl ", "Medium": "clay", "kind": "bowl", "colours": "red| blue |"},
        **{"object": "o7", "set": "val", "rights": "CC0", "year": "-500", "museum": "Met", "number": "007"},
    }
    (record,) = read(
        written(tmp_path / "t.csv", [row]),
        image="file",
        text={"title": "Title", "medium": "Medium"},
        targets={"kind": "kind", "colour": {"column": "colours", "multi_label": True}},
        metadata=["year", "museum", "number"],
        group="object",
        split="set",
        licence_column="rights",
    )
    assert record.inputs == {
        "image": tmp_path / "a.png",
        "text": {"title": "Bowl", "medium": "clay"},
        "metadata": {"year": -500.0, "museum": "Met", "number": "007"},
    }
    assert record.targets == {"kind": "bowl", "colour": ["red", "blue"]}
    assert (record.group, record.split, record.licence) == ("o7", "validation", "CC0")


def test_tasks_follow_the_mapping(tmp_path):
    targets = {"kind": "kind", "words": {"column": "title", "multi_label": True, "separator": " "}}
    assert table(written(tmp_path / "t.csv"), targets=targets).tasks == (Task("kind"), Task("words", True))
    assert table(tmp_path / "t.csv", targets={}).tasks == ()
    assert table(tmp_path / "t.csv").sources() == (tmp_path / "t.csv",)


def test_the_source_words_for_splits_are_translated(tmp_path):
    path = written(
        tmp_path / "t.csv", [{"id": "1", "set": "lernen"}, {"id": "2", "set": ""}, {"id": "3", "set": "odd"}]
    )
    options = {"text": [], "targets": {}, "split": "set", "split_values": {"lernen": "train"}}
    assert [record.split for record in read(path, **options)] == ["train", None, "odd"]


def test_a_constant_licence_stands_in_for_empty_cells(tmp_path):
    path = written(tmp_path / "t.csv", [{"id": "1", "rights": "CC BY"}, {"id": "2", "rights": ""}])
    options = {"text": [], "targets": {}, "licence": "CC0"}
    assert [r.licence for r in read(path, licence_column="rights", **options)] == ["CC BY", "CC0"]
    assert [r.licence for r in read(path, **options)] == ["CC0", "CC0"]


@KINDS
def test_a_missing_column_is_an_error_that_helps(tmp_path, kind):
    path = written(tmp_path / f"t.{kind}")
    with pytest.raises(
        VBGError, match=rf"t\.{kind}: no column 'titel'\. Did you mean 'title'\? Known: id, kind, title"
    ):
        read(path, text=["titel"])
    for options in ({"id": "x"}, {"image": "x"}, {"targets": {"k": "x"}}, {"metadata": ["x"]}, {"licence_column": "x"}):
        with pytest.raises(VBGError, match="no column 'x'"):
            read(path, **options)


def test_a_column_that_is_there_twice_is_an_error(tmp_path):
    (tmp_path / "t.csv").write_text("id,title,kind,title\n1,a,b,c\n")
    with pytest.raises(VBGError, match="column 'title' is there more than once"):
        read(tmp_path / "t.csv")
    assert read(tmp_path / "t.csv", text=[])[0].id == "1"


def test_a_key_that_is_absent_is_a_missing_value(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"id": 1}\n{"id": 2, "title": "Bowl"}\n{"id": 3, "kind": "bowl"}\n')
    found = read(tmp_path / "t.jsonl")
    assert [record.inputs["text"]["title"] for record in found] == ["", "Bowl", ""]
    assert found[2].targets == {"kind": "bowl"}


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_values_need_not_be_strings(tmp_path, kind):
    rows = [{"id": 7, "title": 3.0, "kind": "a", "tags": ["x", "y"], "year": 1.5, "none": None}]
    targets = {"kind": "kind", "tag": {"column": "tags", "multi_label": True}}
    (record,) = read(written(tmp_path / f"t.{kind}", rows), targets=targets, metadata=["year", "none"])
    assert (record.id, record.inputs["text"]["title"]) == ("7", "3")
    assert record.targets["tag"] == ["x", "y"]
    assert record.inputs["metadata"] == {"year": 1.5, "none": ""}


def test_dates_and_gaps_in_parquet_are_read(tmp_path):
    day = datetime.date(1900, 1, 2)
    rows = [{"id": "1", "title": day, "kind": float("nan")}, {"id": "2", "title": None, "kind": 4.0}]
    first, second = read(written(tmp_path / "t.parquet", rows))
    assert first.inputs["text"]["title"] == "1900-01-02"
    assert (first.targets, second.targets) == ({}, {"kind": "4"})


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_nested_values_are_put_aside(tmp_path, kind):
    path = written(tmp_path / f"t.{kind}", [{"id": "1", "title": {"en": "Bowl"}, "kind": "a"}])
    reason = "column 'title' must hold text or numbers, got dict. Write its values into columns of their own"
    assert read(path) == [Rejected(f"t.{kind}:1", reason, "1", {"kind": "a"})]


def test_a_missing_table_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_DATA", str(tmp_path))
    with pytest.raises(VBGError, match=r"tables/t\.csv: no such file .*VBG_DATA"):
        table("tables/t.csv")
    with pytest.raises(VBGError, match="is not a file"):
        table(tmp_path)
    (tmp_path / "tables").mkdir()
    written(tmp_path / "tables" / "t.csv")
    assert len(read("tables/t.csv")) == 3


def images(tmp_path, *names, **options):
    rows = [{"id": str(i), "file": name} for i, name in enumerate(names)]
    return read(written(tmp_path / "t.jsonl", rows), image="file", text=[], targets={}, **options)


def test_image_paths_are_relative_to_the_table_or_the_image_folder(tmp_path):
    (first,) = images(tmp_path, "a/b.png")
    assert first.inputs["image"] == tmp_path / "a" / "b.png"
    (second,) = images(tmp_path, "b.png", images="a")
    assert second.inputs["image"] == tmp_path / "a" / "b.png"
    (third,) = images(tmp_path, "x/../b.png")
    assert third.inputs["image"] == tmp_path / "b.png"


def test_no_image_path_leaves_its_folder(tmp_path):
    inside = tmp_path / "set"
    inside.mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "secret.png")
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    (inside / "loop.png").symlink_to(inside / "loop.png")
    (inside / "up").symlink_to(tmp_path)
    paths = [
        "../secret.png",
        "/etc/passwd",
        str(tmp_path / "secret.png"),
        "link.png",
        "up/secret.png",
        "a/../../secret.png",
    ]
    found = images(inside, *paths, "loop.png", "a\0b.png")
    reasons = [str(item.inputs["image"]) for item in found]  # preparing puts them aside
    assert all("image path leaves its folder, got " in reason for reason in reasons[: len(paths)])
    assert all("image path cannot be followed" in reason for reason in reasons[len(paths) :])


def test_a_folder_reached_through_a_link_is_no_escape(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (record,) = images(tmp_path / "link", "a.png")
    assert record.inputs["image"] == tmp_path / "real" / "a.png"


def malformed_images(folder):
    """name -> what is wrong; written into `folder`."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    jpeg = io.BytesIO()
    noise.save(jpeg, "JPEG")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    contents = {
        "truncated.jpg": jpeg.getvalue()[:-300],
        "zero.jpg": b"",
        "text.jpg": b"<html>404</html>",
        "vector.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "bomb.png": bomb.getvalue(),
        "header.png": b"\x89PNG\r\n\x1a\n",
        "nul.jpg": b"\0" * 1000,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    Image.new("RGB", (1, 1)).save(folder / "point.png")
    (folder / "folder.jpg").mkdir()
    (folder / "out.jpg").symlink_to("/etc/hostname")
    noise.save(folder / "postscript.eps")
    good = {"wrong_ending.gif": jpeg.getvalue()}
    (folder / "wrong_ending.gif").write_bytes(good["wrong_ending.gif"])
    Image.new("RGB", (30_000, 40)).save(folder / "wide.png")
    return [*contents, "point.png", "folder.jpg", "out.jpg", "postscript.eps", "absent.jpg"], [
        "wrong_ending.gif",
        "wide.png",
    ]


def test_a_corpus_of_malformed_files_ends_in_the_quarantine(tmp_path):
    bad, good = malformed_images(tmp_path)
    rows = [{"id": name, "file": name, "title": "ü", "kind": "a"} for name in bad + good]
    rows.append({"id": "u", "file": "", "title": "caf\udce9", "kind": "a"})
    with (tmp_path / "t.csv").open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    config = TableConfig(path=str(tmp_path / "t.csv"), image="file", **BASIC)
    prepared = prepare("corpus", COMPONENT, config, cache=tmp_path / "cache")
    assert prepared.table["id"][:] == good
    entries = pq.read_table(prepared.folder / "quarantine.parquet").to_pylist()
    assert {entry["source"] for entry in entries} == {
        f"t.csv:{i}" for i in [*range(2, 2 + len(bad)), 2 + len(bad) + len(good)]
    }
    assert prepared.info["quarantined"] == len(bad) + 1
    reasons = " ".join(entry["reason"] for entry in entries)
    for words in ("truncated", "file is empty", "too large", "leaves its folder", "file is missing", "line or a point"):
        assert words in reasons
    with pytest.raises(VBGError, match=r"^t\.csv:2: image is damaged"):
        prepare("corpus", COMPONENT, config, cache=tmp_path / "strict", strict=True)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(["csv", "jsonl", "parquet"]))
def test_whatever_a_cell_holds_it_is_read_back(tmp_path_factory, cells, kind):
    rows = [{"id": str(i), "title": title, "kind": label} for i, (title, label) in enumerate(cells)]
    path = written(tmp_path_factory.mktemp("cells") / f"t.{kind}", rows)
    found = read(path)
    shutil.rmtree(path.parent)
    assert [record.id for record in found] == [row["id"] for row in rows]
    assert [record.inputs.get("text", {}).get("title", "") for record in found] == [title.strip() for title, _ in cells]
    assert [record.targets.get("kind", "") for record in found] == [label.strip() for _, label in cells]


def test_the_tiny_table_can_be_prepared_and_divided(tmp_path):
    prepared = prepare("tiny", COMPONENT, TableConfig(**TINY), cache=tmp_path)
    assert prepared.info["quarantined"] == 0
    assert prepared.tasks[0].classes == ("bowl", "tile", "vase")
    splits = prepared.split(SplitConfig(), ["form"])
    assert all(len(set(part["target_form"][:])) == 3 for part in splits.data.values())


def test_declaring_the_component_imports_nothing_heavy():
    code = "import sys, vbg_table; list(vbg_table.vbg_components()); print(*sys.modules)"
    loaded = os.popen(f'{sys.executable} -c "{code}"').read().split()
    assert "vbg_table" in loaded
    assert not {"torch", "numpy", "PIL", "datasets", "pyarrow"} & set(loaded)


EGYPTIAN = {
    "id": "object_id",
    "image": "file_name",
    "text": ["title", "title_masked", "object_name", "medium", "date_text", "period_text"],
    "targets": {task: task for task in ("object_type", "period_class", "material_class")},
    "metadata": ["museum", "year_begin", "year_end", "dynasty"],
    "group": "group_id",
    "split": "split",
    "licence": "CC0 1.0",
}


def test_real_museum_data_is_prepared(shared: Path, tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_DATA", str(shared / "data"))
    config = TableConfig(path="egyptian-open-access/metadata.csv", **EGYPTIAN)
    prepared = prepare("egyptian", COMPONENT, config, cache=tmp_path)
    info = prepared.info
    assert (info["records"], info["quarantined"], info["licences"]) == (1926, 0, {"CC0 1.0": 1926})
    assert {t["name"]: (len(t["counts"]), t["labelled"]) for t in info["tasks"]} == {
        "object_type": (10, 1926),
        "period_class": (7, 1774),
        "material_class": (10, 1926),
    }
    splits = prepared.split(SplitConfig(), ["object_type"])
    assert (splits.used, splits.unlabelled) == ("given", 0)
    assert {name: len(part) for name, part in splits.data.items()} == {"train": 1342, "validation": 293, "test": 291}
    assert prepared.split(SplitConfig(), ["period_class"]).unlabelled == 152
    policy = TextPolicy(TextConfig(fields=["title_masked", "medium"]), fields=prepared.text_fields, tasks=splits.tasks)
    modalities = ["image", "text", "metadata"]
    items = Items(prepared, splits.rows["test"], tasks=splits.tasks, modalities=modalities, text=policy)
    assert items[0]["inputs"]["text"] == "[MASK] ([MASK] ) Portraying Emperor Antoninus Pius. Gold"
    assert items[0]["inputs"]["image"].size == (224, 224)
    assert items[0]["inputs"]["metadata"] == {"museum": "The Art Institute of Chicago"}
    drawn = prepared.split(SplitConfig(use="stratified"), ["object_type", "period_class", "material_class"])
    assert all(min(task.counts) > 0 for task in drawn.tasks)


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_images_inside_a_table_are_read(tmp_path):
    cells = [png(), b"", None]
    rows = [{"id": str(i), "photo": cell} for i, cell in enumerate(cells)]
    found = read(written(tmp_path / "t.parquet", rows), image="photo", text=[], targets={})
    assert [record.inputs for record in found] == [{"image": png()}, {"image": None}, {"image": None}]
    cells = [
        {"bytes": png(), "path": "/etc/passwd"},
        {"bytes": None, "path": "a.png"},
        {"bytes": None, "path": "../a.png"},
    ]
    rows = [{"id": str(i), "photo": cell} for i, cell in enumerate(cells)]
    first, second, escape = read(written(tmp_path / "t.parquet", rows), image="photo", text=[], targets={})
    assert (first.inputs, second.inputs) == ({"image": png()}, {"image": tmp_path / "a.png"})
    assert str(escape.inputs["image"]) == "image path leaves its folder, got '../a.png'"


def test_a_pattern_gives_the_path_of_the_image(tmp_path):
    rows = [{"id": "1", "set": "a"}, {"id": "2", "set": ""}, {"id": "3", "set": "../.."}]
    path = written(tmp_path / "t.csv", rows)
    options = {"text": [], "targets": {}, "images": "photos", "image": "{set}/{id}.jpg"}
    first, empty, escape = read(path, **options)
    assert first.inputs == {"image": tmp_path / "photos" / "a" / "1.jpg"}
    assert empty.inputs == {"image": None}
    assert "leaves its folder" in str(escape.inputs["image"])
    with pytest.raises(VBGError, match="no column 'sett'. Did you mean 'set'"):
        read(path, **options | {"image": "{sett}.jpg"})


def test_text_may_hold_several_values(tmp_path):
    path = written(tmp_path / "t.csv", [{"id": "1", "tags": "red| |blue "}])
    text = {"tags": {"column": "tags", "separator": "|"}}
    assert read(path, text=text, targets={})[0].inputs["text"] == {"tags": "red, blue"}
    path = written(tmp_path / "t.jsonl", [{"id": "1", "tags": ["red", "blue"]}])
    assert read(path, text=["tags"], targets={})[0].inputs["text"] == {"tags": "red, blue"}


LABELS = "version: 1\nname: x\ntasks: {age: {rules: [{fields: year, years: [null, -1], label: BCE}]}}\n"


def test_label_rules_add_tasks(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_DATA", str(tmp_path))
    (tmp_path / "labels.yaml").write_text(LABELS)
    rows = [{"id": "1", "kind": "bowl", "year": "-500"}, {"id": "2", "kind": "vase", "year": ""}]
    path = written(tmp_path / "t.csv", rows)
    found = table(path, text=[], labels="labels.yaml")
    assert [record.targets for record in found.records()] == [{"kind": "bowl", "age": "BCE"}, {"kind": "vase"}]
    assert found.tasks == (Task("kind"), Task("age"))
    assert found.sources() == (path, tmp_path / "labels.yaml")
    with pytest.raises(VBGError, match="task 'age' stands in `targets` too"):
        table(path, targets={"age": "year"}, labels="labels.yaml")
    with pytest.raises(VBGError, match="no column 'year'"):
        read(written(tmp_path / "t.csv", [{"id": "1", "title": "", "kind": ""}]), labels="labels.yaml")


def test_columns_are_found_whatever_their_spelling(tmp_path):
    path = written(tmp_path / "t.csv", [{"ID": "1", "Title ": "Bowl", "Kind": "bowl"}])
    (record,) = read(path, image="{id}.jpg")
    assert (record.id, record.targets) == ("1", {"kind": "bowl"})
    assert record.inputs == {"image": tmp_path / "1.jpg", "text": {"title": "Bowl"}}


def test_a_picture_is_found_whatever_the_spelling_of_its_path(tmp_path):
    (tmp_path / "photos").mkdir()
    for name in ("Krüge 1.png", "IMG_1.PNG"):
        Image.new("RGB", (8, 8)).save(tmp_path / "photos" / name)
    found = images(tmp_path, "photos\\Kru\u0308ge%201.png", "photos/img_1.png", "https://example.org/a.png")
    assert [record.inputs["image"].name for record in found[:2]] == ["Krüge 1.png", "IMG_1.PNG"]
    assert str(found[2].inputs["image"]).startswith("image path is an address, got 'https://example.org/a.png'")


def test_one_quote_too_many_costs_one_row(tmp_path):
    lines = ["id,title,kind", *(f"{number},Object {number},jug" for number in range(200))]
    lines[50] = lines[50].replace("Object", '"Object')
    (tmp_path / "t.csv").write_text("\n".join(lines))
    found = read(tmp_path / "t.csv")
    assert [item.id for item in found if not isinstance(item, Rejected)] == [str(i) for i in range(200) if i != 49]
    (broken,) = (item for item in found if isinstance(item, Rejected))
    assert broken.source == "t.csv:51"
    assert broken.reason.startswith("quote is not closed")


@KINDS
def test_a_picture_that_comes_later_is_noticed(tmp_path, kind):
    rows = [row | {"kind": "bowl", "file": f"{row['id']}.png"} for row in ROWS]
    path = written(tmp_path / f"t.{kind}", rows)
    Image.new("RGB", (4, 4)).save(tmp_path / "1.png")
    options = {"path": str(path), **BASIC, "image": "file"}
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", tmp_path / "3.png")


def test_a_table_to_predict_may_be_separated_otherwise(tmp_path):
    (tmp_path / "new.csv").write_text("id;title\n1;Jug\n")
    config = TableConfig(path="gone.csv", id="id", text=["title"], targets={"kind": "kind"})
    data = next(iter(vbg_components())).load().unlabelled(config, tmp_path / "new.csv", {})
    assert [record.inputs["text"] for record in data.records()] == [{"title": "Jug"}]
