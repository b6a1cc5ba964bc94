import json
import shutil
import warnings

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


def picture(colour=(200, 30, 30)):
    return Image.new("RGB", (40, 50), colour)


def test_a_loaded_model_repeats_the_predictions_of_its_run(tiny_run, model):
    from tiny import TINY

    from vbg_framework.config.plugins import load_plugins
    from vbg_framework.config.registry import Registry
    from vbg_framework.data.preparation.cache import prepare_data
    from vbg_framework.screen import Screen

    table = pq.read_table(tiny_run.path / "predictions.parquet").to_pydict()
    part = Registry.read(TINY).dataset("tiny-museum", load_plugins())
    prepare_data(part, Screen())
    records = {record.id: record for record in part.component.load()(part.config).records()}
    asked = [records[identifier] for identifier in table["id"]]
    for said, expected in zip(model.predict(asked, batch_size=8), table["form_probabilities"], strict=True):
        assert np.allclose(list(said.probabilities["form"].values()), expected, atol=1e-2)  # bf16, other padding


def test_probabilities_sum_to_one_and_the_class_is_the_most_probable(model):
    said = next(model.predict([Record("a", {"image": picture(), "text": "a blue piece"})]))
    for task, probabilities in said.probabilities.items():
        assert sum(probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert said.classes[task] == max(probabilities, key=probabilities.get)


@pytest.mark.parametrize("given", [{"image": picture()}, {"text": "a blue piece"}, {"text": {"title": "Piece"}}])
def test_a_missing_image_or_text_is_accepted(model, given):
    said = list(model.predict([given, {"image": picture(), "text": "x"}]))
    assert [p.id for p in said] == ["0", "1"]
    assert all(np.isfinite(list(p.probabilities["form"].values())).all() for p in said)


def test_predicting_is_streaming(model):
    taken = []

    def endless():
        number = 0
        while True:
            taken.append(number)
            yield {"text": f"piece {number}"}
            number += 1

    found = model.predict(endless(), batch_size=4)
    for _ in range(5):
        next(found)
    assert len(taken) == 8


def test_a_model_is_complete_in_its_folder(tiny_run, tmp_path, monkeypatch):
    copy = tmp_path / "runs" / "tiny" / "copy"
    shutil.copytree(tiny_run.path / "model", copy / "model")
    shutil.copy(tiny_run.path / "config.yaml", copy)
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "empty"))
    assert list(vbg_framework.load(copy).predict([{"text": "x"}]))


def test_a_run_without_a_model_is_named(tmp_path):
    (tmp_path / "exp" / "1").mkdir(parents=True)
    (tmp_path / "exp" / "1" / "config.yaml").write_text("name: exp\n")
    with pytest.raises(VBGError, match="no finished model"):
        vbg_framework.load("exp/1", runs=tmp_path)


def test_weights_that_do_not_fit_are_named(tiny_run, tmp_path):
    copy = tmp_path / "tiny" / "copy"
    shutil.copytree(tiny_run.path / "model", copy / "model")
    shutil.copy(tiny_run.path / "config.yaml", copy)
    about = json.loads((copy / "model" / "model.json").read_text())
    about["experiment"]["fusion"]["dim"] = 32
    (copy / "model" / "model.json").write_text(json.dumps(about))
    with pytest.raises(VBGError, match=r"model: does not fit the model"):
        vbg_framework.load(copy)


@pytest.fixture
def older(tiny_run, tmp_path):
    """Copies the run, as if its text encoder were of version 0.1, or as if nobody had written versions down."""

    def copy(name, change):
        folder = tmp_path / "tiny" / name
        shutil.copytree(tiny_run.path / "model", folder / "model")
        for file in ("config.yaml", "environment.json", "metrics.json"):
            shutil.copy(tiny_run.path / file, folder)
        about = json.loads((folder / "model" / "model.json").read_text())
        change(about)
        (folder / "model" / "model.json").write_text(json.dumps(about))
        return folder

    return copy


def of_another_version(about):
    about["plugins"]["encoders.text"]["version"] = "0.1"


def test_a_model_of_another_version_of_a_plugin_warns_where_it_is_loaded(older):
    with pytest.warns(vbg_framework.VersionWarning, match="model.json: encoder 'text' was trained with .* 0.1") as told:
        assert list(vbg_framework.load(older("a", of_another_version)).predict([{"text": "x"}]))
    assert [warning.filename for warning in told if warning.category is vbg_framework.VersionWarning] == [__file__]


@pytest.mark.parametrize("change", [lambda about: None, lambda about: about.pop("plugins")])
def test_one_of_the_same_version_or_without_versions_does_not(older, change):
    with warnings.catch_warnings():
        warnings.simplefilter("error", vbg_framework.VersionWarning)
        vbg_framework.load(older("a", change))


def test_commands_say_it_on_the_screen(older, tmp_path, capsys):
    from vbg_framework.cli import main

    folder = older("a", of_another_version)
    (tmp_path / "new.csv").write_text("title\nA blue bowl\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error", vbg_framework.VersionWarning)
        assert main(["predict", str(folder), str(tmp_path / "new.csv"), "--out", str(tmp_path / "said.csv")]) == 0
        assert "model.json: encoder 'text' was trained with" in capsys.readouterr().out
        assert main(["export", str(folder), "--to", "folder", "--out", str(tmp_path / "out")]) == 0
        assert "model.json: encoder 'text' was trained with" in capsys.readouterr().out
