"""The dataset `image_folder`."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from late_pictures import assert_pictures_are_followed
from PIL import Image
from vbg_image_folder import ImageFolderConfig, vbg_components

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected, Skipped, Task
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))


def dataset(path, **options):
    return COMPONENT.load()(ImageFolderConfig(path=str(path), **options))


def read(path, **options):
    return list(dataset(path, **options).records())


def divided(items):
    """The records, and everything else."""
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if not isinstance(item, Record)]


def pictures(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(path)


def test_the_folder_is_the_label(tmp_path):
    pictures(tmp_path, "vase/b.png", "bowl/a.png", "bowl/deep/c.jpg")
    (tmp_path / "bowl" / "notes.txt").write_text("not an image")
    records, others = divided(read(tmp_path, task="form", licence="CC0"))
    assert others == [Skipped("bowl/notes.txt", "file is of another kind (.txt)")]
    assert [(r.id, r.targets, r.split, r.licence) for r in records] == [
        ("bowl/a.png", {"form": "bowl"}, None, "CC0"),
        ("bowl/deep/c.jpg", {"form": "bowl"}, None, "CC0"),
        ("vase/b.png", {"form": "vase"}, None, "CC0"),
    ]
    assert dataset(tmp_path, task="form").tasks == (Task("form"),)


def test_folders_of_splits_are_the_split(tmp_path):
    pictures(tmp_path, "Train/bowl/a.png", "val/bowl/b.png", "test/vase/c.png")
    assert [(r.id, r.split, r.targets["label"]) for r in read(tmp_path)] == [
        ("Train/bowl/a.png", "train", "bowl"),
        ("test/vase/c.png", "test", "vase"),
        ("val/bowl/b.png", "validation", "bowl"),
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["test/a.png", "bowl/b.png"], r"called like splits \(test\), others are not \(bowl\)"),
        (
            ["Train/a/1.png", "TEST/a/1.png", "extra/a/1.png"],
            r"called like splits \(TEST, Train\), others are not \(extra",
        ),
        (["train/train/a.png", "test/test/b.png"], "inside the splits is called like a split, got 'test/test'"),
        (["images/train/bowl/a.png", "images/test/bowl/b.png"], r"the splits lie inside other folders \(images\)"),
        (["bowl/train/a.png", "vase/train/a.png"], r"the splits lie inside other folders \(bowl, vase\)"),
        (["train/a.png", "test/b.png"], "holds neither folders nor a table"),
    ],
)
def test_a_split_is_never_taken_for_a_class(tmp_path, names, words):
    pictures(tmp_path, *names)
    with pytest.raises(VBGError, match=words):
        dataset(tmp_path)


@pytest.mark.parametrize("split", ["Train", "TRAINING", "train_images"])
@pytest.mark.parametrize("system", ["__MACOSX", ".cache", "@eaDir"])
@pytest.mark.parametrize("rest", ["unlabelled", "Unlabeled"])
def test_folders_beside_the_splits_are_no_classes(tmp_path, split, system, rest):
    pictures(tmp_path, f"{split}/bowl/a.png", "Test/bowl/b.png", f"{system}/bowl/c.png", f"{rest}/bowl/d.png")
    pictures(tmp_path, f"{rest}/e.png", "f.png", "Test/g.png")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README").write_text("no picture")
    records, others = divided(read(tmp_path))
    assert {(r.id, r.targets["label"], r.split) for r in records} == {
        (f"{split}/bowl/a.png", "bowl", "train"), ("Test/bowl/b.png", "bowl", "test"),
    }  # fmt: skip
    assert {(item.source, item.reason) for item in others} == {
        ("docs/README", "file has no suffix"),
        (f"{rest}/bowl/d.png", "picture lies in a folder of unlabelled ones"),
        (f"{rest}/e.png", "picture lies in a folder of unlabelled ones"),
        ("f.png", "picture lies in no folder of a class"),
        ("Test/g.png", "picture lies in no folder of a class"),
    }


def test_a_class_may_hold_folders_of_any_name(tmp_path):
    pictures(tmp_path, "bowl/2023/a.png", "bowl/test/b.png", "vase/c.png", "unlabelled/d.png", "e.png")
    records, others = divided(read(tmp_path))
    assert [r.targets["label"] for r in records] == ["bowl", "bowl", "vase"]
    assert [item.source for item in others] == ["e.png", "unlabelled/d.png"]


NAMES = ["bowl", "Vase", "2023", "train", "Test", "unlabelled", "__MACOSX", ".x", "__pycache__"]
FILES = ["a.png", "B.JPG", "c.heic", "d.xml", "e", ".DS_Store", "Thumbs.db", "x.1899", "._a.png", "u\u0308.png"]
PATHS = st.tuples(st.lists(st.sampled_from(NAMES), max_size=3), st.sampled_from(FILES))


@settings(max_examples=200, deadline=None)
@given(st.lists(PATHS.map(lambda drawn: "/".join([*drawn[0], drawn[1]])), min_size=1, unique=True), st.randoms())
def test_everything_in_a_folder_is_a_record_rejected_or_skipped(tmp_path_factory, paths, random):
    """Whatever lies there; and the order in which it was put there does not matter."""
    found = []
    for _ in range(2):
        random.shuffle(paths)
        root = tmp_path_factory.mktemp("folder")
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        try:
            found.append([(item, root) for item in read(root)])
        except VBGError:
            found.append([])
        predicted = list(COMPONENT.load().unlabelled(ImageFolderConfig(path="gone"), root, {}).records())
        assert_all_told(paths, predicted)
        assert {r.id for r, _ in found[-1] if isinstance(r, Record)} <= {
            r.id for r in predicted if isinstance(r, Record)
        }
    first, second = ([(type(item), item.source, getattr(item, "reason", "")) for item, _ in each] for each in found)
    assert first == second
    if first:
        assert_all_told(paths, [item for item, _ in found[0]])
        splits = {"train", "Test", "unlabelled"}
        labels = {item.targets["label"] for item, _ in found[0] if isinstance(item, Record)}
        assert labels <= {"bowl", "Vase", "2023"} - splits


def assert_all_told(paths, items):
    """Every file is told once, but those that are hidden or belong to the system."""
    system = ("__MACOSX", "__pycache__", "Thumbs.db")
    seen = [path for path in paths if not any(part.startswith(".") or part in system for part in Path(path).parts)]
    assert sorted(item.source for item in items) == sorted(seen)


ROWS = [
    {"file_name": "a.png", "form": "bowl", "title": "Bowl", "year": "-5", "object": "o1", "rights": "CC0"},
    {"file_name": "deep/b.png", "form": "", "title": "", "year": "", "object": "", "rights": ""},
    {"file_name": "../c.png", "form": "x", "title": "", "year": "", "object": "", "rights": ""},
    {"file_name": "", "form": "x", "title": "", "year": "", "object": "", "rights": ""},
]


def written(folder, kind, rows=ROWS):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"metadata.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_beside_the_images_describes_them(tmp_path, kind):
    written(tmp_path, kind)
    first, second, escape, empty, *others = read(
        tmp_path,
        targets={"form": "form"},
        text=["title"],
        metadata=["year"],
        group="object",
        licence="unknown",
        licence_column="rights",
    )
    assert first.inputs == {"image": tmp_path / "a.png", "text": {"title": "Bowl"}, "metadata": {"year": -5.0}}
    assert (first.id, first.targets, first.group, first.licence) == ("a.png", {"form": "bowl"}, "o1", "CC0")
    nothing = {"text": {"title": ""}, "metadata": {"year": ""}}
    assert (second.inputs, second.targets) == ({"image": tmp_path / "deep" / "b.png", **nothing}, {})
    assert (second.group, second.licence) == ("", "unknown")
    assert escape.reason == "image path leaves its folder, got '../c.png'"
    assert (empty.reason, others) == ("file_name is empty", [])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_columns_and_paths_are_found_whatever_their_spelling(tmp_path, kind):
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "Krüge.PNG").touch()
    written(tmp_path, kind, [{"File_Name": "img\\kr%C3%BCge.png", "FORM": "bowl"}])
    (record,) = read(tmp_path, targets={"form": "form"})
    assert (record.inputs, record.targets) == ({"image": tmp_path / "img" / "Krüge.PNG"}, {"form": "bowl"})


def test_each_split_may_have_a_table(tmp_path):
    for split in ("train", "valid"):
        written(tmp_path / split, "csv", ROWS[:1])
    assert [(r.id, r.split) for r in read(tmp_path, targets={"form": "form"})] == [
        ("train/a.png", "train"),
        ("valid/a.png", "validation"),
    ]


def test_pictures_that_no_table_lists_are_counted(tmp_path):
    rows = [{"file_name": name, "form": "bowl"} for name in ("a.png", "./b.png", "deep/../deep/c.png", "a.png")]
    folder = tmp_path / "set"
    written(folder, "csv", [*rows, {"file_name": "d.png", "form": ["x"]}])
    pictures(folder, "a.png", "b.png", "deep/c.png", "d.png", "e.png", "deep/f.png")
    (folder / "a.xml").touch()
    _, others = divided(read(folder, targets={"form": "form"}))
    assert [(item.source, item.reason) for item in others] == [
        ("a.xml", "file is of another kind (.xml)"),
        ("deep/f.png", "picture is not listed in metadata.csv"),
        ("e.png", "picture is not listed in metadata.csv"),
    ]
    config = ImageFolderConfig(path=str(folder), targets={"form": "form"})
    prepared = prepare("x", COMPONENT, config, cache=tmp_path / "cache")
    assert prepared.info["reasons"] == {"duplicate id": 1}
    assert sum(prepared.info["skipped"].values()) == 3


def test_a_split_without_a_table_beside_one_that_has_it_is_counted(tmp_path):
    written(tmp_path / "train", "csv", ROWS[:1])
    pictures(tmp_path, "train/a.png", "test/b.png")
    records, others = divided(read(tmp_path, targets={"form": "form"}))
    assert [record.id for record in records] == ["train/a.png"]
    assert others == [Skipped("test/b.png", "picture is not listed in metadata.csv")]


def unlabelled(source, columns=None, **options):
    config = ImageFolderConfig(path="/gone", **options)
    found = COMPONENT.load().unlabelled(config, source, columns or {})
    return found and list(found.records())


def test_the_same_folder_gives_the_same_records_for_prediction(tmp_path):
    pictures(tmp_path, "Train/bowl/a.png", "test/vase/deep/b.png", "c.png", "unlabelled/d.png")
    (tmp_path / "notes.txt").touch()
    trained, _ = divided(read(tmp_path))
    found, others = divided(unlabelled(tmp_path))
    assert {r.id: r.inputs for r in trained}.items() <= {r.id: r.inputs for r in found}.items()
    assert {r.id for r in found} - {r.id for r in trained} == {"c.png", "unlabelled/d.png"}
    assert not any(r.targets or r.split for r in found)
    assert [item.source for item in others] == ["notes.txt"]


@pytest.mark.parametrize("parts", [[""], ["train", "valid"]])
def test_the_same_table_gives_the_same_records_for_prediction(tmp_path, parts):
    for part in parts:
        written(tmp_path / part, "csv")
        pictures(tmp_path / part, "a.png", "e.png")
    options = {"targets": {"form": "form"}, "text": ["title"], "metadata": ["year"], "group": "object"}
    trained, _ = divided(read(tmp_path, **options))
    found, rejected = divided(unlabelled(tmp_path, **options))
    assert {r.id: r.inputs for r in trained}.items() <= {r.id: r.inputs for r in found}.items()
    assert len(found) == len(trained) + 3 * len(parts)  # rows without a path and with a wrong one, and without a row
    assert {r.id: r.inputs for r in found}[f"{parts[0]}/e.png".lstrip("/")].keys() == {"image"}
    assert rejected == []
    (wrong,) = {str(r.inputs["image"]) for r in found if isinstance(r.inputs["image"], ValueError)}
    assert wrong == "image path leaves its folder, got '../c.png'"


def test_a_table_to_predict_needs_no_labels_and_may_be_named_itself(tmp_path):
    rows = [{"photo": "a.png", "nr": "B 1", "name": "Bowl"}, {"photo": "", "nr": "", "name": "Vase"}]
    written(tmp_path, "csv", rows)
    pictures(tmp_path, "a.png")
    options = {"targets": {"form": "form"}, "text": ["title"], "metadata": ["year"]}
    columns = {"id": "nr", "image": "photo", "title": "name"}
    first, second = unlabelled(tmp_path / "metadata.csv", columns, **options)
    assert (first.id, first.inputs) == ("B 1", {"image": tmp_path / "a.png", "text": {"title": "Bowl"}})
    assert (second.id, second.inputs) == ("metadata.csv:3", {"image": None, "text": {"title": "Vase"}})
    assert [record.id for record in unlabelled(tmp_path, **options)] == ["metadata.csv:2", "metadata.csv:3", "a.png"]
    with pytest.raises(VBGError, match="no column 'foto'. Did you mean 'photo'"):
        unlabelled(tmp_path, {"image": "foto"}, **options)
    with pytest.raises(VBGError, match="holds no table whose columns could be named"):
        unlabelled(tmp_path, {"image": "photo"})


def test_other_files_are_not_its_kind(tmp_path):
    written(tmp_path, "csv")
    (tmp_path / "metadata.csv").rename(tmp_path / "objects.csv")
    assert unlabelled(tmp_path / "objects.csv") is None


def test_links_out_of_the_folder_are_put_aside(tmp_path):
    pictures(tmp_path, "secret.png", "set/bowl/a.png")
    (tmp_path / "set" / "bowl" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "set" / "outside").symlink_to(tmp_path)
    (tmp_path / "set" / "bowl" / "loop").symlink_to(tmp_path / "set")
    found = read(tmp_path / "set")
    assert found[1] == Rejected("bowl/link.png", "image path leaves its folder, got 'bowl/link.png'", "bowl/link.png")
    assert [(item.source, item.reason) for item in found[2:]] == [
        ("bowl/loop", "link to a folder, not followed"), ("outside", "link to a folder, not followed")
    ]  # fmt: skip


def test_wrong_folders_and_options_are_early_errors(tmp_path):
    with pytest.raises(VBGError, match="holds neither folders nor a table"):
        dataset(tmp_path)
    pictures(tmp_path, "bowl/a.png")
    with pytest.raises(VBGError, match="has no table for the columns"):
        dataset(tmp_path, targets={"form": "form"})
    with pytest.raises(VBGError, match="is not a folder"):
        dataset(tmp_path / "bowl" / "a.png")
    written(tmp_path, "csv")
    with pytest.raises(VBGError, match="no column is named as label"):
        dataset(tmp_path)
    with pytest.raises(VBGError, match="no column 'from'. Did you mean 'form'"):
        read(tmp_path, targets={"form": "from"})
    written(tmp_path, "jsonl")
    with pytest.raises(VBGError, match="more than one table"):
        dataset(tmp_path, targets={"form": "form"})


def test_a_new_file_changes_the_sources(tmp_path):
    pictures(tmp_path, "bowl/a.png")
    assert {path.name for path in dataset(tmp_path).sources()} == {tmp_path.name, "bowl"}
    pictures(tmp_path, "bowl/2023/may/b.png", "__MACOSX/c.png")
    assert {path.name for path in dataset(tmp_path).sources()} == {tmp_path.name, "bowl", "2023", "may"}
    written(tmp_path, "csv", ROWS[:1])
    sources = {path.name for path in dataset(tmp_path, targets={"form": "form"}).sources()}
    assert sources == {tmp_path.name, "bowl", "2023", "may", "metadata.csv"}


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, ImageFolderConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (18, 0)


def test_a_real_set_is_read(shared: Path):
    options = {"targets": {"subclass": "subclass"}, "text": ["title"], "group": "object_id"}
    records, others = divided(read(shared / "data" / "getty-ancient-catalogues", **options))
    assert [item.source for item in others] == ["README.md"]
    assert len(records) == 264
    assert len({record.group for record in records}) == 81


@pytest.mark.parametrize("place", ["bowl/c.png", "bowl/deep/c.png", "bowl/very/deep/indeed/c.png"])
def test_a_picture_that_comes_later_is_noticed_however_deep(tmp_path, place):
    pictures(tmp_path / "set", "bowl/a.png", "bowl/deep/b.png", "vase/b.png")
    options = {"path": str(tmp_path / "set")}
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", tmp_path / "set" / place)


def test_with_a_table_too(tmp_path):
    written(tmp_path / "set", "csv", [ROWS[0], {**ROWS[1], "form": "vase"}])
    pictures(tmp_path / "set", "a.png")
    options = {"path": str(tmp_path / "set"), "targets": {"form": "form"}}
    assert_pictures_are_followed(COMPONENT, options, tmp_path / "cache", tmp_path / "set" / "deep" / "b.png")
