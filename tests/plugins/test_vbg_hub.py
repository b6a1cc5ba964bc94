"""The dataset `hub`, on local folders: tests never reach the hub."""

import io
import json
from pathlib import Path

import datasets
import pytest
from datasets.arrow_writer import ArrowWriter
from PIL import Image
from vbg_hub import HubConfig, vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected, Skipped, Task
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))


def dataset(path, **options):
    return COMPONENT.load()(HubConfig(**({"path": str(path), "targets": {"form": "form"}} | options)))


def read(path, **options):
    return list(dataset(path, **options).records())


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def parquet(folder, rows, features=None, split="train"):
    folder.mkdir(exist_ok=True)
    made = datasets.Dataset.from_list(rows, features=datasets.Features(features) if features else None)
    made.to_parquet(folder / f"{split}-00000-of-00001.parquet")


def test_images_stay_encoded_and_classes_get_their_names(tmp_path):
    features = {
        **{
            "image": datasets.Image(),
            "form": datasets.ClassLabel(names=["bowl", "vase"]),
            "title": datasets.Value("string"),
        },
        **{"colours": datasets.List(datasets.ClassLabel(names=["red", "blue"])), "year": datasets.Value("int64")},
    }
    rows = [{"image": {"bytes": png(), "path": None}, "form": 1, "title": "Vase", "colours": [1, 0], "year": -5}]
    rows.append({"image": None, "form": -1, "title": None, "colours": [], "year": None})
    parquet(tmp_path / "set", rows, features)
    targets = {"form": "form", "colour": {"column": "colours", "multi_label": True}}
    first, second = read(tmp_path / "set", image="image", text=["title"], metadata=["year"], targets=targets)
    assert first.inputs == {"image": png(), "text": {"title": "Vase"}, "metadata": {"year": -5.0}}
    assert first.targets == {"form": "vase", "colour": ["blue", "red"]}
    assert (first.id, first.split) == ("train-1", None)  # a single split divides nothing
    assert first.source == "train-00000-of-00001.parquet:1"
    assert second.inputs == {"image": None, "text": {"title": ""}, "metadata": {"year": ""}}
    assert second.targets == {}
    assert dataset(tmp_path / "set", targets=targets).tasks == (Task("form"), Task("colour", multi_label=True))


def test_all_splits_are_read_or_those_that_are_named(tmp_path):
    for split in ("train", "validation", "extra"):
        parquet(tmp_path / "set", [{"form": split, "key": split[0], "object": "o"}], split=split)
    *records, extra = read(tmp_path / "set", id="key", group="object", licence="CC0")
    assert {(r.id, r.split) for r in records} == {("t", "train"), ("v", "validation")}
    assert {(r.group, r.licence) for r in records} == {("o", "CC0")}
    assert extra == Skipped("extra-00000-of-00001.parquet", "file belongs to no split")
    record, *left_out = read(tmp_path / "set", id="key", splits=["validation"])
    assert record.id == "v"
    assert Skipped("train-00000-of-00001.parquet", "split is not one of `splits`") in left_out
    with pytest.raises(VBGError, match="no split 'trian'. Did you mean 'train'"):
        read(tmp_path / "set", splits=["trian"])


def test_a_folder_of_classes_is_read(tmp_path):
    for form in ("bowl", "vase"):
        (tmp_path / form).mkdir()
        (tmp_path / form / "1.png").write_bytes(png())
    records = read(tmp_path, image="image", targets={"form": "label"})
    assert [(r.inputs["image"], r.targets["form"]) for r in records] == [
        (tmp_path / "bowl" / "1.png", "bowl"),
        (tmp_path / "vase" / "1.png", "vase"),
    ]


def test_image_paths_may_not_leave_the_folder(tmp_path):
    (tmp_path / "secret.png").write_bytes(png())
    rows = [{"image": {"bytes": None, "path": str(tmp_path / "secret.png")}, "form": "x"}]
    parquet(tmp_path / "set", rows, {"image": datasets.Image(), "form": datasets.Value("string")})
    (rejected,) = read(tmp_path / "set", image="image")
    assert str(rejected.inputs["image"]).startswith("image path leaves its folder")


def test_loading_scripts_are_refused_and_never_run(tmp_path):
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "script.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(VBGError, match=r"cannot be opened \(Dataset scripts are no longer supported"):
        read(tmp_path / "script")
    assert not (tmp_path / "ran").exists()


def test_only_known_formats_are_read(tmp_path):
    (tmp_path / "a.xml").write_text("<a><b>1</b></a>")
    with pytest.raises(VBGError, match="files of the kind 'xml'. Read are: arrow, csv"):
        read(tmp_path)


def test_what_cannot_be_opened_is_an_early_error(tmp_path):
    with pytest.raises(VBGError, match="cannot be opened"):
        read(tmp_path)
    with pytest.raises(VBGError, match="no such file"):
        dataset(tmp_path / "absent")
    with pytest.raises(VBGError, match=r"nobody/nothing: cannot be opened"):
        list(COMPONENT.load()(HubConfig(hub="nobody/nothing", targets={"form": "form"})).records())
    parquet(tmp_path / "set", [{"form": "x"}])
    with pytest.raises(VBGError, match="no column 'titel'"):
        read(tmp_path / "set", text=["titel"])
    for options in ({}, {"path": "a", "hub": "b"}, {"path": "a", "revision": "main"}):
        with pytest.raises(ValueError, match="hub"):
            HubConfig(targets={"form": "form"}, **options)


def arrow(path, rows, features):
    with ArrowWriter(path=str(path), features=datasets.Features(features), writer_batch_size=2) as writer:
        for row in rows:
            writer.write(row)
        writer.finalize()


def test_arrow_files_are_streamed_and_a_damaged_one_ends_its_split(tmp_path):
    features = {"image": datasets.Image(), "form": datasets.ClassLabel(names=["bowl", "vase"])}
    rows = [{"image": {"bytes": png(), "path": None}, "form": 1}, {"image": {"bytes": None, "path": "../x"}, "form": 0}]
    arrow(tmp_path / "Test.arrow", rows, features)
    first, second = read(tmp_path, image="image")
    assert (first.id, first.inputs, first.targets) == ("test-1", {"image": png()}, {"form": "vase"})
    assert str(second.inputs["image"]) == "image path leaves its folder, got '../x'"
    arrow(tmp_path / "Test.arrow", rows * 50, features)
    content = (tmp_path / "Test.arrow").read_bytes()
    (tmp_path / "Test.arrow").write_bytes(content[: len(content) // 2])
    found = read(tmp_path, image="image")
    assert found[-1].reason.startswith("split breaks off here")


def test_lines_of_plain_text_are_read(tmp_path):
    (tmp_path / "train.txt").write_text("Bowl\nVase\n")
    found = read(tmp_path, text=["text"], targets={"form": "text"})
    assert [(record.id, record.source, record.targets["form"]) for record in found] == [
        ("train-1", "train:1", "Bowl"),
        ("train-2", "train:2", "Vase"),
    ]


def test_words_for_splits_count_in_any_case(tmp_path):
    for name in ("Train.csv", "TEST.csv", "my-Val.csv"):
        (tmp_path / name).write_text("form\nx\n")
    found = [(record.id, record.split, record.source) for record in read(tmp_path)]
    assert found == [
        ("train-1", "train", "Train.csv:2"),
        ("validation-1", "validation", "my-Val.csv:2"),
        ("test-1", "test", "TEST.csv:2"),
    ]


def test_folders_called_like_splits_count_in_any_case(tmp_path):
    for folder in ("Train", "Test"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jsonl").write_text('{"form": "x"}\n')
    assert [(r.id, r.source) for r in read(tmp_path)] == [("train-1", "Train/a.jsonl:1"), ("test-1", "Test/a.jsonl:1")]


@pytest.mark.parametrize("name", ["train.jsonl", "train.json", "train.csv"])
def test_values_stay_as_they_are_written(tmp_path, name):
    rows = [{"id": "007", "date": "2020-01-01", "number": "1e5", "form": "NA"}]
    (tmp_path / name).write_text(
        "id,date,number,form\n007,2020-01-01,1e5,NA\n" if name.endswith("csv") else json.dumps(rows[0]) + "\n"
    )
    (record,) = read(tmp_path, id="id", text=["date"], metadata=["number"])
    assert (record.id, record.targets) == ("007", {"form": "NA"})
    assert record.inputs == {"text": {"date": "2020-01-01"}, "metadata": {"number": "1e5"}}


def test_files_of_another_kind_are_counted(tmp_path):
    (tmp_path / "a.csv").write_text("form\nx\n")
    (tmp_path / "b.csv").write_text("form\ny\n")
    (tmp_path / "c.jsonl").write_text('{"form": "z"}\n')
    *records, other = read(tmp_path)
    assert [(record.id, record.targets["form"]) for record in records] == [("train-1", "x"), ("train-2", "y")]
    assert other == Skipped("c.jsonl", "file is of another kind (.jsonl)")


def test_tables_beside_pictures_are_what_is_read(tmp_path):
    (tmp_path / "train.csv").write_text("photo,form\na.png,x\n")
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / name).write_bytes(png())
    (record,) = read(tmp_path, image="photo")
    assert record.inputs == {"image": tmp_path / "a.png"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.jsonl", '{"form": "x"}\n{broken\n{"form": "y"}\n'),
        ("train.csv", "form,title\nx,a\nz,a,b,c\ny,a\n"),
        ("train.json", '[{"form": "x"}, 7, {"form": "y"}]'),
    ],
)
def test_a_broken_row_costs_itself(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    first, broken, last = read(tmp_path)
    assert [(record.id, record.targets["form"]) for record in (first, last)] == [("train-1", "x"), ("train-3", "y")]
    assert isinstance(broken, Rejected)
    assert broken.source == f"{name}:{3 if name.endswith('csv') else 2}"


CARD = """---
configs:
- config_name: one
  data_files:
  - split: train
    path: one/a.csv
  - split: dev
    path: one/b.csv
  sep: ";"
- config_name: two
  data_files: two.csv
dataset_info:
- config_name: one
  features:
  - name: form
    dtype:
      class_label:
        names:
          '0': bowl
          '1': vase
  - name: title
    dtype: string
---
"""


def test_the_card_of_a_data_set_says_which_files_there_are(tmp_path):
    (tmp_path / "README.md").write_text(CARD)
    (tmp_path / "one").mkdir()
    for name in ("a", "b", "test"):
        (tmp_path / "one" / f"{name}.csv").write_text("form;title\n1;Vase\nvase;Vase\n-1;Vase\n")
    (tmp_path / "two.csv").write_text("form,title\nx,y\n")
    found = read(tmp_path, subset="one", text=["title"])
    assert [(r.id, r.split, r.targets) for r in found[:3]] == [
        ("train-1", "train", {"form": "vase"}),
        ("train-2", "train", {"form": "vase"}),
        ("train-3", "train", {}),
    ]
    assert [(r.id, r.split) for r in found[3:6]] == [(f"dev-{number}", "validation") for number in (1, 2, 3)]
    assert Skipped("one/test.csv", "file belongs to no split") in found[6:]
    (other,) = (record for record in read(tmp_path, subset="two") if isinstance(record, Record))
    assert other.targets == {"form": "x"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("  skiprows: 1", "the option 'skiprows' of its card is not read, got 1"),
        ("  data_files: ../outside.csv", "names a file outside of itself"),
    ],
)
def test_what_a_card_may_not_say_is_an_error(tmp_path, line, message):
    (tmp_path / "set").mkdir()
    for path in (tmp_path / "outside.csv", tmp_path / "set" / "train.csv"):
        path.write_text("form\nx\n")
    files = "" if "data_files" in line else "  data_files: train.csv\n"
    (tmp_path / "set" / "README.md").write_text(f"---\nconfigs:\n- config_name: one\n{files}{line}\n---\n")
    with pytest.raises(VBGError, match=message):
        read(tmp_path / "set")


@pytest.mark.parametrize("folder", [".", "Train"])
def test_the_metadata_of_pictures_stay_as_they_are_written(tmp_path, folder):
    (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("a.png", "b.png"):
        (tmp_path / folder / name).write_bytes(png())
    (tmp_path / folder / "metadata.csv").write_text("file_name,id,form\na.png,007,NA\n../../x.png,8,x\n")
    (record, outside, unlisted) = read(tmp_path, image="image", id="id")
    assert (record.id, record.targets) == ("007", {"form": "NA"})
    assert record.inputs == {"image": tmp_path / folder / "a.png"}
    assert str(outside.inputs["image"]) == "image path leaves its folder, got '../../x.png'"
    below = (Path(folder) / "b.png").as_posix()
    assert unlisted == Skipped(below, "picture is not listed in metadata.csv")


def unlabelled(path, columns=None, **options):
    config = HubConfig(**({"path": "gone", "targets": {"form": "form"}} | options))
    return COMPONENT.load().unlabelled(config, path, columns or {})


def test_for_prediction_a_folder_or_a_table_gives_the_same_ids_and_inputs(tmp_path):
    (tmp_path / "train.csv").write_text("nr,title,form,object\n007,NA,x,o\n8,,y,o\n")
    (tmp_path / "Test.csv").write_text("nr,title,form,object\n9,Bowl,y,o\n")
    options = {"text": ["title"], "group": "object", "splits": ["train", "test"], "licence_column": "licence"}
    for identity in ("nr", None):
        trained = read(tmp_path, **options | {"id": identity, "licence_column": None})
        told = [Record(record.id, record.inputs, source=record.source) for record in trained]
        assert list(unlabelled(tmp_path, id=identity, **options).records()) == told
        assert list(unlabelled(tmp_path / "train.csv", id=identity, **options).records()) == told[:2]
    assert unlabelled(tmp_path, **options).tasks == ()


def test_for_prediction_columns_may_be_absent_or_called_otherwise(tmp_path):
    (tmp_path / "new.csv").write_text("Inventory,Name,Photo\n7,Bowl,../x.png\n,Vase,a.png\n")
    columns = {"id": "Inventory", "title": "Name", "image": "Photo"}
    options = {"text": ["title", "medium"], "metadata": ["year"]}
    for trained in ({"id": "key", "image": "picture"}, {}):
        first, second = unlabelled(tmp_path / "new.csv", columns, **options, **trained).records()
        assert (first.id, first.inputs["text"]) == ("7", {"title": "Bowl"})
        assert str(first.inputs["image"]) == "image path leaves its folder, got '../x.png'"
        assert second.id == "new.csv:3"
        assert second.inputs == {"text": {"title": "Vase"}, "image": tmp_path / "a.png"}
    with pytest.raises(VBGError, match="no column for any of title. Name them: --column"):
        list(unlabelled(tmp_path / "new.csv", text=["title"]).records())


def test_for_prediction_pictures_are_read_as_in_training_and_other_sources_are_left_to_others(tmp_path):
    for form in ("bowl", "vase"):
        (tmp_path / "set" / form).mkdir(parents=True)
        (tmp_path / "set" / form / "1.png").write_bytes(png())
    trained = read(tmp_path / "set", image="image", targets={"form": "label"})
    asked = list(unlabelled(tmp_path / "set", image="image", targets={"form": "label"}).records())
    assert asked == [Record(record.id, record.inputs, source=record.source) for record in trained]
    assert unlabelled(tmp_path / "set") is None
    (tmp_path / "a.xml").write_text("<a/>")
    assert unlabelled(tmp_path / "a.xml") is None


def test_for_prediction_the_metadata_of_pictures_name_their_folder(tmp_path):
    (tmp_path / "a.png").write_bytes(png())
    (tmp_path / "metadata.csv").write_text("file_name,title\na.png,Bowl\n")
    for source in (tmp_path, tmp_path / "metadata.csv"):
        (record,) = unlabelled(source, image="image", text=["title"]).records()
        assert record.inputs == {"text": {"title": "Bowl"}, "image": tmp_path / "a.png"}


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, HubConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (24, 0)
    assert prepared.info["splits"] == {"train": 18, "test": 6}


def test_a_csv_file_is_read_as_it_is_written(tmp_path):
    (tmp_path / "train.csv").write_text("id,title,kind\n00007,Bowl,None\n01,NA,NA\n1.0,nan,01\n", encoding="utf-8")
    found = read(path=str(tmp_path), id="id", text=["title"], targets={"kind": "kind"})
    told = [(record.id, record.inputs["text"]["title"], record.targets["kind"]) for record in found]
    assert told == [("00007", "Bowl", "None"), ("01", "NA", "NA"), ("1.0", "nan", "01")]
