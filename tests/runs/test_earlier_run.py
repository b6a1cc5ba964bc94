"""A run that finished before the core was moved into packages: it is listed, loaded, and answers the same."""

import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry

RUNS = Path(__file__).parents[1] / "earlier_run"
RUN = RUNS / "tiny" / "20261128-210820"


def test_its_model_repeats_its_predictions():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", vbg_framework.VersionWarning)  # its plugins have changed since
        model = vbg_framework.load(RunFolder(RUN))
    table = pq.read_table(RUN / "predictions.parquet").to_pydict()
    part = Registry.read(TINY).dataset("tiny-museum", load_plugins())
    records = {record.id: record for record in part.component.load()(part.config).records()}
    answers = list(model.predict([records[identifier] for identifier in table["id"]]))
    for task in ("form", "glaze"):
        probabilities = [list(answer.probabilities[task].values()) for answer in answers]
        assert np.allclose(probabilities, table[f"{task}_probabilities"], atol=1e-4)


@pytest.mark.parametrize("command", [["runs", "--runs", str(RUNS)], ["show", str(RUN)]])
def test_it_is_listed_and_shown(command, capsys):
    assert main(command) == 0
    assert "tiny" in capsys.readouterr().out


def test_one_that_was_killed_before_its_report_is_resumed(tmp_path):
    folder = tmp_path / "tiny" / RUN.name
    shutil.copytree(RUN, folder)
    (folder / "state.json").write_text(json.dumps({"finished": False}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", vbg_framework.VersionWarning)
        run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, resume=True)
    assert run.state == "finished"
    assert run.read_json("metrics.json") == RunFolder(RUN).read_json("metrics.json")
    assert "macro" in (folder / "report.html").read_text().lower()
