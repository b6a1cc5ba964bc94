"""Plugins that come, change and go beside runs that were made before: one line is told, the numbers stay the same."""

import json
import shutil
import sys

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.base.yaml_file import dump_yaml, read_yaml
from vbg_framework.cli import main

RIVAL = """
    from vbg_framework import Component, Config, hookimpl

    @hookimpl
    def vbg_components():
        for kind, name in {offers}:
            yield Component(kind, name, Config, "nowhere:Class")
"""
EVERY = [
    *(("fusion", "bidirectional_attention"), ("classifier", "softmax"), ("dataset", "mini_museum")),
    *(("encoder", "vit"), ("encoder", "bert"), ("fusion", "concat")),
]
WAYS = "`type: vbg_fusions:concat or rival:concat`, or block one (`block: [rival:concat]`)"
HEAD = """
    from torch import nn
    from vbg_framework import Classifier, Component, Config, hookimpl

    class Plain(Classifier):
        def __init__(self, config, *, dim, tasks):
            super().__init__(config, dim=dim, tasks=tasks)
            self.layers = nn.ModuleDict({name: nn.Linear(dim, len(task.classes)) for name, task in tasks.items()})

        def forward(self, x):
            return {name: layer(x) for name, layer in self.layers.items()}

        def loss(self, logits, targets):
            return sum(nn.functional.cross_entropy(logits[name], targets[name], ignore_index=-1) for name in logits)

    @hookimpl
    def vbg_components():
        yield Component("classifier", "plain_head", Config, "head_of_others:Plain")
"""


def rival(*offers):
    return RIVAL.replace("{offers}", repr(list(offers)))


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """What a command writes: its status and lines."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        status = main([str(word) for word in words])
        told = capsys.readouterr()
        return status, told.out + told.err

    return call


@pytest.fixture
def answers(said, tmp_path):
    """What a run predicts for two rows, and what is said of it."""
    (tmp_path / "in.csv").write_text("id,title,description\n1,Blue bowl,a bowl\n2,Idol,\n", encoding="utf-8")

    def call(run):
        run, root = f"{run.path.parent.name}/{run.path.name}", run.path.parents[1]
        status, told = said("predict", run, "in.csv", "--out", "out.csv", "--runs", root, "--probabilities")
        assert status == 0, told
        return (tmp_path / "out.csv").read_text(encoding="utf-8"), told

    return call


def without_records(run, folder):
    """A copy of the run as earlier versions wrote it."""
    copy = shutil.copytree(run.path, folder / "tiny" / "old")
    config, about = read_yaml(copy / "config.yaml"), json.loads((copy / "model" / "model.json").read_text())
    del config["plugins"], about["plugins"]
    (copy / "config.yaml").write_text(dump_yaml(config))
    (copy / "model" / "model.json").write_text(json.dumps(about))
    return type(run)(copy)


def test_a_run_predicts_the_same_when_a_second_package_offers_all_its_names(install, answers, said, tiny_run, tmp_path):
    before, _ = answers(tiny_run)
    old = without_records(tiny_run, tmp_path / "runs")
    install("rival", rival(*EVERY), distribution="vbg-rival")
    assert answers(tiny_run)[0] == before
    assert answers(old)[0] == before
    status, told = said("plugins")
    assert status == 0
    assert f"fusion concat is offered twice: write {WAYS}" in told


def test_check_refuses_a_name_of_two_plugins_with_both_qualified_names(install, said, tmp_path):
    install("rival", rival(("fusion", "concat"), ("fusion", "other_sum")), distribution="vbg-rival")
    registry = tmp_path / "registry.yaml"
    registry.write_text("version: 1\nfusions: {join: {type: concat}, own: {type: other_sum}}\n")
    status, told = said("check")
    assert status == 1
    assert "registry.yaml: fusions.join: fusion type 'concat' is offered by rival (vbg-rival) and vbg_fusions" in told
    assert f"Write {WAYS}" in told
    registry.write_text("version: 1\nfusions: {concat: {type: vbg_fusions:concat}, own: {type: rival:concat}}\n")
    assert said("check")[0] == 0
    registry.write_text("version: 1\nblock: [rival:concat]\nfusions: {join: {type: concat}, own: {type: other_sum}}\n")
    assert said("check")[0] == 0
    assert "fusion other_sum, fusion concat (blocked)" in said("plugins")[1]


def test_a_qualified_name_is_recorded_and_resolved_again(install, tmp_path):
    install("rival", rival(("fusion", "concat")))
    sets = ["fusion.type=vbg_fusions:concat", "train.steps=1", "tasks=[form]"]
    run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path / "runs", sets=sets)
    assert run.config()["experiment"]["fusion"]["type"] == "vbg_fusions:concat"
    for recorded in (run.config()["plugins"], json.loads((run.path / "model" / "model.json").read_text())["plugins"]):
        assert recorded["fusion"].items() >= {"plugin": "vbg_fusions", "distribution": "vbg-framework"}.items()
    assert vbg_framework.load(run.path).predict


def test_a_plugin_of_others_is_upgraded_rivalled_and_removed_with_a_line_each(install, answers, said, tmp_path):
    install("head_of_others", HEAD, distribution="vbg-head", version="1.0")
    sets = ["classifier={type: plain_head}", "train.steps=2", "tasks=[form]"]
    run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path / "runs", sets=sets)
    before, told = answers(run)
    assert "vbg-head" not in told
    install("head_of_others", HEAD, distribution="vbg-head", version="2.0")
    same, told = answers(run)
    assert same == before
    assert "model.json: classifier 'plain_head' was trained with vbg-head 1.0, installed is 2.0. " in " ".join(
        told.split()
    )
    install("head_of_others", HEAD, distribution="vbg-head", version="1.0")
    install("rival", rival(("classifier", "plain_head")))
    assert answers(run)[0] == before
    shutil.rmtree(next(tmp_path.glob("vbg_head-*.dist-info")))
    sys.modules.pop("head_of_others")
    status, told = said("predict", run.name, "in.csv", "--out", "out.csv", "--runs", tmp_path / "runs")
    assert status == 1
    line = told.splitlines()[-1]
    assert "model.json.classifier: classifier 'plain_head' is of plugin head_of_others (vbg-head 1.0)" in line
    assert line.endswith("which is not installed. Install it with: pip install vbg-head==1.0")
