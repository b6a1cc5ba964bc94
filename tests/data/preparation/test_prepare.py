"""From a dataset component to a prepared data set on disk."""

import errno
import json
import multiprocessing
import os
import signal
import sys
import threading
import time

import pyarrow.parquet as pq
import pytest
from memory_data import KIND, SOURCES, prepare_records, texts
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected, Task
from vbg_framework.data.pictures.formats import FORMATS
from vbg_framework.data.preparation import prepare as module
from vbg_framework.data.preparation import shards


def quarantined(prepared):
    return pq.read_table(prepared.folder / "quarantine.parquet").to_pylist()


def picture(path, size=(16, 16), **options):
    Image.radial_gradient("L").convert("RGB").resize(size).save(path, **options)
    return path


def leftovers(cache):
    return [path.name for path in cache.iterdir() if not path.name.endswith(".lock")]


def test_records_come_back_in_their_order(tmp_path):
    prepared = prepare_records(tmp_path, texts(1234), tasks=[KIND])
    assert prepared.table["id"][:] == [f"r{i}" for i in range(1234)]
    assert prepared.table["text_text"][1233] == "text 1233"
    assert prepared.info["records"] == 1234
    assert prepared.info["groups"] == 617
    assert prepared.info["quarantined"] == 0
    assert prepared.modalities == ("text",)


def test_bad_items_are_put_aside_and_counted(tmp_path):
    good = picture(tmp_path / "good.jpg")
    (tmp_path / "cut.jpg").write_bytes(good.read_bytes()[:-20])
    (tmp_path / "zero.jpg").touch()
    (tmp_path / "text.jpg").write_text("no image")

    def record(name, source, **fields):
        return Record(name, {"image": tmp_path / fields.get("file", "good.jpg")}, {"kind": "a"}, source=source)

    items = [
        record("a", "t:2"),
        Rejected("t:3", "row cannot be read"),
        record("b", "t:4", file="cut.jpg"),
        record("c", "t:5", file="zero.jpg"),
        record("d", "t:6", file="text.jpg"),
        record("e", "t:7", file="absent.jpg"),
        record("a", "t:8"),
        Record("f", {"text": "x"}, {}, source="t:9"),
        Record("g", {}, {"kind": "a"}, source="t:10"),
        Record("h", {"text": "x"}, {"kind": 3}, source="t:11"),
        record("b", "t:12"),
    ]
    prepared = prepare_records(tmp_path / "cache", items)
    assert prepared.table["id"][:] == ["a", "b"]
    found = {entry["source"]: entry["reason"] for entry in quarantined(prepared)}
    assert list(found) == ["t:3", "t:4", "t:5", "t:6", "t:7", "t:8", "t:9", "t:10", "t:11"]
    assert "truncated" in found["t:4"]
    assert found["t:5"] == "image file is empty"
    assert found["t:6"].startswith("not an image")
    assert found["t:8"] == "duplicate id, got 'a'"
    assert prepared.info["quarantined"] == 9
    assert prepared.info["reasons"]["image is damaged"] == 1


def test_strict_names_the_first_bad_item(tmp_path):
    items = [*texts(3), Rejected("t.csv:17", "row cannot be read"), Rejected("t.csv:18", "worse")]
    with pytest.raises(VBGError, match=r"^t\.csv:17: row cannot be read\. .*without --strict"):
        prepare_records(tmp_path, items, strict=True)
    assert leftovers(tmp_path) == []
    assert prepare_records(tmp_path, items).info["records"] == 3


def test_a_finished_preparation_is_used_again(tmp_path):
    first = prepare_records(tmp_path, texts(20))
    again = prepare_records(tmp_path, lambda: pytest.fail("was read again"))
    assert again.fingerprint == first.fingerprint
    assert leftovers(tmp_path) == [first.folder.name]


def test_it_is_done_again_when_asked(tmp_path):
    first = prepare_records(tmp_path, texts(20))
    again = prepare_records(tmp_path, texts(10), refresh=True)
    assert (again.folder, len(again.table)) == (first.folder, 10)
    assert len(first.table) == 20  # still open elsewhere


def test_it_is_done_again_when_a_source_changes(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("1")
    first = prepare_records(tmp_path / "cache", texts(20), files=[file])
    assert prepare_records(tmp_path / "cache", texts(10), files=[file]).folder == first.folder
    file.write_text("12")
    assert prepare_records(tmp_path / "cache", texts(10), files=[file]).folder != first.folder
    os.utime(file, (1, 1))
    assert prepare_records(tmp_path / "cache", texts(5), files=[file]).info["records"] == 5


def pictured(folder, names="abc"):
    """Records whose pictures lie in a folder; one that is not there does without, as its reader looked for it."""

    def make():
        for name in names:
            path = folder / f"{name}.png"
            inputs = {"text": name} | ({"image": path} if SOURCES["set"].finds(path) else {})
            yield Record(name, inputs, {"kind": "a"})

    return make


def test_it_is_done_again_when_a_picture_changes_comes_or_goes(tmp_path):
    said = []
    for name in "ab":
        picture(tmp_path / f"{name}.png")

    def images():
        prepared = prepare_records(tmp_path / "cache", pictured(tmp_path), tell=said.append)
        return [image and image.size for image in prepared.table["image"]]

    assert images() == [(16, 16), (16, 16), None]
    assert images() == [(16, 16), (16, 16), None]
    picture(tmp_path / "a.png", (20, 20))
    assert images() == [(20, 20), (16, 16), None]
    picture(tmp_path / "c.png")
    assert images() == [(20, 20), (16, 16), (16, 16)]
    (tmp_path / "b.png").unlink()
    assert images() == [(20, 20), None, (16, 16)]
    (tmp_path / "runs").mkdir()  # beside the pictures all sorts of things come and go
    assert images() == [(20, 20), None, (16, 16)]
    assert [line.replace(f"{tmp_path.name}/", "") for line in said] == [
        "prepared for the first time",
        "prepared before, nothing changed",
        "prepared again: 1 picture changed (a.png)",
        "prepared again: 1 picture came (c.png)",
        "prepared again: 1 picture went (b.png)",
        "prepared before, nothing changed",
    ]


def test_a_picture_in_quarantine_is_looked_at_again(tmp_path):
    records = [*texts(2), Record("a", {"image": tmp_path / "a.png"}, {"kind": "c0"})]
    assert prepare_records(tmp_path / "cache", records).info["records"] == 2
    (tmp_path / "a.png").write_bytes(b"damaged")
    assert prepare_records(tmp_path / "cache", records).info["reasons"] == {
        f"not an image in one of the formats {', '.join(FORMATS)}": 1
    }
    picture(tmp_path / "a.png")
    assert prepare_records(tmp_path / "cache", records).info["records"] == 3


def test_pictures_looked_for_after_the_last_record_count_too(tmp_path):
    def some():
        for name in "ab":
            if SOURCES["set"].finds(tmp_path / f"{name}.png"):
                yield Record(name, {"image": tmp_path / f"{name}.png"}, {"kind": "a"})

    picture(tmp_path / "a.png")
    assert prepare_records(tmp_path / "cache", some).info["records"] == 1
    picture(tmp_path / "b.png")
    assert prepare_records(tmp_path / "cache", some).info["records"] == 2


def test_a_picture_that_changes_while_it_is_read_is_noticed(tmp_path):
    def changing():
        yield Record("a", {"image": picture(tmp_path / "a.png")}, {"kind": "a"})
        time.sleep(0.2)  # until it has been looked at
        yield from texts(200)
        picture(tmp_path / "a.png", (30, 30))

    prepare_records(tmp_path / "cache", changing)
    assert prepare_records(tmp_path / "cache", pictured(tmp_path, "a")).table[0]["image"].size == (30, 30)


def test_a_lost_list_of_pictures_means_that_all_are_looked_at_again(tmp_path):
    said = []
    first = prepare_records(tmp_path, texts(4))
    (first.folder / "pictures.parquet").unlink()
    prepare_records(tmp_path, texts(4), tell=said.append)
    assert said == ["prepared again: its list of pictures cannot be read"]


def test_it_is_done_again_when_the_options_or_limits_change(tmp_path):
    folders = {prepare_records(tmp_path, texts(4), name=name).folder for name in ("a", "b")}
    folders |= {prepare_records(tmp_path, texts(4), name="a", largest_side=64).folder}
    assert len(folders) == 3


def test_it_is_done_again_when_the_code_that_reads_changes(tmp_path, monkeypatch):
    (tmp_path / "plugin.py").write_text("")
    monkeypatch.setattr(sys.modules["memory_data"], "__file__", str(tmp_path / "plugin.py"))
    first = prepare_records(tmp_path / "cache", texts(4))
    (tmp_path / "plugin.py").write_text("# changed")
    assert prepare_records(tmp_path / "cache", texts(4)).folder != first.folder


def test_a_name_with_odd_letters_stays_in_the_cache_folder(tmp_path):
    prepared = prepare_records(tmp_path, texts(4), name="../a b/c")
    assert prepared.folder.parent == tmp_path


def test_the_fingerprint_follows_the_content_not_the_place(tmp_path):
    def fingerprint(place, records, **options):
        return prepare_records(tmp_path / place, records, **options).fingerprint

    first = fingerprint("a", texts(20))
    assert fingerprint("b", texts(20)) == first
    assert fingerprint("c", texts(20, source="elsewhere")) == first
    assert fingerprint("d", [*texts(20), Rejected("x", "y")]) == first
    assert fingerprint("e", texts(19)) != first
    assert fingerprint("f", texts(20, licence="CC0")) != first
    assert fingerprint("g", texts(20), tasks=[Task("kind", classes=("c0", "c1"))]) != first


def test_image_content_is_part_of_the_fingerprint(tmp_path):
    def fingerprint(place, colour):
        records = [Record("a", {"image": Image.new("RGB", (8, 8), colour)}, {"kind": "a"})]
        return prepare_records(tmp_path / place, records).fingerprint

    assert fingerprint("a", "red") == fingerprint("b", "red") != fingerprint("c", "blue")


def test_an_empty_source_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="data 'set': the source holds no record"):
        prepare_records(tmp_path, [])


def test_a_source_without_a_usable_record_says_why(tmp_path):
    items = [Record(f"r{i}", {"image": f"/absent/{i}.jpg"}, {"kind": "a"}) for i in range(5)]
    items += [Rejected("t:9", "row cannot be read, got nonsense")]
    with pytest.raises(VBGError, match=r"none of the 6 records .*5 x image file is missing; 1 x row cannot be read\)"):
        prepare_records(tmp_path, items)
    assert leftovers(tmp_path) == []


def test_a_plugin_that_fails_is_named(tmp_path):
    def broken():
        yield from texts(3)
        raise KeyError("colour")

    with pytest.raises(VBGError, match=r"data 'set': its plugin failed \(KeyError: 'colour'\)"):
        prepare_records(tmp_path, broken)
    with pytest.raises(VBGError, match=r"its source cannot be read .*absent\.csv"):
        prepare_records(tmp_path, texts(3), files=[tmp_path / "absent.csv"])
    assert leftovers(tmp_path) == []


def test_an_error_of_the_source_stays_as_it_is(tmp_path):
    def broken():
        yield from texts(3)
        raise VBGError("t.csv", "no column 'x'")

    with pytest.raises(VBGError, match=r"^t\.csv: no column"):
        prepare_records(tmp_path, broken)


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    real = shards.pa.OSFile
    monkeypatch.setattr(shards.pa, "OSFile", lambda path, mode: real("/dev/full", mode))
    with pytest.raises(VBGError, match=r"the disk is full\. Make room"):
        prepare_records(tmp_path, texts(3000))
    assert leftovers(tmp_path) == []
    monkeypatch.undo()
    assert prepare_records(tmp_path, texts(3000)).info["records"] == 3000


def test_a_cache_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(VBGError, match="file/cache: a part of the path is no folder"):
        prepare_records(tmp_path / "file" / "cache", texts(3))


def test_another_error_of_the_disk_is_no_full_disk(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(module, "publish", fail)
    with pytest.raises(VBGError, match="the device reports an error"):
        prepare_records(tmp_path, texts(3))
    assert leftovers(tmp_path) == []


def killed_in_the_middle(cache):
    def records():
        yield from texts(3000)
        os.kill(os.getpid(), signal.SIGKILL)

    prepare_records(cache, records)


def test_a_killed_preparation_is_not_mistaken_for_a_finished_one(tmp_path):
    child = multiprocessing.get_context("fork").Process(target=killed_in_the_middle, args=(tmp_path,))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert [name for name in leftovers(tmp_path) if not name.endswith(".partial")] == []
    prepared = prepare_records(tmp_path, texts(10))
    assert prepared.info["records"] == 10
    assert leftovers(tmp_path) == [prepared.folder.name]


def test_two_at_once_prepare_once(tmp_path):
    def slow():
        time.sleep(0.3)
        return iter(texts(10))

    prepare_records(tmp_path, slow, name="other")  # loads what is loaded lazily
    results = []
    jobs = [threading.Thread(target=lambda: results.append(prepare_records(tmp_path, slow))) for _ in range(2)]
    for job in jobs:
        job.start()
        time.sleep(0.05)
    for job in jobs:
        job.join()
    assert len({result.folder for result in results}) == 1
    assert SOURCES["set"].readings == 0  # the second one waited and read nothing


def test_progress_is_told(tmp_path):
    told = []
    items = [*texts(250), Rejected("a", "b")]
    prepare_records(tmp_path, items, progress=lambda kept, bad: told.append((kept, bad)))
    assert told == [(100, 0), (200, 0), (250, 1)]


def test_info_says_what_was_prepared(tmp_path):
    prepared = prepare_records(tmp_path, texts(10, licence="CC0", split="train"))
    info = json.loads((prepared.folder / "info.json").read_text())
    assert prepared.info == info | {"name": "set"}
    assert info["component"] == "memory"
    assert info["config"] == {"source": "set"}
    assert info["licences"] == {"CC0": 10}
    assert info["splits"] == {"train": 10}


def test_large_images_are_stored_small(tmp_path):
    records = [Record("a", {"image": picture(tmp_path / "a.png", (300, 150))}, {"kind": "a"})]
    prepared = prepare_records(tmp_path / "cache", records, largest_side=100)
    assert prepared.table[0]["image"].size == (100, 50)
