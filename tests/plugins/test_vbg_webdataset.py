"""The dataset `webdataset`."""

import io
import json
import tarfile

import pytest
from PIL import Image
from vbg_webdataset import WebDatasetConfig, vbg_components
from vbg_webdataset import dataset as module

from vbg_framework.data.prepare import prepare
from vbg_framework.errors import VBGError
from vbg_framework.record import Task

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
    first, second = read(path, **options)
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
    assert [(r.id, "image" in r.inputs) for r in read(path)] == [("1", False), ("../../3", True), ("4", True)]
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
