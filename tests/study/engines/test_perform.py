"""One run of a study, to its gates."""

import shutil

import pyarrow.parquet as pq
import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.environment import environment
from vbg_framework.config.plugin_versions import plugin_versions
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.learning.prediction import drift
from vbg_framework.learning.prediction.saved import load
from vbg_framework.runs.execute import execute
from vbg_framework.screen import Screen
from vbg_framework.study.engines.perform import begin, perform, records_of
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.make import make_plan, resolve_trial
from vbg_framework.study.plan import Trial

MORE, COPIES = Trial("more", 1), Trial("duplicate-more", 1)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    plugins = load_plugins()
    plan = make_plan("tiny-study", Registry.read(TINY), plugins, ["replicates=1"])
    folder = StudyFolder.create(tmp_path_factory.mktemp("studies"), plan, environment(plugins))
    perform(folder, MORE, plugins, Screen())
    return folder, plugins


def test_a_run_ends_with_its_gates_and_without_its_weights(study):
    folder, _ = study
    assert folder.finished(MORE)
    assert not folder.finished(COPIES)
    run = folder.run(MORE)
    assert run.read_json("gates.json")
    assert (run.path / "metrics.json").exists()
    assert not list(run.path.rglob("*.safetensors"))
    with pytest.raises(VBGError, match="the weights are not there. Runs of a study keep none"):
        load(run, load_plugins())


def test_nothing_is_made_that_new_records_would_be_compared_with(study):
    folder, _ = study
    assert drift.FILE not in folder.run(MORE).read_json("model/model.json")["files"]


def test_it_answers_as_an_ordinary_run_with_its_options(study, tmp_path):
    folder, plugins = study
    run = folder.run(MORE)
    config = run.config()
    resolved = resolve_trial(folder.plan(), MORE, plugins)
    given = resolved.options(), environment(plugins), plugin_versions(resolved)
    alone = execute(RunFolder.begin(tmp_path / "alone", config["name"], *given), plugins, Screen())
    assert drift.FILE in alone.read_json("model/model.json")["files"]
    mine, its = (pq.read_table(each.path / "predictions.parquet") for each in (run, alone))
    assert mine.equals(its)
    assert run.read_json("metrics.json")["test"] == alone.read_json("metrics.json")["test"]


def test_a_finished_run_is_left_alone(study):
    folder, plugins = study
    before = {path: path.stat().st_mtime_ns for path in folder.run(MORE).path.rglob("*") if path.is_file()}
    perform(folder, MORE, plugins, Screen())
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_run_killed_before_its_gates_goes_through_them_later(study):
    folder, plugins = study
    run = folder.run(MORE)
    told = run.read_json("gates.json")
    (run.path / "gates.json").unlink()
    (run.path / "model" / "model.json").touch()
    (run.path / "gates.json.1-abcdef123456.partial").write_text("{")  # of a worker that may still be ending
    perform(folder, MORE, plugins, Screen())
    assert run.read_json("gates.json") == told
    assert not list(run.path.glob("*.partial"))


def test_copies_learn_from_their_arm_how_many_they_are(study, tmp_path):
    folder, plugins = study
    run = begin(folder, COPIES, plugins, Screen())
    quota = run.config()["experiment"]["loop"]["quota"]
    assert quota == records_of(folder.run(MORE))
    assert sum(quota.values()) == 12
    shutil.rmtree(run.path)
