"""What the generated records of a run are like."""

from dataclasses import replace

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.generation.appraisal import _key
from vbg_framework.generation.quality.features import Judge


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A run whose generated records are copies, measured by a judge of few steps."""
    fit = Judge.fit.__func__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Judge, "fit", classmethod(lambda cls, train, **given: fit(cls, train, **{**given, "steps": 3})))
        sets = ["train.steps=2", "loop.rounds=1", "loop.quality=true"]
        return vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path_factory.mktemp("runs"), sets=sets)


def test_copies_are_found_out(measured: RunFolder):
    found = measured.read_json("quality.json")
    assert found["memorisation"]["near_copies"]["share"] == 1
    assert found["n"]["records"] == 20
    assert found["network"].startswith("CNN trained on")


def test_the_report_shows_them(measured: RunFolder):
    page = (measured.path / "report.html").read_text(encoding="utf-8")
    assert "Generated records" in page
    assert (measured.path / "synthetic" / "nearest.jsonl").exists()


def test_an_encoder_with_trained_weights_is_the_judge(shared, tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_WEIGHTS", str(shared / "weights"))
    sets = ["train.steps=1", "loop.rounds=1", "loop.quality=true", "encoders.text=null", "fusion=null"]
    sets += ["encoders.image=vit-tiny"]
    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path, sets=sets)
    found = run.read_json("quality.json")
    assert found["network"].startswith("vit with its pre-trained weights; classes learnt from")
    assert found["memorisation"]["near_copies"]["share"] == 1


def test_texts_alone_need_no_judge(tmp_path):
    sets = ["train.steps=1", "loop.rounds=1", "loop.quality=true", "encoders.image=null", "fusion=null"]
    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path, sets=sets)
    found = run.read_json("quality.json")
    assert found["network"] is None
    assert found["texts"] is not None


def test_judges_that_look_through_other_weights_are_kept_apart(tmp_path):
    parts = Registry.read(TINY).experiment("tiny", load_plugins()).parts
    vit = parts["encoders.image"]
    keys = set()
    for text in ("one", "two", "one"):
        (tmp_path / "weights.safetensors").write_text(text)
        config = vit.config.model_copy(update={"weights": str(tmp_path / "weights.safetensors")})
        keys.add(_key(replace(vit, config=config)))
    assert len(keys | {_key(vit)}) == 3
