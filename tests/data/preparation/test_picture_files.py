"""The picture files a preparation looked at."""

import os

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.data.preparation.picture_files import FILE, Look, Pictures, absent, look, looks, news

CHANGES = {
    "nothing": lambda path: None,
    "content": lambda path: path.write_bytes(b"another picture"),
    "time": lambda path: os.utime(path, ns=(1, 1)) if path.exists() else None,
    "removed": lambda path: path.unlink(missing_ok=True),
    "created": lambda path: path.write_bytes(b"here") if not path.exists() else None,
}


def written(folder, paths):
    pictures = Pictures(folder)
    pictures.add([look(str(path)) for path in paths])
    pictures.close()


def test_a_file_is_told_by_its_size_and_time_and_what_is_none_as_missing(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"12345")
    assert look(str(file)) == Look(str(file), 5, file.stat().st_mtime_ns)
    assert look(str(tmp_path)) == Look(str(tmp_path))
    assert look(str(tmp_path / "absent.jpg")) == Look(str(tmp_path / "absent.jpg"))
    assert look(str(file / "below")) == Look(str(file / "below"))


@pytest.mark.parametrize("image", [b"bytes", Image.new("RGB", (2, 2)), None, 7, "nul\0.jpg", "half\ud800.jpg"])
def test_what_is_no_path_is_not_looked_at(image):
    assert looks(Record("a", {"image": image}), []) == ()


def test_a_record_depends_on_its_picture_and_on_those_that_were_missed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"1")
    missed = [tmp_path / "b.jpg", tmp_path / "nul\0.jpg"]
    expected = (Look(str(tmp_path / "b.jpg")), look(str(tmp_path / "a.jpg")))
    assert looks(Record("a", {"image": "a.jpg"}), missed) == expected
    assert looks(Record("a", {"image": tmp_path / "x" / ".." / "a.jpg"}), missed) == expected
    assert looks(Rejected("t:1", "no"), missed) == absent(missed) == expected[:1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(CHANGES))), min_size=1, max_size=5))
def test_every_change_is_noticed_and_nothing_else(tmp_path_factory, plan):
    folder = tmp_path_factory.mktemp("pictures")
    paths = [folder / f"{number}.jpg" for number in range(len(plan))]
    for path, (there, _) in zip(paths, plan, strict=True):
        if there:
            path.write_bytes(b"a picture")
    written(folder, paths)
    before = [look(str(path)) for path in paths]
    for path, (_, change) in zip(paths, plan, strict=True):
        CHANGES[change](path)
    others = [now for was, now in zip(before, (look(str(path)) for path in paths), strict=True) if was != now]
    told = news(folder)
    assert bool(told) == bool(others)
    counts = [int(part.split()[0]) for part in told.partition(" (")[0].split(", ") if part]
    assert sum(counts) == len(others)


def test_what_became_of_pictures_is_told_in_words(tmp_path):
    paths = [tmp_path / "photos" / f"{name}.jpg" for name in "abcd"]
    paths[0].parent.mkdir()
    for path in paths[:3]:
        path.write_bytes(b"1")
    written(tmp_path, paths)
    assert news(tmp_path) == ""
    paths[0].write_bytes(b"12")
    assert news(tmp_path) == "1 picture changed (photos/a.jpg)"
    paths[1].write_bytes(b"12")
    paths[2].unlink()
    paths[3].write_bytes(b"1")
    assert news(tmp_path) == "2 pictures changed, 1 picture went, 1 picture came (photos/a.jpg, photos/b.jpg, ...)"


def test_a_picture_of_two_records_counts_once(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"1")
    written(tmp_path, [tmp_path / "a.jpg"] * 3)
    (tmp_path / "a.jpg").unlink()
    assert news(tmp_path).startswith("1 picture went")


def test_names_that_are_no_text_are_written_down_too(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/vase-\xff.jpg")
    with open(path, "wb") as file:
        file.write(b"1")
    written(tmp_path, [path])
    assert news(tmp_path) == ""
    assert pq.read_table(tmp_path / FILE)["path"].to_pylist() == [os.fsencode(path)]
    os.remove(path)
    assert news(tmp_path).startswith("1 picture went")


def test_looks_go_on_from_the_last_commit(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"1")
    first = Pictures(tmp_path)
    first.add([look(str(file))])
    size = first.commit()
    first.add([Look("/later.jpg", 1, 1)])
    first.abandon()
    again = Pictures(tmp_path, size)
    assert not again.changed()
    file.write_bytes(b"12")
    assert again.changed()
    again.close()
    assert len(pq.read_table(tmp_path / FILE)) == 1


def test_many_pictures_take_little_room(tmp_path):
    pictures = Pictures(tmp_path)
    pictures.add(Look(f"/museum/photos/{number:06d}.jpg", 100_000 + number, 10**18 + number) for number in range(5000))
    pictures.close()
    assert (tmp_path / FILE).stat().st_size < 5000 * 16
