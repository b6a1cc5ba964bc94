"""Objects that share a picture."""

import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_data import prepare_records
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Record
from vbg_framework.data.splits.clusters import Pictures, merge


def picture(seed, size=96, quality=None):
    """Random blobs; the same seed gives the same picture."""
    noise = np.random.default_rng(seed).integers(0, 255, (20, 20), np.uint8)
    image = Image.fromarray(noise).convert("RGB").resize((128, 128), Image.Resampling.BICUBIC).resize((size, size))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality) if quality else image.save(buffer, "PNG")
    return buffer.getvalue()


def record(name, seed, group="", split=None, **look):
    return Record(name, {"image": picture(seed, **look)}, {"kind": f"c{seed % 2}"}, group=group, split=split)


def clusters(prepared):
    return dict(zip(prepared.table["id"][:], prepared.table["cluster"][:], strict=True))


def test_the_same_and_nearly_the_same_picture_join_objects(tmp_path):
    copies = [record("b", 1), record("c", 1), record("d", 2), record("e", 1, quality=50), record("f", 2, size=100)]
    prepared = prepare_records(tmp_path, [record("a", 0), *copies, Record("t", {"text": "x"}, {"kind": "c0"})])
    assert clusters(prepared) == {"a": "a", "b": "b", "c": "b", "d": "d", "e": "b", "f": "d", "t": "t"}
    found = prepared.info["duplicates"]
    assert (found["exact"], found["near"], found["clusters"], found["groups"]) == (1, 2, 2, 5)
    assert found["repeated"] == [{"records": 2, "ids": ["b", "c"]}]
    assert found["largest"][0] == {"cluster": "b", "records": 3, "groups": 3, "splits": {}, "ids": ["b", "c", "e"]}


def test_clusters_extend_the_declared_groups(tmp_path):
    views = [record("a", 0, "vase"), record("b", 1, "vase"), record("c", 1, "cup"), record("d", 3, "cup")]
    assert set(clusters(prepare_records(tmp_path, views)).values()) == {"cup"}


def test_equal_texts_do_not_join_objects(tmp_path):
    records = [Record(f"r{i}", {"text": "the same"}, {"kind": "a"}) for i in range(5)]
    assert len(set(clusters(prepare_records(tmp_path, records)).values())) == 5


def test_blank_pictures_join_only_where_they_are_equal(tmp_path):
    blanks = [Record(f"r{i}", {"image": Image.new("RGB", (40, 40 + i), "white")}, {"kind": "a"}) for i in range(4)]
    assert len(set(clusters(prepare_records(tmp_path, blanks)).values())) == 4


def test_the_names_do_not_depend_on_the_order(tmp_path):
    records = [record(name, seed) for name, seed in zip("dbca", (1, 2, 1, 2), strict=True)]
    first = clusters(prepare_records(tmp_path / "a", records))
    assert first == clusters(prepare_records(tmp_path / "b", records[::-1])) == {"d": "c", "c": "c", "b": "a", "a": "a"}


def test_distance_0_wants_equal_looks_and_is_another_preparation(tmp_path):
    records = [record("a", 1), record("b", 1, size=70, quality=30)]
    strict, usual = (prepare_records(tmp_path, records, **options) for options in ({"near": 0}, {}))
    assert len(set(clusters(strict).values())) == 2
    assert len(set(clusters(usual).values())) == 1
    assert strict.folder != usual.folder
    assert strict.fingerprint != usual.fingerprint


def test_no_drawn_split_divides_a_cluster(tmp_path):
    records = [record(f"r{i}", i // 3 % 40, quality=50 if i % 2 else None) for i in range(120)]
    prepared = prepare_records(tmp_path, records)
    for seed in range(5):
        splits = prepared.split(SplitConfig(seed=seed), ["kind"]).data
        parts = [set(part["cluster"][:]) for part in splits.values()]
        assert not parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]


def test_a_given_split_that_divides_a_cluster_is_told_not_changed(tmp_path):
    splits = ("train", "train", "validation", "test")
    records = [record(f"r{i}", 100 if i in (0, 3) else i, split=splits[i % 4]) for i in range(40)]
    prepared = prepare_records(tmp_path, records)
    found = prepared.info["duplicates"]
    assert found["cut"] == 1
    assert found["cut_examples"][0]["splits"] == {"train": 1, "test": 1}
    assert found["cut_examples"][0]["ids"] == ["r0", "r3"]
    assert prepared.split(SplitConfig(), ["kind"]).used == "given"


def test_a_given_split_that_divides_an_object_is_an_error(tmp_path):
    records = [record(f"r{i}", i, "vase", ("train", "test", "validation")[i % 3]) for i in range(6)]
    with pytest.raises(VBGError, match="group 'vase' lies in"):
        prepare_records(tmp_path, records).split(SplitConfig(), ["kind"])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 15))
def test_every_pair_that_differs_in_fewer_than_16_bits_is_found(seed, bits):
    generator = np.random.default_rng(seed)
    one = generator.integers(0, 2, (1, 256), np.uint8)
    other, far = one.copy(), generator.integers(0, 2, (20, 256), np.uint8)
    other[0, generator.permutation(256)[:bits]] ^= 1
    hashes = [np.packbits(row).tobytes().hex() for row in np.concatenate([one, far, other])]
    pictures = Pictures()
    pictures.add(pa.array([f"{i:064x}" for i in range(5)]), pa.array(hashes[:5]))
    pictures.add(pa.array([f"{i:064x}" for i in range(5, 22)]), pa.array(hashes[5:]))
    assert {frozenset(pair) for pair in zip(*pictures.near(15), strict=True)} == {frozenset({0, 21})}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12))))
def test_merging_is_transitive(pairs):
    left, right = np.array(pairs, int).reshape(-1, 2).T
    merged = merge((left, right), {row: f"g{row:02d}" for row in range(13)})
    reach = {row: {row} for row in range(13)}
    for _ in range(13):
        for a, b in pairs:
            reach[a] |= reach[b]
            reach[b] |= reach[a]
    expected = {f"g{row:02d}": f"g{min(found):02d}" for row, found in reach.items() if len(found) > 1}
    assert merged == expected
