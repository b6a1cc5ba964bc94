"""Generated pictures beside the real ones they are most like."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from memory_data import KIND, prepare_records
from PIL import Image, ImageEnhance

from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Origin, Record
from vbg_framework.data.loading.items import Items
from vbg_framework.data.pictures.image import decode, decode_stored
from vbg_framework.generation.sieve import image_hash
from vbg_framework.study.fairness.twins import Twin, draw_gallery, find_twins, real_picture, repeating_sources


def dots(seed):
    """A picture like no other."""
    small = np.random.default_rng(seed).integers(0, 255, (24, 24, 3), np.uint8)
    return Image.fromarray(small).resize((48, 48), Image.Resampling.BICUBIC)


def record(number, split, picture, kind):
    inputs = {"text": "words"} | ({"image": picture} if picture else {})
    return Record(f"r{number}", inputs, {"kind": kind}, split=split)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """Ten records in a given split; the test record r8 shows nearly the same as r0, r5 has no picture."""
    pictures = {number: dots(number) for number in range(10)}
    pictures[8], pictures[5] = ImageEnhance.Brightness(pictures[0]).enhance(0.95), None
    splits = ["train"] * 6 + ["validation"] * 2 + ["test"] * 2
    kinds = ["c0", "c1"] * 5
    records = [record(i, splits[i], pictures[i], kinds[i]) for i in range(10)]
    prepared = prepare_records(tmp_path_factory.mktemp("cache"), records, tasks=(KIND,), name="twins")
    found = prepared.split(SplitConfig(use="given"), ["kind"])
    items = {
        split: Items(prepared, rows, tasks=found.tasks, modalities=["image"]) for split, rows in found.rows.items()
    }
    origins = {"SYN_0": ("r0",), "SYN_1": ("r1",), "SYN_2": ()}
    made = [Record(name, {"image": dots(0)}, origin=Origin(sources=sources)) for name, sources in origins.items()]
    return SimpleNamespace(items=items, made=made, prepared=prepared)


def test_the_most_similar_picture_is_found_as_by_comparing_each_with_each(evidence):
    items = [evidence.items["validation"], evidence.items["test"]]
    hashes = {f"SYN_{seed}": image_hash(dots(seed)) for seed in range(200, 300)}
    known = {name: image_hash(real_picture(evidence.prepared, name)) for each in items for name in each.ids}
    fewest = {
        made: min(int(np.unpackbits(code ^ other).sum()) for other in known.values()) for made, code in hashes.items()
    }
    found = find_twins(hashes, items)
    assert {twin.id: twin.bits for twin in found} == fewest
    assert [twin.bits for twin in found] == sorted(fewest.values())
    assert all(np.unpackbits(hashes[twin.id] ^ known[twin.real]).sum() == twin.bits for twin in found)


def test_blank_pictures_and_records_without_one_have_no_twin(evidence):
    train = evidence.items["train"]
    assert find_twins({"SYN_0": None}, [train]) == []
    assert find_twins({"SYN_0": image_hash(dots(1))}, [train.select([5])]) == []
    assert find_twins({}, [train]) == []


def test_a_changed_copy_is_near_and_another_picture_is_not(evidence):
    buffer = io.BytesIO()
    dots(9).save(buffer, "JPEG", quality=70)
    changed = image_hash(decode(buffer.getvalue()))
    [near] = find_twins({"SYN_0": changed}, [evidence.items["test"]])
    [far] = find_twins({"SYN_0": image_hash(dots(500))}, [evidence.items["test"]])
    assert (near.real, near.copied, far.copied) == ("r9", True, False)


def test_only_a_copy_of_a_record_that_the_split_divides_from_its_near_copy_is_excused(evidence):
    twins = [Twin(name, "r8", 3) for name in ("SYN_0", "SYN_1", "SYN_2")]
    assert repeating_sources(twins, evidence) == {"SYN_0"}
    assert repeating_sources([Twin("SYN_0", "r9", 3)], evidence) == set()
    assert repeating_sources([], evidence) == set()


def test_a_source_outside_the_training_split_excuses_nothing(evidence):
    made = [Record("SYN_0", {"image": dots(8)}, origin=Origin(sources=("r8",)))]
    foreign = SimpleNamespace(items=evidence.items, made=made, prepared=evidence.prepared)
    assert repeating_sources([Twin("SYN_0", "r8", 0)], foreign) == set()


def test_the_gallery_shows_both_pictures_side_by_side(evidence, tmp_path):
    made = {record.id: record for record in evidence.made}
    path = tmp_path / "gates" / "copies.png"
    draw_gallery(path, "copies", [Twin("SYN_0", "r9", 7), Twin("SYN_1")], made, evidence.prepared)
    sheet = Image.open(path).convert("RGB")
    left, right = (np.asarray(sheet.crop((x, 56, x + 128, 184)), float) for x in (220, 356))
    for shown, picture in [(left, dots(0)), (right, real_picture(evidence.prepared, "r9"))]:
        assert np.abs(shown - np.asarray(picture.resize((128, 128), Image.Resampling.LANCZOS), float)).mean() < 8
    alone = np.asarray(sheet.crop((356, 192, 484, 320)))
    assert (alone == 255).all()  # a blank picture has no twin


def test_the_picture_of_a_record_is_what_was_stored(evidence):
    stored = evidence.prepared.table[3]
    assert (stored["id"], real_picture(evidence.prepared, "r5")) == ("r3", None)
    again = decode_stored(evidence.prepared.table.data.column("image")[3].as_py()["bytes"])
    assert again.tobytes() == real_picture(evidence.prepared, "r3").tobytes()
