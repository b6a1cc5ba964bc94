"""What a run left behind, as it is read again."""

import shutil

import pytest
from memory_data import prepare_records, texts
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import resolve
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.screen import Screen
from vbg_framework.study.fairness.evidence import gather, samples


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A round of copies, in a model that reads pictures only."""
    sets = ["encoders.text=null", "fusion=null", "loop.rounds=1", "train.steps=2", "train.evaluate_every=2"]
    return vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path_factory.mktemp("runs"), sets=sets)


@pytest.fixture(scope="module")
def prepared(made):
    config = made.config()
    return prepare_data(resolve("tiny", config["experiment"], load_plugins(), "").parts["data"], Screen())


def test_the_data_is_divided_as_in_the_run(made, prepared):
    found = gather(made, prepared)
    metrics = made.read_json("metrics.json")
    assert {split: len(items) for split, items in found.items.items()} == metrics["data"]["counts"]
    assert found.inner.view.fingerprint == metrics["generated"]["training_records"]
    assert found.tested == set(found.items["test"].ids)


def test_every_picture_that_was_made_has_its_hash(made, prepared):
    found = gather(made, prepared)
    assert len(found.made) == metrics_count(made)
    assert set(found.hashes) == {record.id for record in samples(made) if "image" in record.inputs}
    assert all(code.shape == (32,) for code in found.hashes.values())


def metrics_count(made):
    return made.read_json("metrics.json")["generated"]["records"]


def test_a_run_without_an_augmenter_has_nothing_made(tiny_run, prepared):
    found = gather(tiny_run, prepared)
    assert (found.inner, list(found.made), found.hashes, found.rounds) == (None, [], {}, [])
    assert set(found.texts()) == {"train", "validation", "test", "generated"}


def test_other_data_is_refused(made, tmp_path):
    other = prepare_records(tmp_path, texts(20))
    with pytest.raises(VBGError, match="the data set changed since this run"):
        gather(made, other)


def test_a_picture_that_is_gone_is_named(made, prepared, tmp_path):
    shutil.copytree(made.path, tmp_path / "runs" / "made")
    broken = RunFolder(tmp_path / "runs" / "made")
    picture = next(record.inputs["image"] for record in samples(broken) if "image" in record.inputs)
    picture.write_bytes(b"")
    with pytest.raises(VBGError, match=rf"{picture.name}: image file is empty\. Repeat the run"):
        gather(broken, prepared)
