"""The measuring instrument at work: what models reach on the mini museum, held against what can be reached."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.ceilings import ceilings

import vbg_framework

pytestmark = pytest.mark.slow

TASKS = ("form", "kiln", "period", "glaze")
KINDS = {"quickstart-without-gan": "both", "quickstart-image": "image", "quickstart-text": "text"}
STEPS = {"quickstart-without-gan": 560, "quickstart-image": 140, "quickstart-text": 140}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The shipped quickstart without its GAN, with both modalities and with one, trained once for all tests here."""
    root = tmp_path_factory.mktemp("quickstart")
    return {
        KINDS[name]: vbg_framework.run(
            name, runs=root, sets=[f"train.steps={steps}", f"train.evaluate_every={steps // 4}"]
        )
        for name, steps in STEPS.items()
    }


def accuracy(run, task):
    return run.read_json("metrics.json")["test"][task]["accuracy"]


def spread(share, n):
    """Three standard errors of a share of n."""
    return 3 * np.sqrt(max(share * (1 - share), 0.02) / n)


def predictions(run):
    return pq.read_table(run.path / "predictions.parquet").to_pydict()


def majority(run, task):
    truth = predictions(run)[task]
    return max(truth.count(name) for name in set(truth)) / len(truth)


@pytest.mark.parametrize("modality", ["image", "text", "both"])
@pytest.mark.parametrize("task", TASKS)
def test_no_model_beats_its_ceiling(runs, task, modality):
    best = ceilings(MiniMuseumConfig())[task][modality]
    best = max(best, majority(runs[modality], task))  # the test split is a sample of its own
    assert accuracy(runs[modality], task) <= best + spread(best, len(predictions(runs[modality])["id"]))


@pytest.mark.parametrize(
    ("modality", "task"), [("image", "kiln"), ("text", "form"), ("image", "period"), ("text", "period")]
)
def test_a_model_without_the_information_stays_at_chance(runs, task, modality):
    chance = majority(runs[modality], task)
    assert accuracy(runs[modality], task) <= chance + spread(chance, len(predictions(runs[modality])["id"]))


@pytest.mark.parametrize(
    ("modality", "task"), [("image", "form"), ("text", "kiln"), ("image", "glaze"), ("text", "glaze")]
)
def test_a_model_with_the_information_finds_it(runs, task, modality):
    assert accuracy(runs[modality], task) > majority(runs[modality], task) + 0.15


def test_reading_both_together_beats_either_alone_and_averaging_their_probabilities(runs):
    both, image, text = (accuracy(runs[name], "period") for name in ("both", "image", "text"))
    read, pictured = predictions(runs["text"]), predictions(runs["image"])
    rows = [pictured["id"].index(identity) for identity in read["id"]]  # every record has an image, not all a text
    seen = {name: [column[row] for row in rows] for name, column in pictured.items()}
    late = np.array(seen["period_probabilities"]) + np.array(read["period_probabilities"])
    classes = runs["image"].read_json("metrics.json")["test"]["period"]["classes"]
    averaged = np.mean([classes[row] == truth for row, truth in zip(late.argmax(1), seen["period"], strict=True)])
    assert both > max(image, text, averaged) + 0.2
