"""The dataset `hub`, on local folders: tests never reach the hub."""

import io
import json

import datasets
import pytest
from PIL import Image
from vbg_hub import HubConfig, vbg_components

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.record import Task

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
    assert (first.id, first.split, first.source) == ("train-1", None, "train:1")  # a single split divides nothing
    assert (second.inputs, second.targets) == ({}, {})
    assert dataset(tmp_path / "set", targets=targets).tasks == (Task("form"), Task("colour", multi_label=True))


def test_all_splits_are_read_or_those_that_are_named(tmp_path):
    for split in ("train", "validation", "extra"):
        parquet(tmp_path / "set", [{"form": split, "key": split[0], "object": "o"}], split=split)
    records = read(tmp_path / "set", id="key", group="object", licence="CC0")
    assert {(r.id, r.split) for r in records} >= {("t", "train"), ("v", "validation")}
    assert {(r.group, r.licence) for r in records} == {("o", "CC0")}
    assert [r.id for r in read(tmp_path / "set", id="key", splits=["validation"])] == ["v"]
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
    assert rejected.reason.startswith("image path leaves its folder")


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


def test_a_damaged_file_ends_its_split(tmp_path):
    lines = [json.dumps({"form": "x"})] * 3 + ["{broken"]
    (tmp_path / "train.jsonl").write_text("\n".join(lines))
    found = read(tmp_path)
    assert found[-1].reason.startswith("split breaks off here")


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, HubConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (24, 0)
    assert prepared.info["splits"] == {"train": 18, "test": 6}


def test_a_csv_file_is_read_as_it_is_written(tmp_path):
    (tmp_path / "train.csv").write_text("id,title,kind\n00007,Bowl,None\n01,NA,NA\n1.0,nan,01\n", encoding="utf-8")
    found = read(path=str(tmp_path), id="id", text=["title"], targets={"kind": "kind"})
    told = [(record.id, record.inputs["text"]["title"], record.targets["kind"]) for record in found]
    assert told == [("00007", "Bowl", "None"), ("01", "NA", "NA"), ("1.0", "nan", "01")]
