"""One classifier, trained from scratch."""

from dataclasses import replace

import numpy as np
import pytest
from accelerate import PartialState
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.job import Job
from vbg_framework.learning.trained import Material, budget, train_classifier
from vbg_framework.screen import Screen

FITTED = ["encoders.text.frozen=true", "classifier=logistic-regression"]


def setting(folder, *sets):
    plugins = load_plugins()
    sets = ["train.steps=2", "train.evaluate_every=1", *sets]
    resolved = Registry.read(TINY).experiment("tiny-text", plugins, sets)
    prepared = prepare_data(resolved.parts["data"], Screen())
    splits = prepared.split(resolved.experiment.split, resolved.experiment.tasks)
    policy = TextPolicy(resolved.experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
    items = {
        name: Items(prepared, rows, tasks=splits.tasks, modalities=["text"], text=policy)
        for name, rows in splits.rows.items()
    }
    job = Job(RunFolder(folder), resolved, plugins, Screen(), PartialState(cpu=True))
    tasks = {task.name: task for task in splits.tasks}
    return job, Material(real=items["train"], train=items["train"], validation=items["validation"], tasks=tasks), items


def test_a_finished_training_comes_back_at_once_and_says_the_same(tmp_path):
    job, material, items = setting(tmp_path)
    seen = []

    def notify(hook, **facts):
        seen.append(facts["step"])

    first = train_classifier(job, job.run, material, notify, "Training").ask(items["test"])
    again = train_classifier(job, job.run, material, notify, "Training").ask(items["test"])
    assert seen == [1, 2]
    assert (first.probabilities["form"] == again.probabilities["form"]).all()
    assert len(first.targets["form"]) == len(items["test"])


@pytest.mark.parametrize("more", [[], ["train.average=0.5"], ["encoders.text.frozen=true"], FITTED])
def test_what_training_heard_of_the_validation_records_is_what_asking_again_says(tmp_path, more):
    job, material, _ = setting(tmp_path, *more)
    trained = train_classifier(job, job.run, material, lambda *_, **__: None, "Training")
    again = trained.ask(material.validation)
    for task, heard in trained.validated.probabilities.items():
        assert np.array_equal(heard, again.probabilities[task])
        assert np.array_equal(trained.validated.targets[task], again.targets[task])


def test_in_half_precision_validation_records_are_asked_again(tmp_path):
    job, material, _ = setting(tmp_path, "train.precision=bf16")
    assert train_classifier(job, job.run, material, lambda *_, **__: None, "Training").validated is None


def test_two_trainings_of_one_run_share_what_encoders_prepared(tmp_path):
    job, material, _ = setting(tmp_path)
    folder = RunFolder(tmp_path / "rounds" / "1")
    folder.path.mkdir(parents=True)
    train_classifier(job, folder, material, lambda *_, **__: None, "Round")
    assert (tmp_path / "model" / "assets" / "text").is_dir()
    assert not (folder.path / "model").exists()
    assert len(folder.lines()) > 0


def drawn(folder, *sets):
    """Class of `glaze` -> how often it is drawn in training."""
    job, material, items = setting(folder, "train.steps=40", "train.evaluate_every=40", *sets)
    seen = []

    def look(batch):
        seen.extend(item["targets"]["glaze"] for item in batch)
        return batch

    train_classifier(job, job.run, replace(material, transforms=[look]), lambda *_, **__: None, "Training")
    counts = [seen.count(code) for code, count in enumerate(items["train"].counts("glaze")) if count]
    assert sum(counts) == 40 * 8
    return counts


def test_balanced_sampling_shows_every_class_of_the_task_equally_often_in_as_many_steps(tmp_path):
    natural = drawn(tmp_path / "natural")
    balanced = drawn(tmp_path / "balanced", "train.sampling=balanced", "loop.task=glaze")
    assert max(natural) > 1.5 * min(natural)
    assert max(balanced) - min(balanced) <= 5  # one more or less in each of the passes


def test_balanced_sampling_needs_labels(tmp_path):
    job, material, _ = setting(tmp_path, "train.sampling=balanced")
    blank = RecordItems([Record("a", {"text": "A bowl"})], tasks=[Task("form", classes=("x", "y"))], modalities=[])
    with pytest.raises(VBGError, match="no training record has a label of 'form'"):
        train_classifier(job, job.run, replace(material, train=blank), lambda *_, **__: None, "Training")


def test_a_budget_in_passes_means_more_steps_for_more_records():
    setup = TrainConfig(steps=10, batch_size=32, epochs=2)
    assert [budget(setup, records).steps for records in (32, 33, 64)] == [2, 3, 4]
    assert budget(TrainConfig(steps=10), 1000).steps == 10
