"""A preparation that was interrupted."""

import json
import multiprocessing
import os
import signal

import pyarrow.parquet as pq
import pytest
from memory_data import SOURCES, prepare_records, texts
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.preparation import picture_files, prepare, quarantine, shards, unfinished


def items():
    """Records with late columns, a repeated picture, repeated ids and bad items."""
    for i, record in enumerate(texts(400)):
        image = Image.new("RGB", (8, 8), (i % 50, 0, 0))
        metadata = {"year": i} if i < 200 else {"year": "unknown", "place": "Thebes"}
        inputs = {"text": record.inputs["text"], "image": image, "metadata": metadata}
        yield Record(record.id, inputs, record.targets, record.group)
        if i % 40 == 0:
            yield Rejected(f"t:{i}", "row cannot be read")
            yield Record("r0", {"text": "again"}, {"kind": "c0"}, source=f"u:{i}")


def preparing(cache, stop, how):
    def records():
        for number, item in enumerate(items()):
            if number == stop:
                how()
            yield item

    unfinished.COMMIT_SECONDS, shards.BATCH_ROWS = 0.01, 16
    prepare_records(cache, records)


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def killed(cache, stop):
    child = multiprocessing.get_context("fork").Process(target=preparing, args=(cache, stop, kill))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def content(prepared):
    quarantine = pq.read_table(prepared.folder / "quarantine.parquet").to_pylist()
    info = {key: value for key, value in prepared.info.items() if key != "files"}  # rows may lie in other batches
    return prepared.fingerprint, info, prepared.table.to_pandas().to_dict("records"), quarantine


def test_killed_twice_it_comes_to_the_same_end(tmp_path):
    whole = prepare_records(tmp_path / "whole", items)
    for stop in (250, 380):
        killed(tmp_path / "cut", stop)
        names = [path.name for path in (tmp_path / "cut").iterdir() if not path.name.endswith(".lock")]
        assert [name.endswith(".partial") for name in names] == [True]
    prepared = prepare_records(tmp_path / "cut", items)
    assert content(prepared) == content(whole)
    left = {path.name for path in prepared.folder.iterdir() if path.suffix != ".arrow"}
    tables = {"quarantine.parquet", "pictures.parquet"}
    assert left == {"state.json", "dataset_info.json", "info.json", "checked.json", *tables}


def closing_killed(cache, place, name):
    """Kill a preparation just before a step of its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, name, lambda *_, **__: kill())
        unfinished.COMMIT_SECONDS, shards.BATCH_ROWS = 0.01, 16
        prepare_records(cache, items)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (unfinished, "write_clusters"),
        (shards, "_rewritten"),
        (shards, "DatasetInfo"),
        (quarantine.Quarantine, "close"),
        (picture_files.Pictures, "close"),
        (prepare, "write_info"),
        (prepare, "tidy"),
        (prepare, "publish"),
    ],
)
def test_killed_while_it_is_closed_it_is_closed_again(tmp_path, place, name, monkeypatch):
    whole = prepare_records(tmp_path / "whole", items)
    child = multiprocessing.get_context("fork").Process(target=closing_killed, args=(tmp_path / "cut", place, name))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    converted, real = [], unfinished.Unfinished.add
    monkeypatch.setattr(unfinished.Unfinished, "add", lambda self, outcome: converted.append(1) or real(self, outcome))
    assert content(prepare_records(tmp_path / "cut", items)) == content(whole)
    assert not converted
    assert [path.name for path in (tmp_path / "cut").glob("*.partial")] == []


def test_what_is_done_is_not_decoded_again(tmp_path, monkeypatch):
    killed(tmp_path, 380)
    converted = []
    real = unfinished.Unfinished.add
    monkeypatch.setattr(unfinished.Unfinished, "add", lambda self, outcome: converted.append(1) or real(self, outcome))
    prepare_records(tmp_path, items)
    assert 0 < len(converted) < 200


def test_ctrl_c_keeps_what_is_done(tmp_path, monkeypatch):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr(unfinished, "COMMIT_SECONDS", 0.01)
    monkeypatch.setattr(shards, "BATCH_ROWS", 16)
    with pytest.raises(KeyboardInterrupt):
        preparing(tmp_path, 300, stop)
    assert list(tmp_path.glob("*.partial/progress.json"))
    assert content(prepare_records(tmp_path, items)) == content(prepare_records(tmp_path / "whole", items))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("progress.json", "{"),
        ("progress.json", "[]"),
        ("*.arrow", "x" * 2000),
        ("quarantine.jsonl", "{\n" * 3000),
    ],
)
def test_what_was_begun_and_is_damaged_starts_from_the_beginning(tmp_path, name, content):
    killed(tmp_path, 300)
    for file in tmp_path.glob(f"*.partial/{name}"):
        file.write_text(content)
    assert prepare_records(tmp_path, items).info["records"] == 400


@pytest.mark.parametrize("option", ["refresh", "strict"])
def test_refresh_and_strict_start_from_the_beginning(tmp_path, option):
    killed(tmp_path, 300)
    assert prepare_records(tmp_path, texts(6), **{option: True}).info["records"] == 6
    assert SOURCES["set"].readings == 1


def test_strict_names_a_bad_item_that_was_put_aside_before(tmp_path):
    killed(tmp_path, 300)
    with pytest.raises(VBGError, match="t:0: row cannot be read"):
        prepare_records(tmp_path, items, strict=True)


def catalogue(folder):
    """200 records with a picture each, where there is one."""
    for i in range(200):
        path = folder / f"{i}.png"
        if i % 3 == 0 or SOURCES["set"].finds(path):  # two of three records do without
            yield Record(f"r{i}", {"text": f"text {i}"} | ({"image": path} if i % 3 else {}), {"kind": "c"})


def pictures(folder, numbers):
    folder.mkdir(exist_ok=True)
    for number in numbers:
        Image.linear_gradient("L").rotate(number).convert("RGB").save(folder / f"{number}.png")


def cut_off(cache, folder, stop):
    def records():
        for number, item in enumerate(catalogue(folder)):
            if number == stop:
                kill()
            yield item

    unfinished.COMMIT_SECONDS, shards.BATCH_ROWS = 0.0, 8
    prepare_records(cache, records)


@pytest.mark.parametrize(
    ("change", "begins_anew"),
    [
        (lambda folder: None, False),
        (lambda folder: pictures(folder, [198, 199]), False),  # not looked at yet
        (lambda folder: pictures(folder, [7]), True),  # shifts all that come after
        (lambda folder: (folder / "4.png").unlink(), True),
        (lambda folder: os.utime(folder / "1.png", (1, 1)), True),
    ],
)
def test_the_list_of_pictures_is_right_after_an_interruption(tmp_path, change, begins_anew):
    folder = tmp_path / "pictures"
    pictures(folder, [1, 4, 10, 100])
    child = multiprocessing.get_context("fork").Process(target=cut_off, args=(tmp_path / "cut", folder, 60))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    (progress,) = (tmp_path / "cut").glob("*.partial/progress.json")
    assert json.loads(progress.read_text())["items"] > 20
    change(folder)
    added = []
    add = unfinished.Unfinished.add
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unfinished.Unfinished, "add", lambda self, outcome: added.append(1) or add(self, outcome))
        prepared = prepare_records(tmp_path / "cut", lambda: catalogue(folder))
    assert (len(added) == len(prepared.table)) == begins_anew
    whole = prepare_records(tmp_path / "whole", lambda: catalogue(folder))
    assert content(prepared) == content(whole)
    assert looked_at(prepared) == looked_at(whole)
    prepare_records(tmp_path / "cut", lambda: pytest.fail("was read again"))
    pictures(folder, [8])
    assert "r8" in prepare_records(tmp_path / "cut", lambda: catalogue(folder)).table["id"][:]


def looked_at(prepared):
    return pq.read_table(prepared.folder / "pictures.parquet").to_pylist()
