"""The dataset `webdataset`."""

import io
import json
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from vbg_webdataset import WebDatasetConfig, vbg_components
from vbg_webdataset import samples as samples_module
from vbg_webdataset import shard as module

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected, Skipped, Task
from vbg_framework.data.preparation.prepare import prepare

COMPONENT = next(iter(vbg_components()))


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def shard(path, files, mode="w"):
    """Files as (name, content); content may be a function that changes the member."""
    with tarfile.open(path, mode) as tar:
        for name, content in files:
            member = tarfile.TarInfo(name)
            if callable(content):
                content(member)
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return path


def dataset(path, **options):
    return COMPONENT.load()(WebDatasetConfig(**({"path": str(path), "cls": "form"} | options)))


def read(path, **options):
    return list(dataset(path, **options).records())


def test_files_with_one_name_are_a_sample(tmp_path):
    row = {"kind": "bowl", "title": "Bowl", "tags": ["a", "b"], "year": -5, "object": 7, "set": "val", "rights": "CC0"}
    path = shard(
        tmp_path / "a.tar",
        [("x/1.png", png()), ("x/1.json", json.dumps(row).encode()), ("x/1.txt", b"Glazed"), ("x/1.cls", b" 1\n"),
         ("x/2.left.png", png()), ("x/2.cls", b"vase"), ("x/2.pickle", b"never read")],
    )  # fmt: skip
    options = {"targets": {"kind": "kind"}, "text": ["title", "tags"], "metadata": ["year"], "group": "object"}
    options |= {"split": "set", "licence_key": "rights", "licence": "unknown", "classes": ["bowl", "vase"]}
    first, other, second = read(path, **options)
    assert other == Skipped("a.tar:x/2.pickle", "file is of another kind (.pickle)")
    assert (first.id, first.source, first.group, first.split) == ("x/1", "a.tar:x/1", "7", "validation")
    assert first.targets == {"kind": "bowl", "form": "vase"}
    assert first.inputs["text"] == {"title": "Bowl", "tags": "a, b", "text": "Glazed"}
    assert (first.inputs["image"], first.inputs["metadata"], first.licence) == (png(), {"year": -5.0}, "CC0")
    assert (second.id, second.targets, second.licence) == ("x/2", {"form": "vase"}, "unknown")
    assert dataset(path, **options).tasks == (Task("kind"), Task("form", classes=("bowl", "vase")))


def test_shards_are_read_in_order(tmp_path):
    for name in ("b.tar", "a.tar.gz"):
        shard(tmp_path / name, [(f"{name[0]}1.png", png()), (f"{name[0]}1.cls", b"x")], "w:gz" if "gz" in name else "w")
    (tmp_path / "notes.txt").write_text("not a shard")
    assert [record.id for record in read(tmp_path)] == ["a1", "b1"]
    assert [record.id for record in read(tmp_path / "b*.tar")] == ["b1"]
    assert [path.name for path in dataset(tmp_path).sources()] == ["a.tar.gz", "b.tar"]


def test_nothing_that_is_not_a_plain_file_is_read_and_nothing_is_unpacked(tmp_path):
    def link(member):
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"

    def device(member):
        member.type = tarfile.CHRTYPE

    files = [("1.cls", b"x"), ("1.png", link), ("2.cls", device), ("../../3.png", png()), ("/4.png", png())]
    (tmp_path / "in").mkdir()
    path = shard(tmp_path / "in" / "a.tar", files)
    before = sorted(tmp_path.rglob("*"))
    records, others = [], []
    for item in read(path):
        (records if isinstance(item, Record) else others).append(item)
    assert [(r.id, "image" in r.inputs) for r in records] == [("1", False), ("../../3", True), ("4", True)]
    assert others == [Skipped("a.tar:1.png", "link or device"), Skipped("a.tar:2.cls", "link or device")]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_shard_that_breaks_off_is_told_and_the_next_one_is_read(tmp_path):
    files = [(f"{n}.png", png() + bytes(2000)) for n in range(3)]
    whole = shard(tmp_path / "a.tar", files).read_bytes()
    (tmp_path / "a.tar").write_bytes(whole[:5000])
    packed = shard(tmp_path / "b.tar.gz", files, "w:gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(packed[:100])
    (tmp_path / "c.tar").write_bytes(b"<html>404</html>" * 100)
    (tmp_path / "d.tar").write_bytes(b"")
    shard(tmp_path / "e.tar", [("9.png", png()), ("9.cls", b"x")])
    found = read(tmp_path)
    assert found[-1].id == "9"
    faults = [item for item in found[:-1] if hasattr(item, "reason")]
    assert len(faults) == 4
    assert all("shard breaks off here" in item.reason for item in faults)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("1.json", b"{", "json file is not JSON"),
        ("1.json", b"[1]", "json file does not hold an object"),
        ("1.json", b'{"title": {"en": "x"}}', "column 'title' must hold text"),
        ("1.txt", b"\xff\xfe", "txt file is not UTF-8"),
        ("1.cls", b"7", "class number is too large for `classes`, got 7"),
        ("1.png", bytes(2000), "file is larger than 1,000 bytes"),
    ],
)
def test_bad_samples_are_put_aside_and_the_rest_is_read(tmp_path, monkeypatch, name, content, words):
    monkeypatch.setattr(module, "LARGEST_MEMBER", 1000)
    path = shard(tmp_path / "a.tar", [(name, content), ("2.cls", b"0")])
    options = {"classes": ["bowl"], "text": ["title"]}
    bad, good = read(path, **options)
    assert bad.source == "a.tar:1"
    assert words in bad.reason
    assert good.targets == {"form": "bowl"}


def test_wrong_options_are_early_errors(tmp_path):
    with pytest.raises(VBGError, match="there is no shard"):
        dataset(tmp_path)
    with pytest.raises(VBGError, match="no such file"):
        dataset(tmp_path / "a.tar")
    with pytest.raises(ValueError, match="give `targets`, `cls` or both"):
        WebDatasetConfig(path="a.tar")


def test_the_tiny_set_is_prepared(tmp_path):
    prepared = prepare("tiny", COMPONENT, WebDatasetConfig(**COMPONENT.tiny), cache=tmp_path)
    assert (prepared.info["records"], prepared.info["quarantined"]) == (24, 0)


def labelled(*names):
    """A shard's files: pictures hold their own name, .json files a label and .cls files a class, after their name."""
    for name in names:
        stem, _, kind = name.rpartition(".")
        content = json.dumps({"kind": stem, "title": stem}).encode() if kind == "json" else stem.encode()
        yield name, name.encode() if kind in ("jpg", "png") else content


def told(path, **options):
    """(picture's name, label, group) of the records, the reasons of the others."""
    items = read(path, **({"cls": None, "targets": {"kind": "kind"}, "text": ["title"]} | options))
    records = [item for item in items if isinstance(item, Record)]
    found = [((r.inputs.get("image") or b"").decode(), r.targets.get("kind"), r.group) for r in records]
    return found, [item.reason for item in items if not isinstance(item, Record)]


def test_numbers_with_dots_keep_their_own_label(tmp_path):
    names = [f"1990.{number}.1.{kind}" for number in range(500) for kind in ("jpg", "json")]
    found, others = told(shard(tmp_path / "a.tar", labelled(*names)))
    assert found == [(f"1990.{number}.1.jpg", f"1990.{number}.1", "") for number in range(500)]
    assert others == []


@pytest.mark.parametrize(
    "names",
    [
        ["o.front.jpg", "o.back.jpg", "o.json"],
        ["o.back.jpg", "o.json", "o.left.jpg", "o.top.jpg"],
        ["o.json", "o.1.jpg", "o.2.jpg"],
        ["o.1.jpg", "o.2.jpg", "o.meta.json"],
        ["o.jpg", "o.json", "o.back.png"],
    ],
)
@pytest.mark.parametrize("key", ["x/0001", "1990.0.1"])
def test_views_share_what_describes_their_object(tmp_path, names, key):
    """Two objects one after the other."""
    names = [name.replace("o", each, 1) for each in (key + "1", key + "2") for name in names]
    pictures = [name for name in names if not name.endswith("json")]
    found, others = told(shard(tmp_path / "a.tar", labelled(*names)))
    assert {(name, label.removesuffix(".meta")) for name, label, _ in found} == {
        (name, key + name[len(key)]) for name in pictures
    }
    assert all(group == label.removesuffix(".meta") for _, label, group in found)
    assert others == []
    ids = [record.id for record in read(tmp_path / "a.tar", cls=None, targets={"kind": "kind"})]
    assert sorted(ids) == sorted(name.rpartition(".")[0] for name in pictures)


def test_a_single_view_is_called_like_its_object(tmp_path):
    (record,) = read(shard(tmp_path / "a.tar", labelled("a.left.jpg", "a.json")), cls=None, targets={"kind": "kind"})
    assert (record.id, record.group, record.targets) == ("a", "", {"kind": "a"})


def test_two_pictures_of_one_name_are_two_views(tmp_path):
    path = shard(tmp_path / "a.tar", labelled("a.jpg", "a.png", "a.json"))
    records = read(path, cls=None, targets={"kind": "kind"})
    assert [(r.id, r.group, r.targets["kind"]) for r in records] == [("a", "a", "a"), ("a#2", "a", "a")]


@pytest.mark.parametrize(
    ("names", "found", "reason"),
    [
        (["1899.12.jpg", "1899.13.json"], [("1899.12.jpg", None, ""), ("", "1899.13", "")], None),
        (
            ["1899.jpg", "1899.json", "1899.12.jpg"],
            [("1899.jpg", "1899", "")],
            "may be that of another object, got 3 mem",
        ),
        (["1899.json", "1899.0.1.jpg"], [("", "1899", "")], "may be that of another object, got 2 members of '1899'"),
        (
            ["o.1.jpg", "o.1.json", "o.2.jpg", "o.json"],
            [("o.1.jpg", "o.1", ""), ("", "o", "")],
            "of another object, got",
        ),
        (["o.jpg", "o.meta.json", "o.label.json"], [], "'o' has two different .json files, got 3 members"),
        (["o.jpg", "o.json", "o.label.json"], [("o.jpg", "o", "")], "picture has another .json file"),
        (["o.meta.json", "o.label.json"], [], "'o' has files that differ, got .json"),
    ],
)
def test_what_cannot_be_told_apart_is_put_aside(tmp_path, names, found, reason):
    got, others = told(shard(tmp_path / "a.tar", labelled(*names)))
    assert got == found
    assert len(others) == (reason is not None)
    assert reason is None or reason in others[0]


def test_a_file_of_the_operating_system_is_no_data(tmp_path):
    names = ["__MACOSX/._1.jpg", "./1.jpg", "./1.json", ".DS_Store", "1.xml", "1/Thumbs.db", "README"]
    found, others = told(shard(tmp_path / "a.tar", labelled(*names)))
    assert found == [("./1.jpg", "./1", "")]
    assert others == ["file is of another kind (.xml)", "file has no suffix"]


def test_a_description_beside_the_whole_name_of_a_picture_is_its_own(tmp_path):
    found, others = told(shard(tmp_path / "a.tar", labelled("1.2.jpg", "1.2.jpg.json", "1.3.jpg", "1.3.jpg.json")))
    assert [(name, label) for name, label, _ in found] == [("1.2.jpg", "1.2.jpg"), ("1.3.jpg", "1.3.jpg")]
    assert others == []


def test_a_file_that_is_there_twice_counts_once(tmp_path):
    found, others = told(shard(tmp_path / "a.tar", labelled("1.jpg", "1.json", "1.json", "1.jpg")))
    assert found == [("1.jpg", "1", "")]
    assert others == ["file is in the shard twice"] * 2


def test_words_for_the_split_are_understood(tmp_path):
    files = [(f"{n}.json", json.dumps({"k": "x", "part": word}).encode()) for n, word in enumerate(["Dev", "F1", "F2"])]
    options = {"cls": None, "targets": {"k": "k"}, "split": "part", "split_values": {"f1": "test"}}
    assert [record.split for record in read(shard(tmp_path / "a.tar", files), **options)] == [
        "validation",
        "test",
        "F2",
    ]


def test_a_run_of_pictures_without_end_is_read_in_bounded_memory(tmp_path, monkeypatch):
    held = []
    whole = samples_module.together
    monkeypatch.setattr(
        samples_module, "together", lambda members, *more: held.append(len(members)) or whole(members, *more)
    )
    names = [f"1990.{number}.jpg" for number in range(1000)] + ["1990.json"]
    found, others = told(shard(tmp_path / "a.tar", labelled(*names)))
    assert max(held) <= samples_module.MOST_MEMBERS + 1
    assert {label for _, label, _ in found if label} == {"1990"}
    assert len(found) + len(others) == 1001
    assert [name for name, label, _ in found if label] == [""]


KEYS = st.lists(
    st.lists(st.sampled_from(["1", "2", "12", "a", "obj", "front"]), min_size=1, max_size=3).map(".".join),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip
VIEWS = st.sampled_from([[""], ["", ".back"], [".front", ".back"], [".1", ".2"], [".1"], []])


@settings(max_examples=300, deadline=None)
@given(KEYS.flatmap(lambda keys: st.tuples(st.just(keys), st.lists(st.tuples(VIEWS, st.sampled_from("jja")),
       min_size=len(keys), max_size=len(keys)))), st.booleans())  # fmt: skip
def test_a_picture_keeps_its_own_label_or_has_none(tmp_path_factory, drawn, notes_first):
    """No picture of one object gets the label of another that has a description, unless it is called exactly so."""
    files = []
    for key, (views, note) in zip(*drawn, strict=True):
        note = [(f"{key}.json", json.dumps({"kind": key}).encode())] if note == "j" else []
        pictures = [(f"{key}{view}.jpg", f"{key}|{view}".encode()) for view in views]
        files += note + pictures if notes_first else pictures + note
    path = shard(tmp_path_factory.mktemp("shard") / "a.tar", files)
    items = read(path, cls=None, targets={"kind": "kind"})
    described = {name.removesuffix(".json") for name, _ in files if name.endswith(".json")}
    for record in (item for item in items if isinstance(item, Record) and "image" in item.inputs):
        key, _, view = record.inputs["image"].decode().partition("|")
        assert record.targets.get("kind") in (key, None) or key not in described or key + view in described
    pictures = [name for name, _ in files if name.endswith(".jpg")]
    doubts = [item for item in items if isinstance(item, Rejected)]
    seen = [item for item in items if isinstance(item, Record) and "image" in item.inputs]
    assert len(seen) + len(doubts) >= len(pictures)


def test_a_picture_called_like_a_note_of_other_pictures_is_in_doubt(tmp_path):
    names = ["1.1.jpg", "1.2.jpg", "1.json", "1.1.front.jpg", "1.1.back.jpg", "1.1.json"]
    items = read(shard(tmp_path / "a.tar", labelled(*names)), cls=None, targets={"kind": "kind"})
    assert {item.id for item in items if isinstance(item, Rejected)} >= {"1.1"}


def test_the_same_shard_gives_the_same_records_for_prediction(tmp_path):
    names = ["1.1.jpg", "1.1.json", "1.2.front.jpg", "1.2.back.jpg", "1.2.json", "2.txt", "2.json", "3.jpg", "3.3.jpg"]
    path = shard(tmp_path / "a.tar", labelled(*names))
    options = {"cls": None, "targets": {"kind": "kind"}, "text": ["title"], "group": "kind", "split": "kind"}
    trained = {record.id: record.inputs for record in read(path, **options)}
    for source in (path, tmp_path):
        config = WebDatasetConfig(path="gone.tar", **options)
        found = list(COMPONENT.load().unlabelled(config, source, {}).records())
        assert {record.id: record.inputs for record in found} == trained
        assert not any(record.targets or record.group or record.split for record in found)


def test_prediction_needs_no_description_and_answers_what_is_in_doubt(tmp_path):
    files = [*labelled("1.jpg", "1.2.jpg", "1.json"), ("4.json", b'{"nr": "B 4", "name": "Bowl"}')]
    path = shard(tmp_path / "a.tar", files)
    config = WebDatasetConfig(path="gone.tar", cls="form", text=["title"])
    unlabelled = COMPONENT.load().unlabelled
    found = list(unlabelled(config, path, {"id": "nr", "title": "name"}).records())
    assert sorted((record.id, sorted(record.inputs)) for record in found) == [
        ("1", ["image"]), ("1.2", ["image"]), ("B 4", ["text"])
    ]  # fmt: skip
    assert unlabelled(config, tmp_path / "a.csv", {}) is None
    assert unlabelled(config, tmp_path.parent / "nothing", {}) is None
    with pytest.raises(VBGError, match="a shard has no column of images"):
        unlabelled(config, path, {"image": "photo"})
