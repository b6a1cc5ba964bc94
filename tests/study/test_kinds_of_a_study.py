"""A study whose control and deciding metric come from a package alone."""

import shutil

import pytest
from tiny import TINY

from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.comparison.results import gather, higher_is_better
from vbg_framework.study.folder import find_study
from vbg_framework.study.make import make_plan

CODE = """
from vbg_framework import Component, Config, Control, Metric, Schedule, hookimpl


class NoConfig(Config):
    "No options."


class Misses(Metric):
    title, meaning, higher_is_better = "Misses", "share of records answered wrong", False

    def value(self, outcomes):
        return 1 - float((outcomes.truth & outcomes.predicted).any(1).mean())


class Longer(Control):
    def changes(self, base):
        return {"train": {"learning_rate": 2e-3}}


class Root(Schedule):
    def factor(self, step, steps):
        return (1 + step) ** -0.5


@hookimpl
def vbg_components():
    return [
        Component("metric", "misses", NoConfig, "vbg_kiln:Misses"),
        Component("control", "longer", NoConfig, "vbg_kiln:Longer"),
        Component("schedule", "root", NoConfig, "vbg_kiln:Root"),
    ]
"""
SETS = ["metric=[misses, macro_f1]", "controls=[none, longer]", "replicates=2", "base.train.schedule=root"]


@pytest.fixture
def own(install, monkeypatch):
    from importlib.metadata import entry_points

    points = [*entry_points(group="vbg_framework"), *install("vbg_kiln", CODE)]
    monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: points)
    return load_plugins()


def test_a_package_brings_metric_control_and_schedule(own):
    found = make_plan("tiny-study", Registry.read(TINY), own, SETS)
    assert [arm.name for arm in found.arms] == ["more", "none", "longer"]
    assert found.metrics == ("misses", "macro_f1")
    assert all(arm.options["metrics"] == ["misses"] for arm in found.arms)
    assert found.arm("longer").options["train"]["learning_rate"] == 2e-3
    assert not higher_is_better("misses")


def test_the_study_runs_and_its_report_tells_the_direction(own, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(TINY, tmp_path / "registry.yaml")
    assert main(["compare", "tiny-study", *(word for each in SETS for word in ("--set", each))]) == 0
    study = find_study(tmp_path / "studies", "tiny-study")
    results = gather(study)
    assert all("misses" in run.metrics["test"]["form"] for run in results.runs.values())
    text = (study.path / "REPORT.md").read_text()
    assert "Misses" in text
    assert "lower is better" in text
