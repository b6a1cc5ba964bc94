import copy
import dataclasses

import numpy as np
import pytest
import torch

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.inference import calibrated, probabilities
from vbg_framework.runs.export.complete_items import complete_items
from vbg_framework.runs.export.graph import Graph, convert, free_axes


@pytest.fixture
def batch(finished):
    processors = {modality: each.processor(False) for modality, each in finished.model.model.encoders.items()}
    return Collate(processors, {})(list(enumerate(complete_items(finished)[0])))


def test_temperatures_and_several_labels_are_part_of_the_graph(finished, batch):
    saved = copy.copy(finished.model)
    saved.tasks = {n: dataclasses.replace(task, multi_label=n == "glaze") for n, task in finished.model.tasks.items()}
    saved.confidence = dict.fromkeys(saved.tasks, Confidence("temperature", {"temperature": 2.5}))
    said = {name: p.numpy() for name, p in probabilities(saved.model, batch, saved.tasks).items()}
    expected = calibrated(said, saved.confidence, saved.tasks)
    with torch.inference_mode():
        for found, name in zip(Graph(saved)(batch["inputs"]), saved.tasks, strict=True):
            assert np.allclose(found, expected[name], atol=1e-6)


def test_a_calibration_that_is_no_temperature_is_refused(finished):
    saved = copy.copy(finished.model)
    saved.confidence = dict.fromkeys(saved.tasks, Confidence("vbg_training:isotonic", {"corners": [[]]}))
    with pytest.raises(VBGError, match="calibrated by 'vbg_training:isotonic', which is no part of a graph"):
        Graph(saved)


def test_axes_that_differ_among_records_stay_free():
    alone = [{"text": {"ids": torch.zeros(1, n), "codes": torch.zeros(1, 4, n, 2)}} for n in (3, 5)]
    assert free_axes(alone) == {"text": {"ids": [1], "codes": [2]}}
    assert free_axes(alone[:1]) == {"text": {"ids": [], "codes": []}}


def test_a_part_that_cannot_be_traced_is_named(finished, batch, tmp_path, monkeypatch):
    def forward(self, features):
        return features["image"].pooled if features["image"].pooled.sum().item() > 0 else features["text"].pooled

    monkeypatch.setattr(type(finished.model.model.fusion), "forward", forward)
    axes = {"image": {"pixels": []}, "text": {"ids": [1], "mask": [1]}}
    with pytest.raises(VBGError, match="--to onnx: a part of this model cannot be exported"):
        convert(finished.model, batch["inputs"], axes, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
