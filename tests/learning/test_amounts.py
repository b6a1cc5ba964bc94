"""The amount of synthetic data, chosen in real runs at the smallest size: titles of pots and a head that is fitted."""

import random

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
import warm
from safetensors.torch import load_file
from sklearn.metrics import log_loss
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.run_folder import list_runs
from vbg_framework.learning import amounts as module
from vbg_framework.learning import train as training
from vbg_framework.learning.amounts import balanced_loss
from vbg_framework.learning.inference import Answers

pytestmark = pytest.mark.slow

WORDS = {"jug": "handle spout neck", "bowl": "wide open rim", "plate": "flat rim wide"}
KINDS = ["jug", "jug", "jug", "bowl", "bowl", "plate"]
REGISTRY = """
version: 1
datasets:
  pots: {{type: table, path: {path}, id: id, text: [title], targets: {{kind: kind}}, split: part}}
experiments:
  pots:
    data: pots
    tasks: [kind]
    split: {{use: given}}
    encoders: {{text: {{type: tfidf, min_df: 1, max_features: 200}}}}
    classifier: {{type: logistic_regression, c: 10}}
    augmenter: {{type: duplicate}}
    loop: {{copies: false, verify: null, quality: false}}
    mix: {{amounts: [0, 0.25, 0.5, 1]}}
"""
SHORT = ["train.steps=4", "train.evaluate_every=2", "loop.rounds=1", "mix={amounts: [0, 0.5, 1]}"]


def pots(place, shuffled=""):
    """120 pots; the labels of one part may be given to others of that part."""
    draw, swap = random.Random(0), random.Random(1)
    parts = ["train"] * 60 + ["validation"] * 30 + ["test"] * 30
    kinds = [KINDS[n % 6] for n in range(120)]
    titles = [" ".join(draw.choices([*WORDS[kind].split(), "old", "red", "small", "wide"], k=4)) for kind in kinds]
    places = [n for n, part in enumerate(parts) if part == shuffled]
    given = [kinds[n] for n in places]
    swap.shuffle(given)
    for n, kind in zip(places, given, strict=True):
        kinds[n] = kind
    lines = [f"{n},{titles[n]},{kinds[n]},{parts[n]}" for n in range(120)]
    place.mkdir(parents=True, exist_ok=True)
    (place / "pots.csv").write_text("\n".join(["id,title,kind,part", *lines, ""]))
    (place / "registry.yaml").write_text(REGISTRY.format(path=place / "pots.csv"))
    return place


def fitted(place, *sets):
    return vbg_framework.run("pots", registry=place / "registry.yaml", runs=place / "runs", sets=sets)


def run(folder, *sets):
    return vbg_framework.run("tiny-copies", registry=TINY, runs=folder, sets=[*SHORT, *sets])


def timeless(found):
    account = found.read_json("metrics.json")["amounts"]
    tried = [{key: value for key, value in each.items() if key != "seconds"} for each in account["tried"]]
    return {**account, "tried": tried}


def weights(found):
    return load_file(found.path / "model" / "model.safetensors")


def same(one, other):
    mine, theirs = weights(one), weights(other)
    return all(torch.equal(mine[name], theirs[name]) for name in mine | theirs) and timeless(one) == timeless(other)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """Pots with every amount of copies."""
    return fitted(pots(tmp_path_factory.mktemp("pots")))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A head that is trained, with every amount of copies."""
    return run(tmp_path_factory.mktemp("runs"))


def test_every_class_counts_alike_in_the_loss_and_what_was_not_learnt_does_not():
    said = np.random.default_rng(0).dirichlet([1, 1, 1, 1], 40).astype(np.float32)
    target = np.array([0] * 30 + [1] * 5 + [2] * 2 + [3] * 2 + [-1])
    answers = Answers({"form": said}, {"form": target}, {"form": target != 3})
    expected = [log_loss(target[target == each], said[target == each], labels=range(4)) for each in range(3)]
    assert balanced_loss(answers, "form") == pytest.approx(np.mean(expected), rel=1e-5)
    with pytest.raises(VBGError, match=r"mix\.amounts: the loss of 'form' cannot be measured, got no validation"):
        balanced_loss(Answers({"form": said}, {"form": np.full(40, -1)}), "form")


def test_the_amount_with_the_least_loss_is_kept_and_is_what_the_run_says(chosen):
    account, metrics = chosen.read_json("metrics.json")["amounts"], chosen.read_json("metrics.json")
    losses = [each["loss"] for each in account["tried"]]
    assert [each["amount"] for each in account["tried"]] == [0, 0.25, 0.5, 1]
    assert account["chosen"] == account["tried"][int(np.argmin(losses))]["amount"]
    assert len(set(losses)) > 1
    samples = read_lines(chosen.path / "synthetic" / "samples.jsonl")
    (kept,) = (each for each in account["tried"] if each["amount"] == account["chosen"])
    assert len(samples) == kept["records"] == metrics["generated"]["records"]
    assert all(each["seconds"] > 0 for each in account["tried"])


@pytest.mark.parametrize(
    ("losses", "sets"), [((1, 2, 3), ["augmenter=null", "mix.amounts=null"]), ((3, 2, 1), ["mix.amounts=null"])]
)
def test_nothing_added_is_the_run_without_augmenter_and_all_of_it_the_run_without_the_option(
    losses, sets, tmp_path, monkeypatch
):
    plain, given = run(tmp_path / "plain", *sets), iter(losses)
    monkeypatch.setattr(module, "balanced_loss", lambda *_: next(given))
    found = run(tmp_path / "amounts")
    mine, theirs = weights(plain), weights(found)
    assert all(torch.equal(mine[name], theirs[name]) for name in mine | theirs)
    one, two = (each.read_json("metrics.json") for each in (plain, found))
    assert (one["test"], one["validation"], one["best_step"]) == (two["test"], two["validation"], two["best_step"])


def test_labels_of_the_test_part_change_no_choice_and_those_of_validation_do(chosen, tmp_path):
    other = fitted(pots(tmp_path / "test", "test"))
    assert timeless(other) == timeless(chosen)
    one, two = (each.read_json("metrics.json") for each in (chosen, other))
    assert one["validation"] == two["validation"]
    assert one["test"] != two["test"]
    seen = fitted(pots(tmp_path / "validation", "validation"))
    assert [each["loss"] for each in timeless(seen)["tried"]] != [each["loss"] for each in timeless(chosen)["tried"]]


def test_of_equal_losses_the_smallest_amount_is_kept(tmp_path, monkeypatch):
    losses = iter([0.7, 0.5, 0.5, 0.6])
    monkeypatch.setattr(module, "balanced_loss", lambda *_: next(losses))
    found = fitted(pots(tmp_path))
    assert found.read_json("metrics.json")["amounts"]["chosen"] == 0.25
    assert len(read_lines(found.path / "synthetic" / "samples.jsonl")) == timeless(found)["tried"][1]["records"]


def test_amounts_of_vectors_are_chosen_too(tmp_path, monkeypatch):
    losses = iter([0.7, 0.6, 0.5, 0.6])
    monkeypatch.setattr(module, "balanced_loss", lambda *_: next(losses))
    found = fitted(pots(tmp_path), "augmenter={type: embedding_copies}")
    account = found.read_json("metrics.json")["amounts"]
    assert (account["chosen"], [each["records"] for each in account["tried"]]) == (0.5, [None] * 4)
    said = [line for line in (found.path / "run.log").read_text().splitlines() if "Vectors" in line]
    assert [line.split("records, ")[1] for line in said] == [f"{n} new (10 asked for, 10 made)." for n in (0, 2, 5, 10)]


def test_the_curves_of_the_kept_training_are_those_of_the_run_and_nothing_to_resume_is_left(finished):
    kept = finished.path / "amounts" / str(finished.read_json("metrics.json")["amounts"]["chosen"])
    assert finished.lines() == read_lines(kept / "metrics.jsonl")
    assert not list(finished.path.rglob("checkpoints"))
    assert "Amounts of generated data" in (finished.path / "report.html").read_text()


@pytest.mark.parametrize("calls", [3, 7])  # in the first, in the second training
def test_an_interrupted_run_chooses_like_an_uninterrupted_one(finished, tmp_path, monkeypatch, calls):
    step, count = training._step, [0]

    def failing(*arguments):
        count[0] += 1
        if count[0] == calls:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(training, "_step", failing)
        with pytest.raises(VBGError, match="interrupted"):
            run(tmp_path)
    (begun,) = list_runs(tmp_path)
    assert begun.state == "interrupted"
    again = vbg_framework.run("tiny-copies", runs=tmp_path, resume=True)
    assert same(again, finished)
    samples = [(found.path / "synthetic" / "samples.jsonl").read_bytes() for found in (again, finished)]
    assert samples[0] == samples[1]


def test_a_run_killed_while_the_last_model_is_saved_ends_the_same(finished, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("vbg_framework.runs.execute.save", stop)
        with pytest.raises(VBGError, match="interrupted"):
            run(tmp_path)
    assert same(vbg_framework.run("tiny-copies", runs=tmp_path, resume=True), finished)


def test_predictions_equal_those_of_the_saved_model(chosen):
    model = vbg_framework.load(chosen.path)
    table = pq.read_table(chosen.path / "predictions.parquet").to_pylist()
    titles = {line.split(",")[0]: line.split(",")[1] for line in (chosen.path.parents[2] / "pots.csv").open()}
    said = [
        list(each.probabilities["kind"].values())
        for each in model.predict([{"text": titles[row["id"]]} for row in table])
    ]
    assert np.allclose(said, [row["kind_probabilities"] for row in table], atol=1e-5)


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        (["augmenter={type: classical}"], r"mix\.amounts: amounts are of new records or vectors, got 'classical'"),
        (["augmenter=null"], "`mix.amounts` needs an `augmenter`, got none; choose one"),
        (["train.folds=3"], "validation records that are not trained on, got `train.folds: 3`; leave"),
        (["mix.policy=synthetic_only"], "added to the real ones, got `policy: synthetic_only`; choose concat"),
        (["mix.amounts=[1, 0]"], r"`amounts` are not in rising order, got \[1.0, 0.0\]; sort"),
    ],
)
def test_where_amounts_cannot_go_is_said_before_any_work(sets, told, tmp_path):
    with pytest.raises(VBGError, match=told):
        fitted(pots(tmp_path), *sets)
    assert not list((tmp_path / "runs").rglob("metrics.json"))


def test_a_run_without_the_option_leaves_nothing_new(tmp_path):
    found = fitted(pots(tmp_path), "mix.amounts=null")
    assert not (found.path / "amounts").exists()
    assert "amounts" not in found.read_json("metrics.json")


def test_two_processes_choose_as_one_does(tmp_path):
    alone = [
        "train.precision=fp32",
        "encoders.image=null",
        "fusion=null",
        "classifier.dropout=0",
        "encoders.text.dropout=0",
    ]
    sets = [*SHORT, *alone]
    one, two = (
        found.read_json("metrics.json")["amounts"] for found in warm.shared(tmp_path, "tiny-copies", TINY, *sets)
    )
    losses = [[each["loss"] for each in account["tried"]] for account in (one, two)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)
    assert one["chosen"] == two["chosen"]
