"""A run's answers about views, as answers about records: the same as those of `vbg predict` for the run's own table."""

import csv

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import vbg_framework
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.inference import Answers
from vbg_framework.learning.prediction.by_record import by_record, places_of_records
from vbg_framework.screen import Screen

COLOURS = {"Bowl": (200, 60, 60), "Jar": (60, 160, 60)}
REGISTRY = """
version: 1
datasets:
  pots: {type: table, path: pots.csv, id: nr, image: photos, text: [title], targets: {kind: kind}, group: object,
         missing_image: POLICY}
experiments:
  pots:
    data: pots
    tasks: [kind]
    encoders:
      image: {type: vit, image_size: 32, patch_size: 16, dim: 16, layers: 1, heads: 2}
      text: {type: bert, vocab_size: 120, max_length: 24, dim: 16, layers: 1, heads: 2}
    fusion: concat
    classifier: softmax-mini
    train: {steps: 3, batch_size: 8, evaluate_every: 3}
  folds:
    extends: pots
    encoders: {image: {type: vit, image_size: 32, patch_size: 16, dim: 16, layers: 1, heads: 2, frozen: true},
               text: {type: tfidf, min_df: 1, max_features: 50}}
    classifier: logistic-regression
    train: {folds: 3}
"""


def museum(folder):
    """60 rows of 40 objects with no, one, or several pictures, some of which are broken or not there."""
    random, lines = np.random.default_rng(0), []
    (folder / "photos").mkdir(parents=True)
    for number in range(60):
        kind = ["Bowl", "Jar"][number % 2]
        names = [f"{number}-{view}.png" for view in range(number % 4)]
        for view, name in enumerate(names):
            noise = random.integers(-50, 50, (40, 30 + view, 3))
            picture = Image.fromarray((np.array(COLOURS[kind]) + noise).clip(0, 255).astype(np.uint8))
            picture.save(folder / "photos" / name)
        broken = number % 5 == 3 and names
        (folder / "photos" / names[0]).write_bytes(b"broken") if broken else None
        names += ["absent.png"] if number % 7 == 6 and names else []
        lines.append([f"A{number}", f"o{number // 3 * 2 + number % 2}", kind, f"piece {number}",
                      " | ".join(f"photos/{name}" for name in names)])  # fmt: skip
    with (folder / "pots.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["nr", "object", "kind", "title", "photos"], *lines])


def answers(path):
    return {row["id"]: row for row in pq.read_table(path).to_pylist()}


@pytest.mark.parametrize(("experiment", "policy"), [("pots", "keep"), ("folds", "quarantine")])
def test_a_run_answers_every_record_as_predict_does(tmp_path, experiment, policy, monkeypatch):
    museum(tmp_path)
    (tmp_path / "registry.yaml").write_text(REGISTRY.replace("POLICY", policy))
    monkeypatch.chdir(tmp_path)
    run = vbg_framework.run(experiment, runs=tmp_path / "runs", accept_loss=True)
    out = tmp_path / "out.parquet"
    assert main(["predict", str(run.path), "pots.csv", "--out", str(out), "--probabilities"]) == 0
    asked, own = answers(out), answers(run.path / "predictions.parquet")
    assert len(asked) == 60
    assert own
    assert own.keys() <= asked.keys()
    for name, row in own.items():
        said = [asked[name][f"kind: {kind}"] for kind in ("Bowl", "Jar")]
        assert said == pytest.approx(row["kind_probabilities"], abs=1e-5), name
        assert asked[name]["kind"] == row["kind_predicted"]
        assert asked[name]["kind_set"].split("|") == row["kind_set"]
    measured = run.metrics()["test"]["kind"]["accuracy"]
    assert measured == pytest.approx(np.mean([row["kind"] == row["kind_predicted"] for row in own.values()]))
    if experiment == "folds":
        kept = answers(run.path / "out_of_fold.parquet")
        assert not kept.keys() & own.keys()
        assert kept.keys() <= asked.keys()
        assert {row["split"] for row in kept.values()} == {"train", "validation"}


def test_a_class_that_could_not_be_learnt_stays_so_for_a_record_of_several_views(tmp_path, monkeypatch):
    museum(tmp_path)
    (tmp_path / "registry.yaml").write_text(REGISTRY.replace("POLICY", "keep"))
    monkeypatch.chdir(tmp_path)
    resolved = Registry.read().experiment("folds", load_plugins())
    _, parts = open_items(resolved.experiment, prepare_data(resolved.parts["data"], Screen(), accept_loss=True))
    items = parts["train"]
    several = max(places_of_records(items), key=len)
    learnable = np.ones(len(items), bool)
    learnable[several] = False
    said = Answers({"kind": np.full((len(items), 2), 0.5)}, {"kind": np.zeros(len(items), int)}, {"kind": learnable})
    shown, joined = by_record(items, said)
    assert len(several) > 1
    assert len(shown) < len(items)
    assert (joined.calibrating("kind") == -1).sum() == 1
