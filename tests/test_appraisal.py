"""What the generated records of a run are like."""

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.quality.features import Judge
from vbg_framework.run_folder import RunFolder


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
