"""Frozen encoders are asked once, and nothing else changes."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.learning.features import frozen
from vbg_framework.learning.features.feature_store import Gathered
from vbg_framework.learning.features.frozen import _ahead, changed

SHORT = ["train.steps=6", "train.evaluate_every=3", "encoders.image.frozen=true"]
BOTH = [*SHORT, "encoders.text.frozen=true"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch, tmp_path_factory):
    """A feature cache of its own, prepared data shared."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(frozen, "cache_folder", lambda kind: folder / kind)
    return folder / "features"


@pytest.fixture
def asked(monkeypatch):
    """Modality -> items that encoders were asked about ahead of training."""
    counts = {}
    encode = frozen._Encode.__call__

    def count(self, inputs):
        counts[self.encoder.modality] = counts.get(self.encoder.modality, 0) + len(next(iter(inputs.values())))
        return encode(self, inputs)

    monkeypatch.setattr(frozen._Encode, "__call__", count)
    return counts


def run(folder, *sets, name="tiny") -> RunFolder:
    return vbg_framework.run(name, registry=TINY, runs=folder, sets=sets)


def told(found: RunFolder) -> list:
    lines = [{k: v for k, v in line.items() if k in ("step", "loss", "macro_f1")} for line in found.lines()]
    return [value for line in lines for value in line.values()]


def test_training_on_kept_features_is_training_on_the_encoders(tmp_path, monkeypatch, asked):
    kept = run(tmp_path / "kept", *BOTH)
    assert asked == {"image": 63, "text": 57}  # all that have one, once
    monkeypatch.setattr(frozen, "says_the_same", lambda encoder: False)
    plain = run(tmp_path / "plain", *BOTH)
    assert told(kept) == pytest.approx(told(plain), abs=1e-5)
    assert kept.read_json("metrics.json")["test"]["form"]["accuracy"] == pytest.approx(
        plain.read_json("metrics.json")["test"]["form"]["accuracy"]
    )


def test_the_next_run_asks_no_encoder_and_gets_the_same_numbers(tmp_path, asked):
    first = run(tmp_path / "first", *BOTH)
    asked.clear()
    again = run(tmp_path / "again", *BOTH)
    assert asked == {}
    assert told(first) == told(again)


def test_a_second_encoder_that_learns_reads_raw_items(tmp_path, asked):
    run(tmp_path, *SHORT)
    assert set(asked) == {"image"}


def test_other_weights_and_other_texts_are_kept_apart(tmp_path, cache, asked):
    run(tmp_path, *BOTH)
    run(tmp_path, *BOTH, "text.policy=mask_label")  # the vocabulary, and so the weights, are those of other texts
    run(tmp_path, *BOTH, "seed=7")
    kinds = [json.loads(path.read_text())["component"] for path in cache.glob("*/about.json")]
    assert sorted(kinds) == ["bert", "bert", "bert", "vit", "vit"]


def test_an_encoder_with_random_changes_is_asked_in_every_pass(tmp_path, asked):
    run(tmp_path, *SHORT, "encoders.image.augment=light")
    assert asked == {}


def test_generated_records_are_asked_about_for_one_training_only(tmp_path, asked, cache):
    found = run(tmp_path, *BOTH, name="tiny-copies")
    assert asked["image"] > 63
    assert len(list(cache.glob("vit-*"))) == 1
    assert not list(found.path.rglob("block-*"))


def test_features_that_leave_no_room_are_computed_in_every_pass(tmp_path, monkeypatch, asked):
    monkeypatch.setattr(frozen, "ROOM", 0.0)
    found = run(tmp_path, *BOTH, "data.objects=80")
    assert asked["image"] <= 64  # one block, to see how large it is
    assert found.state == "finished"


def test_a_transform_says_what_it_changes():
    class Colours:
        changes = ("image",)

    def anything(items):
        return items

    assert changed([Colours()], ["image", "text"]) == {"image"}
    assert changed([Colours(), anything], ["image", "text"]) == {"image", "text"}
    assert changed([], ["image"]) == set()


def test_what_a_transform_changes_stays_raw(tmp_path, asked):
    found = run(tmp_path, *BOTH, "augmenter.type=classical")  # fails if it gets features in place of pictures
    assert asked["text"] == 57
    assert found.state == "finished"


def test_equal_processors_are_seen_to_be_equal():
    one, other = (replace_tensor(value) for value in (1.0, 1.0))
    assert frozen._dumped(one) == frozen._dumped(other)
    assert frozen._dumped(one) != frozen._dumped(replace_tensor(2.0))


def replace_tensor(value):
    return {"scale": torch.tensor([value])}


def test_features_may_take_half_the_room(tmp_path, cache, monkeypatch):
    sizes, told_by = {}, {}
    for kind in ("fp32", "bf16", "fp16"):
        folder = tmp_path / f"cache-{kind}"
        monkeypatch.setattr(frozen, "cache_folder", lambda name, folder=folder: folder / name)
        told_by[kind] = told(run(tmp_path / kind, *BOTH, f"train.features={kind}"))
        sizes[kind] = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    assert max(sizes["bf16"], sizes["fp16"]) < 0.6 * sizes["fp32"]
    assert told_by["bf16"] == pytest.approx(told_by["fp32"], abs=0.05)
    assert told_by["fp16"] == pytest.approx(told_by["fp32"], abs=0.05)
    assert told_by["bf16"] != told_by["fp32"]


def test_blocks_are_read_in_order_and_one_ahead():
    begun = []

    def gather(block):
        begun.append(block)
        return Gathered([block], None)

    with ThreadPoolExecutor(1) as reader:
        results = _ahead(reader, gather, [2, 3, 7])
        assert next(results) == (2, Gathered([2], None))
        reader.submit(int).result()
        assert begun == [2, 3]
        assert list(results) == [(3, Gathered([3], None)), (7, Gathered([7], None))]


def test_what_cannot_be_read_is_told_as_if_nothing_were_read_ahead():
    def gather(block):
        raise VBGError("table.csv", "no such picture", "Add it.")

    with ThreadPoolExecutor(1) as reader, pytest.raises(VBGError, match="no such picture"):
        list(_ahead(reader, gather, [0, 1]))
