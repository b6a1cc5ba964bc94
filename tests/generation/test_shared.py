"""Pools that several runs would fill alike."""

from vbg_framework.generation.pool import Chunk, Pool
from vbg_framework.generation.shared import SharedPool


def filled(folder):
    pool = Pool(folder, "SYN_1_")
    pool.open()
    entry = {"id": "SYN_1_000000", "image": "SYN_1_000000.png", "request": "jar"}
    pool.add(Chunk(0, {"jar": 1}, {}, [entry]), {"SYN_1_000000.png": lambda: b"picture"})
    return pool


def test_a_pool_comes_back_as_it_was_filled(tmp_path):
    shared, pool = SharedPool(tmp_path / "pools", {"seed": 1}), filled(tmp_path / "one")
    shared.keep(pool)
    found = Pool(tmp_path / "two", "SYN_1_")
    assert shared.bring(found)
    assert found.chunks == pool.chunks == Pool(tmp_path / "two", "SYN_1_").chunks
    assert (tmp_path / "two" / "SYN_1_000000.png").read_bytes() == b"picture"


def test_what_was_made_of_something_else_is_not_brought(tmp_path):
    SharedPool(tmp_path / "pools", {"seed": 1}).keep(filled(tmp_path / "one"))
    assert not SharedPool(tmp_path / "pools", {"seed": 2}).bring(Pool(tmp_path / "two", "SYN_1_"))


def test_a_pool_that_was_begun_is_gone_on_with(tmp_path):
    shared, pool = SharedPool(tmp_path / "pools", {"seed": 1}), filled(tmp_path / "one")
    shared.keep(pool)
    assert not shared.bring(pool)


def test_keeping_a_pool_twice_changes_nothing(tmp_path):
    shared = SharedPool(tmp_path / "pools", {"seed": 1})
    for name in ("one", "two"):
        shared.keep(filled(tmp_path / name))
    assert [path.name for path in (tmp_path / "pools").iterdir()] == [shared.folder.name]
