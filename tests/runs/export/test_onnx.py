"""The graph against the model; the one conversion of this suite takes several seconds."""

import copy
import json

import numpy as np
import onnxruntime
import pytest
import torch

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.runs.export import onnx
from vbg_framework.runs.export.complete_items import complete_items, made_up
from vbg_framework.runs.export.onnx import check_onnx, largest_difference, write_onnx

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx")
    return folder, write_onnx(finished, folder)


def test_the_graph_says_what_the_run_said(exported, finished, tiny_run):
    folder, said = exported
    about = json.loads((folder / "onnx.json").read_text())
    assert about["largest_difference"] < 1e-4
    assert said.endswith("test records")
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    items = complete_items(finished)[0]
    inputs = {
        f"{modality}.{name}": value.numpy()
        for modality, encoder in finished.model.model.encoders.items()
        for name, value in encoder.processor(False)([item["inputs"][modality] for item in items]).items()
    }
    assert {each.name for each in session.get_inputs()} == inputs.keys() == about["inputs"].keys()
    found = dict(zip(about["outputs"], session.run(list(about["outputs"]), inputs), strict=True))
    for task, probability in found.items():
        assert probability.shape == (len(items), len(about["outputs"][task]["classes"]))
        assert np.allclose(probability.sum(1), 1, atol=1e-5)


def test_batches_and_texts_of_any_length_are_taken(exported, finished):
    folder, _ = exported
    items = [made_up(finished, number) for number in (25, 3, 0, 1, 2)]
    assert largest_difference(finished.model, items, folder / "model.onnx") < 1e-4
    assert largest_difference(finished.model, items[2:], folder / "model.onnx") < 1e-4


def test_what_processors_need_lies_beside_it(exported):
    folder, _ = exported
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"README.md", "model.onnx", "onnx.json", "assets/text/tokenizer.json"} <= names


def test_a_graph_of_other_weights_is_refused(exported, finished, tiny_run, tmp_path, monkeypatch):
    folder, _ = exported
    other = copy.copy(finished)
    other.model = vbg_framework.load(tiny_run)
    with torch.no_grad():
        for parameter in other.model.model.classifier.parameters():
            parameter.add_(torch.linspace(0, 1, parameter.numel()).view_as(parameter))
    monkeypatch.setattr(onnx, "convert", lambda *given: given[-1].write_bytes((folder / "model.onnx").read_bytes()))
    with pytest.raises(VBGError, match=r"model.onnx: must give the model's probabilities to 1e-04, got .* off on"):
        write_onnx(other, tmp_path)


def test_a_graph_that_cannot_be_run_is_named(finished, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"none")
    with pytest.raises(VBGError, match=r"model.onnx: cannot be run \("):
        largest_difference(finished.model, complete_items(finished)[0], tmp_path / "model.onnx")


def test_a_fitted_estimator_is_refused(finished, tiny_run, tmp_path):
    component, _ = load_plugins().component("classifier", "logistic_regression", where="test")
    config = component.config(**component.tiny)
    head = EstimatorHead(component.load()(config, dim=16, tasks=finished.model.tasks))
    other = copy.copy(finished)
    other.model = vbg_framework.load(tiny_run)
    other.model.model.classifier = head
    with pytest.raises(VBGError, match="a fitted estimator is no part of an ONNX graph, got 'softmax'"):
        write_onnx(other, tmp_path)


def test_missing_packages_are_named_with_the_cure(monkeypatch):
    check_onnx()
    monkeypatch.setattr(onnx, "find_spec", lambda name: None if name.startswith("onnxr") else object())
    with pytest.raises(VBGError, match=r'got no onnxruntime. Install them with: pip install "vbg-framework\[onnx\]"'):
        check_onnx()
