"""Whole processes side by side: from the start of Python to written predictions, ours and those of its peers.

    OMP_NUM_THREADS=1 uv run python benchmarks/peers.py [--pair light] [--arms ours trainer] [--epochs 4] [--rounds 3]
        [--batch 16] [--set data.objects=200]

Fine-tunes the same image and text network from the same weights on the same table: the same pictures, texts, division,
batch size, number of steps, peak learning rate, fp32, one validation at the end. Pairs are `light` (MobileNetV2 of half
width and a BERT of two layers, 64 px, random weights, on the mini museum) and `vit` (ViT-Ti at 224 px and MiniLM, on
Egyptian objects; needs VBG_DATA and VBG_WEIGHTS). Arms, each in a process of its own, take turns:
  ours        `vbg run` of an experiment, with an empty cache of data and without observers, to its report page
  trainer     a script around the Hugging Face Trainer (`peers_trainer.py`), in this environment
  multimodal  AutoGluon Multimodal (`autogluon_multimodal_fit.py`), in an environment of its own; needs an index once
Prints medians over rounds, and the ratio of each peer to ours with the smallest and largest of a round.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd
from processes import cost
from sklearn.metrics import f1_score

HERE = Path(__file__).parent
OBSERVERS = "vbg_mlflow,vbg_tensorboard"
"""The Trainer reports to none either."""
TOLD = {"clock": "s by the clock", "seconds": "s of processors", "mib": "MiB", "macro_f1": "macro-F1"}


@dataclass(frozen=True)
class Setting:
    """Args: folder = of the table; weights = modality -> folder; epochs, steps, batch, rate = of the training."""

    folder: Path
    weights: dict[str, str]
    epochs: int
    steps: int
    batch: int
    rate: float


def ours(setting: Setting, seed: int, place: Path) -> tuple[dict[str, float], pd.Series]:
    """What `vbg run` takes, and the class of each test record."""
    encoders = {"image": "timm", "text": "bert"}
    table = {
        "type": "table", "path": str(setting.folder / "table.csv"), "id": "id", "image": "image", "text": ["text"],
        "targets": {"target": "target"}, "split": "split",
    }  # fmt: skip
    experiment = {
        "data": table, "tasks": ["target"], "fusion": {"type": "concat"}, "classifier": {"type": "softmax"},
        "seed": seed,
        "encoders": {name: {"type": kind, "weights": setting.weights[name]} for name, kind in encoders.items()},
        "train": {"steps": setting.steps, "evaluate_every": setting.steps, "batch_size": setting.batch,
                  "learning_rate": setting.rate, "encoder_learning_rate": setting.rate, "precision": "fp32"},
    }  # fmt: skip
    (place / "registry.yaml").write_text(json.dumps({"version": 1, "experiments": {"peer": experiment}}))
    command = [sys.executable, "-m", "vbg_framework", "run", "peer", "--runs", "runs"]
    took = cost(command, place, place / "log", {"VBG_CACHE": str(place / "cache"), "VBG_BLOCK": OBSERVERS})
    [file] = place.glob("runs/**/predictions.parquet")
    return took, pd.read_parquet(file).set_index("id")["target_predicted"]


def trainer(setting: Setting, seed: int, place: Path) -> tuple[dict[str, float], pd.Series]:
    """The same of a script around the Trainer."""
    options = {"steps": setting.steps, "batch_size": setting.batch, "learning_rate": setting.rate, "seed": seed}
    (place / "options.json").write_text(json.dumps(setting.weights | options))
    script = str(HERE / "peers_trainer.py")
    return cost([sys.executable, script, str(setting.folder), str(place)], place, place / "log"), _answers(place)


def multimodal(setting: Setting, seed: int, place: Path) -> tuple[dict[str, float], pd.Series]:
    """The same of AutoGluon Multimodal."""
    from autogluon_multimodal import fit  # the others do without

    once = {"optim.val_check_interval": 1.0, "optim.check_val_every_n_epoch": setting.epochs, "optim.top_k": 1}
    own = once | {
        "optim.max_epochs": setting.epochs, "optim.lr": setting.rate, "optim.lr_choice": "single_stage",
        "optim.weight_decay": 0.01, "env.batch_size": setting.batch, "env.per_gpu_batch_size": setting.batch,
    }  # fmt: skip
    options = setting.weights | {"seconds": None, "seed": seed, "plain": True, "hyperparameters": own}
    return fit(setting.folder, place, options), _answers(place)


ARMS: dict[str, Callable] = {each.__name__: each for each in (ours, trainer, multimodal)}


def _answers(place: Path) -> pd.Series:
    return pd.read_csv(place / "predictions.csv", dtype={"id": str}).set_index("id").idxmax(axis=1)


def measured(arm: str, setting: Setting, seed: int) -> dict[str, float]:
    """Figures of one process."""
    with tempfile.TemporaryDirectory() as name:
        took, said = ARMS[arm](setting, seed, Path(name))
    table = pd.read_csv(setting.folder / "table.csv", dtype=str, keep_default_na=False).set_index("id")
    test = table[table["split"] == "test"]["target"]
    return took | {"macro_f1": f1_score(test, said.loc[test.index], average="macro")}


def told(name: str, rows: list[dict[str, float]], first: list[dict[str, float]]) -> str:
    """Medians of an arm, and their ratios to the first one, round by round."""
    cells = [name]
    for key in TOLD:
        ratios = [row[key] / other[key] for row, other in zip(rows, first, strict=True)]
        spread = "" if rows is first else f": {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        cells.append(f"{median(row[key] for row in rows):.{2 if key == 'macro_f1' else 1}f}{spread}")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the command line, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pair", choices=["light", "vit"], default="light")
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=["ours", "trainer"])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--set", action="append", default=[], help="a change of the experiment that divides the data")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:  # material is made apart: what this process holds counts in every arm
        subprocess.run([sys.executable, str(HERE / "peers_material.py"), name, given.pair, *given.set], check=True)
        weights = json.loads(Path(name, "weights.json").read_text())
        count = (pd.read_csv(Path(name, "table.csv"))["split"] == "train").sum()
        steps = given.epochs * math.ceil(count / given.batch)
        setting = Setting(Path(name), weights, given.epochs, steps, given.batch, given.rate)
        print(f"{given.pair}, {count} records to learn from, {steps} steps of {given.batch}, fp32", flush=True)
        found: dict[str, list[dict[str, float]]] = {arm: [] for arm in given.arms}
        for seed in range(1, given.rounds + 1):
            for arm in given.arms:
                found[arm].append(measured(arm, setting, seed))
                print(arm, {key: round(value, 3) for key, value in found[arm][-1].items()}, flush=True)
    print(f"| {' | '.join(['', *TOLD.values()])} |", "| --- " * (len(TOLD) + 1) + "|", sep="\n")
    print(*(told(arm, rows, found[given.arms[0]]) for arm, rows in found.items()), sep="\n")


if __name__ == "__main__":
    main()
