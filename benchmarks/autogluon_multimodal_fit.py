# /// script
# requires-python = ">=3.10,<3.14"
# dependencies = ["autogluon.multimodal==1.6.3"]
# ///
"""Fit AutoGluon Multimodal on a table and answer its test records, in an environment of its own.

    autogluon_multimodal_fit.py TABLE PLACE

TABLE is the folder of `table.csv` as `exported.py` writes it. PLACE holds `options.json`: image and text = folders of
weights, seconds or null, seed, plain = pictures are not changed at random, hyperparameters; its `predictions.csv` gets
the probability of every class.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import torch
from autogluon.multimodal import MultiModalPredictor
from safetensors.torch import load_file

KINDS = {"image": "image_path", "text": "text"}
SAME = ["resize_to_square"]
"""Pictures are neither cut nor changed at random."""


def timm_folder(source: Path, out: Path) -> Path:
    """Weights as AutoGluon loads them from a folder: without a classifier, in PyTorch's own format."""
    out.mkdir(exist_ok=True)
    shutil.copy(source / "config.json", out)
    classifier = json.loads((source / "config.json").read_text())["pretrained_cfg"]["classifier"]
    state = load_file(source / "model.safetensors")
    kept = {name: value for name, value in state.items() if not name.startswith(f"{classifier}.")}
    torch.save(kept, out / "pytorch_model.bin")
    return out


def main() -> None:
    """Read the command line."""
    folder, place = (Path(each).resolve() for each in sys.argv[1:])
    options = json.loads((place / "options.json").read_text())
    table = pd.read_csv(folder / "table.csv", dtype={"id": str, "target": str}).dropna(subset=["target"])
    chosen = {}
    if "image" in table:
        table["image"] = str(folder) + "/" + table["image"]
        chosen["model.timm_image.checkpoint_name"] = str(timm_folder(Path(options["image"]), place / "timm"))
        norm = json.loads((place / "timm" / "config.json").read_text())["pretrained_cfg"]["mean"][0]
        chosen["model.timm_image.image_norm"] = "inception" if norm == 0.5 else "imagenet"
        if options["plain"]:
            chosen |= {f"model.timm_image.{when}_transforms": SAME for when in ("train", "val")}
    if "text" in table:
        chosen["model.hf_text.checkpoint_name"] = options["text"]
    parts = {split: part.drop(columns=["id", "split"]) for split, part in table.groupby("split")}
    predictor = MultiModalPredictor(
        label="target", problem_type="multiclass", eval_metric="log_loss", path=str(place / "model"), verbosity=1
    )
    predictor.fit(
        parts["train"], tuning_data=parts["validation"], time_limit=options["seconds"], seed=options["seed"],
        column_types={name: kind for name, kind in KINDS.items() if name in table},
        hyperparameters={"env.num_gpus": 0, "env.num_workers": 0, "env.num_workers_inference": 0,
                         "env.precision": 32, **chosen, **options["hyperparameters"]},
    )  # fmt: skip
    said = predictor.predict_proba(parts["test"].drop(columns="target"))
    said.insert(0, "id", table.loc[said.index, "id"])
    said.to_csv(place / "predictions.csv", index=False)


if __name__ == "__main__":
    main()
