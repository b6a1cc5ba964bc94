import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.runs.start import start, unfinished


def begin(root):
    plugins = load_plugins()
    return start(Registry.read(TINY).experiment("tiny", plugins), plugins, root)


def test_a_new_run_holds_the_complete_experiment(tmp_path):
    run = begin(tmp_path)
    config = run.config()
    assert config["name"] == "tiny"
    assert config["experiment"]["train"]["weight_decay"] == 0.01  # a default, written out
    assert config["experiment"]["data"]["objects"] == 40
    assert run.read_json("environment.json")["plugins"]


def test_the_newest_interrupted_run_is_resumed(tmp_path):
    begin(tmp_path)
    newer = begin(tmp_path)
    assert unfinished(tmp_path, "tiny").path == newer.path
    assert unfinished(tmp_path, newer.name).path == newer.path


def test_nothing_to_resume_is_said(tmp_path):
    with pytest.raises(VBGError, match=r"tiny: no interrupted run in .*Start one with: vbg run tiny"):
        unfinished(tmp_path, "tiny")


def test_a_finished_run_is_not_resumed(tiny_run):
    with pytest.raises(VBGError, match="is finished"):
        unfinished(tiny_run.path.parents[1], tiny_run.name)
