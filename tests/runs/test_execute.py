"""A run as a whole: what it writes, how it fails, how it goes on."""

import json
import signal
import socket
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
import warm
from laws import rows, write
from safetensors.torch import load_file
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder, list_runs

pytestmark = pytest.mark.slow


def weights(run: RunFolder) -> dict[str, torch.Tensor]:
    return load_file(run.path / "model" / "model.safetensors")


def same(one: RunFolder, other: RunFolder) -> bool:
    mine, theirs = weights(one), weights(other)
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)


def curve(run: RunFolder) -> list:
    return [(line["kind"], line["step"], line["loss"]) for line in run.lines()]


def test_a_run_leaves_everything_a_reader_needs(tiny_run):
    names = {path.name for path in tiny_run.path.iterdir()}
    assert {"config.yaml", "environment.json", "metrics.jsonl", "metrics.json"} <= names
    assert {"predictions.parquet", "mistakes.parquet", "model", "report.html"} <= names
    assert not list(tiny_run.path.rglob("*.partial"))
    assert tiny_run.state == "finished"
    metrics = tiny_run.read_json("metrics.json")
    assert set(metrics["test"]) == {"form", "glaze"}
    assert metrics["steps"] == 12
    assert tiny_run.read_json("environment.json")["data_fingerprint"]


def test_the_metrics_follow_from_the_predictions(tiny_run):
    table = pq.read_table(tiny_run.path / "predictions.parquet").to_pydict()
    hits = [t == p for t, p in zip(table["glaze"], table["glaze_predicted"], strict=True) if t is not None]
    assert tiny_run.read_json("metrics.json")["test"]["glaze"]["accuracy"] == pytest.approx(sum(hits) / len(hits))


def test_nothing_is_pickled(tiny_run):
    kinds = {path.suffix for path in (tiny_run.path / "model").rglob("*") if path.is_file()}
    assert kinds <= {".json", ".safetensors", ".txt", ".yaml"}


def test_the_same_config_and_seed_give_the_same_numbers(tiny_run, tmp_path):
    torch.manual_seed(123)  # what the caller did before must not matter
    again = vbg_framework.run("tiny", registry=TINY, runs=tmp_path)
    assert same(again, tiny_run)
    assert curve(again) == curve(tiny_run)


def test_another_seed_gives_other_numbers(tiny_run, tmp_path):
    other = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=["seed=1"])
    assert not same(other, tiny_run)


def test_the_callers_random_numbers_are_left_alone(tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=["train.steps=1"])
    assert torch.equal(torch.rand(3), expected)


def test_accumulation_gives_the_same_model_as_one_large_batch(tmp_path):
    sets = ["train.precision=fp32", "classifier.dropout=0", "encoders.image.dropout=0", "train.steps=5"]
    whole = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=sets)
    parts = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=[*sets, "train.micro_batch_size=3"])
    for name, value in weights(whole).items():
        assert torch.allclose(value, weights(parts)[name], atol=2e-4), name


@pytest.mark.parametrize("moment", ["model", "checkpoints", "metrics.jsonl"])
def test_a_killed_run_resumes_to_the_same_weights(tiny_run, tmp_path, moment):
    process = warm.vbg("run", "tiny", "--registry", str(TINY), "--runs", str(tmp_path))
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob(f"tiny/*/{moment}")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list_runs(tmp_path)[0].state == "interrupted"
    resumed = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, resume=True)
    assert same(resumed, tiny_run)
    assert curve(resumed) == curve(tiny_run)


def test_a_finished_run_has_nothing_to_resume(tiny_run):
    with pytest.raises(VBGError, match="no interrupted run"):
        vbg_framework.run("tiny", registry=TINY, runs=tiny_run.path.parents[1], resume=True)


def test_two_processes_give_the_same_result_as_one_at_the_same_global_batch(tmp_path):
    sets = ["train.precision=fp32", "classifier.dropout=0", "encoders.image.dropout=0", "train.steps=4"]
    one = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path / "one", sets=sets)
    changes = [word for change in sets for word in ("--set", change)]
    command = ["run", "tiny-image", "--registry", str(TINY), "--runs", str(tmp_path / "two"), "--processes", "2"]
    process = warm.vbg(*command, *changes)  # two more of their own, started by torchrun
    output = process.wait()
    assert process.returncode == 0, output
    two = list_runs(tmp_path / "two")[0]
    for name, value in weights(one).items():
        assert torch.allclose(value, weights(two)[name], atol=2e-4), name
    assert [line["step"] for line in two.lines()] == [line["step"] for line in one.lines()]


def test_two_processes_with_unequal_shares_and_missing_labels_give_the_same_result_as_one(tmp_path, monkeypatch):
    write(tmp_path / "in", rows(False), False)
    monkeypatch.setenv("VBG_DATA", str(tmp_path / "in"))
    exact = ["train.precision=fp32", "classifier.dropout=0", "encoders.text.dropout=0", "train.steps=4"]
    sets = [*exact, "train.batch_size=5", "train.micro_batch_size=2"]
    one, two = warm.shared(tmp_path, "base", tmp_path / "in" / "registry.yaml", *sets)
    for name, value in weights(one).items():
        assert torch.allclose(value, weights(two)[name], atol=2e-4), name
    losses = [[line["loss"] for line in run.lines() if line["kind"] == "train"] for run in (one, two)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_a_batch_smaller_than_the_number_of_processes_comes_to_an_end(tmp_path):
    sets = ["train.precision=fp32", "classifier.dropout=0", "encoders.text.dropout=0", "train.steps=2"]
    one, two = warm.shared(tmp_path, "tiny-text", TINY, *sets, "train.batch_size=1")
    for name, value in weights(one).items():
        assert torch.allclose(value, weights(two)[name], atol=2e-4), name


def test_a_fitted_head_is_the_same_however_many_processes_see_changed_pictures(tmp_path):
    sets = ["encoders.image.frozen=true", "classifier={type: logistic_regression}", "augmenter={type: classical}"]
    one, two = warm.shared(tmp_path, "tiny-image", TINY, *sets)
    found = [pq.read_table(run.path / "predictions.parquet").to_pylist() for run in (one, two)]
    for own, other in zip(*found, strict=True):
        assert np.allclose(own["form_probabilities"], other["form_probabilities"], atol=1e-4), own["id"]


FAULTY = """
    from vbg_framework import Component, Config, hookimpl

    class Options(Config):
        fault: str = "forward"

    @hookimpl
    def vbg_components():
        yield Component("classifier", "faulty", Options, "faulty_head:Head")
"""
HEAD = """
import torch
from torch import nn
from vbg_framework import Classifier


class Head(Classifier):
    calls = 0

    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.heads = nn.ModuleDict({name: nn.Linear(dim, len(task.classes)) for name, task in tasks.items()})

    def forward(self, x):
        if self.config.fault == "forward":
            raise ValueError("cannot go forward\\nmore")
        if self.config.fault == "memory" and len(x) > 3 and self.training:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")
        return {name: head(x) for name, head in self.heads.items()}

    def loss(self, logits, targets):
        total = sum(nn.functional.cross_entropy(logits[t], targets[t], ignore_index=-1) for t in logits)
        return total * float("nan") if self.config.fault == "nan" else total
"""


@pytest.fixture
def faulty(install, tmp_path, monkeypatch):
    """Installs a classifier that goes wrong on purpose; returns a function that runs it."""
    from importlib.metadata import entry_points

    found = [*install("faulty", FAULTY), *entry_points(group="vbg_framework")]
    (tmp_path / "faulty_head.py").write_text(HEAD)
    sys.modules.pop("faulty_head", None)
    monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: found)

    def run(fault: str, *sets: str) -> RunFolder:
        change = f"classifier={{type: faulty, fault: {fault}}}"
        return vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path / "runs", sets=[change, *sets])

    return run


def test_a_plugin_that_raises_in_forward_is_named_and_the_traceback_kept(faulty, tmp_path):
    with pytest.raises(VBGError) as caught:
        faulty("forward")
    assert "plugin faulty (classifier: faulty): ValueError: cannot go forward. Traceback: " in str(caught.value)
    run = list_runs(tmp_path / "runs")[0]
    assert "faulty_head.py" in (run.path / "error.txt").read_text()
    assert run.state == "failed"


def test_a_loss_that_is_not_finite_stops_the_run_with_the_step(faulty):
    with pytest.raises(VBGError, match=r"step 1: the loss is not finite, got nan. Lower train.learning_rate"):
        faulty("nan")


def test_out_of_memory_leads_to_smaller_batches_with_accumulation(faulty):
    run = faulty("memory", "train.steps=3")
    assert run.read_json("metrics.json")["steps"] == 3


def test_out_of_memory_with_a_single_record_is_an_error(faulty, monkeypatch):
    monkeypatch.setattr("torch.nn.Linear.forward", _exhausted)
    with pytest.raises(VBGError, match="out of memory with 1 records per pass"):
        faulty("none")


def _exhausted(*_):
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")


def test_a_full_disk_is_one_clear_message_and_the_run_can_go_on(tmp_path, monkeypatch, tiny_run):
    import vbg_framework.learning.train as train

    def full(*_):
        raise OSError(28, "No space left on device", "checkpoint")

    with monkeypatch.context() as patch:
        patch.setattr(train, "save_checkpoint", full)
        with pytest.raises(VBGError, match=r"checkpoint: the disk is full. Make room. Then go on with: vbg run tiny"):
            vbg_framework.run("tiny", registry=TINY, runs=tmp_path)
    assert same(vbg_framework.run("tiny", registry=TINY, runs=tmp_path, resume=True), tiny_run)


def test_early_stopping_ends_before_the_budget(tmp_path):
    sets = ["train.patience=1", "train.evaluate_every=1", "train.encoder_learning_rate=0", "train.learning_rate=1e-12"]
    run = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=sets)
    assert run.read_json("metrics.json")["steps"] == 2


def test_data_that_changed_since_the_run_started_is_refused(tmp_path):
    from vbg_framework.config.plugins import load_plugins
    from vbg_framework.config.registry import Registry
    from vbg_framework.runs.start import start

    plugins = load_plugins()
    run = start(Registry.read(TINY).experiment("tiny-image", plugins), plugins, tmp_path)
    run.write_json("environment.json", run.read_json("environment.json") | {"data_fingerprint": "another"})
    with pytest.raises(VBGError, match="the data set changed since this run started"):
        vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, resume=True)


def refused(*_, **__):
    raise SystemExit("touched the network")


def without_network(arguments: list[str]) -> int:
    socket.socket.connect = socket.getaddrinfo = refused
    return warm.command(arguments)


def test_nothing_touches_the_network(tmp_path):
    arguments = ["run", "tiny", "--registry", str(TINY), "--runs", str(tmp_path), "--set", "train.steps=1"]
    process = warm.Started(without_network, arguments, env={"HF_HUB_OFFLINE": "0"})
    output = process.wait()
    assert process.returncode == 0, output


def test_metrics_hold_no_number_that_json_cannot(tiny_run):
    json.loads((Path(tiny_run.path) / "metrics.json").read_text(), parse_constant=lambda name: pytest.fail(name))


def test_a_run_writes_down_what_its_options_named_and_what_changed(tmp_path):
    from accelerate import PartialState
    from said import Said

    from vbg_framework.config.plugins import load_plugins
    from vbg_framework.config.registry import resolve
    from vbg_framework.learning.job import Job
    from vbg_framework.runs.execute import _note_contents

    words = tmp_path / "words.txt"
    words.write_text("bowl")
    named = f"augmenter={{type: text_transforms, synonyms: [[{words}, dish]]}}"
    sets = ["train.steps=1", "loop.rounds=1", "loop.quality=false", named]
    run = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path / "runs", sets=sets)
    first = run.read_json("environment.json")
    assert {*first["contents"]} == {"augmenter.synonyms.0.0", "classifier.loss"}
    assert "contents_changed" not in first

    def resumed():
        screen, plugins = Said(), load_plugins()
        resolved = resolve("tiny-text", run.config()["experiment"], plugins, "")
        _note_contents(Job(run, resolved, plugins, screen, PartialState()))
        return screen.lines, run.read_json("environment.json")

    assert resumed() == ([], first)
    words.write_text("dish")
    told, found = resumed()
    assert told == ["Note   what augmenter.synonyms.0.0 names changed since this run started."]
    assert found == first | {"contents_changed": ["augmenter.synonyms.0.0"]}
    words.write_text("bowl")
    assert resumed() == ([], found)
