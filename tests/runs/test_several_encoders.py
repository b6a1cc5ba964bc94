"""Two encoders of one modality, from check to explanation; that a run predicts its own table is among the laws."""

import re

import numpy as np
import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.opened import open_registry
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.learning.features import frozen
from vbg_framework.runs.export.complete_items import complete_items
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.export.onnx import write_onnx

FROZEN = {"type": "vit", "image_size": 32, "patch_size": 16, "dim": 16, "layers": 1, "heads": 2, "frozen": True}
SECOND = "encoders.image-small=" + repr(FROZEN).replace("True", "true")
SETS = [SECOND, "fusion=concat", "train.steps=2", "train.evaluate_every=2", "encoders.image.frozen=true"]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunFolder:
    return vbg_framework.run("tiny", registry=TINY, runs=tmp_path_factory.mktemp("runs"), sets=SETS)


def test_both_are_parts_of_the_model_and_shares_stay_those_of_modalities(run, vbg_records):
    model = vbg_framework.load(run)
    assert list(model.model.encoders) == ["image", "text", "image-small"]
    assert model.model.fusion.dim == 32 + 32 + 16
    given = next(each for each in vbg_records() if {"image", "text"} <= set(model.reading(each).inputs))
    found = explain(model, given)[0]
    assert set(found.shares) == {"image", "text"}
    assert found.prior + sum(found.shares.values()) == pytest.approx(found.probability, abs=1e-6)
    assert np.abs(found.regions).max() > 0


def test_only_a_new_encoder_is_asked(run, tmp_path, monkeypatch):
    asked = []
    encode = frozen._Encode.__call__
    monkeypatch.setattr(frozen._Encode, "__call__", lambda self, items: asked.append(self) or encode(self, items))
    third = SECOND.replace("image-small", "image-third").replace("'dim': 16", "'dim': 8")
    vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=[*SETS, third])
    assert {each.encoder.dim for each in asked} == {8}


@pytest.mark.slow
def test_the_graph_has_the_inputs_of_both(run, tmp_path):
    finished = FinishedRun(run, load_plugins())
    assert set(complete_items(finished)[0][0]["inputs"]) == {"image", "text"}
    assert "test records" in write_onnx(finished, tmp_path)


@pytest.mark.parametrize(
    ("key", "told"),
    [("text-small", "'vit' reads image, got text"), ("image-Small", "call an encoder by its modality")],
)
def test_a_key_that_names_no_modality_of_the_encoder_is_refused(key, told):
    known, plugins = open_registry(TINY)
    with pytest.raises(VBGError, match=re.escape(told)):
        known.experiment("tiny", plugins, [SECOND.replace("image-small", key), "fusion=concat"])
