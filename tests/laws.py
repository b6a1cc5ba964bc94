"""A small museum's table in several orders, and experiments of every kind over it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

KINDS = ("Bowl", "Jar", "Schu\u0308ssel")
WORDS = {"Bowl": "wide open serving", "Jar": "tall neck storage", "Schu\u0308ssel": "flat rim"}
COLOURS = {"Bowl": (200, 60, 60), "Jar": (60, 160, 60), "Schu\u0308ssel": (60, 60, 200)}
PARTS = ("train", "validation", "test")

EXPERIMENTS = """
version: 1
datasets:
  objects:
    {type: table, path: objects.csv, id: nr, image: "photos/{nr}.png", text: [title, terms], metadata: [year, height],
     targets: {kind: kind, age: age, make: make}, group: object}
encoders:
  own-vit: {type: vit, image_size: 32, patch_size: 16, dim: 16, layers: 1, heads: 2}
  frozen-vit: {type: vit, image_size: 32, patch_size: 16, dim: 16, layers: 1, heads: 2, frozen: true}
  own-bert: {type: bert, vocab_size: 120, max_length: 24, dim: 16, layers: 1, heads: 2}
experiments:
  base: {data: objects, tasks: [kind, age], classifier: softmax-mini, encoders: {text: own-bert},
         train: {steps: 6, batch_size: 8, evaluate_every: 3, learning_rate: 1e-2, encoder_learning_rate: 1e-2}}
  trained: {extends: base, encoders: {image: frozen-vit, image-own: own-vit, metadata: tabular-mini}, fusion: concat}
  attention: {extends: base, encoders: {image: frozen-vit}, fusion: {type: bidirectional_attention, heads: 2, dim: 16}}
  short: {extends: base, encoders: {image: frozen-vit}, fusion: gated, train: {features: fp16}}
  linear: {extends: base, encoders: {text: tfidf}, classifier: logistic-regression}
  trees: {extends: base, encoders: {text: tfidf, text-pieces: {type: tfidf, analyzer: char_wb, ngram_range: [2, 3]},
          image: frozen-vit}, fusion: concat, classifier: xgboost}
  known: {extends: linear, encoders: {metadata: one-hot}, fusion: concat, inputs: {labels: [make]}}
  words: {extends: base, encoders: {text: textcnn-mini}, text: {policy: mask_label}, train: {sampling: balanced}}
"""


def rows(split: bool) -> list[dict[str, str]]:
    """60 rows of 50 objects; some fields are empty, numbers are written in several ways."""
    return [_row(number, split) for number in range(60)]


def _row(number: int, split: bool) -> dict[str, str]:
    kind = KINDS[number % 3]
    row = {"nr": f"1899.{number:03d}", "object": f"o{number % 50}", "kind": kind if number % 7 else "", "title": ""}
    row["age"] = ["old", "new"][number // 3 % 2]
    row["title"] = (
        "" if number % 5 == 4 else f"{kind.upper() if number % 2 else kind}  {WORDS[kind]}\u200b no. {number}"
    )
    row["terms"] = "" if number % 4 == 3 else "clay|glaze" if number % 2 else "clay"
    row["make"] = ["thrown", "Coiled", "", " moulded ", "thrown"][number % 5]
    row["year"] = ["", f"\u2212{number}", str(1800 + number)][number % 3]
    row["height"] = f"{number},5" if number != 11 else "broken"
    return row | ({"split": PARTS[min(number % 10 // 4, 2)]} if split else {})


def write(folder: Path, table: Sequence[Mapping[str, str]], split: bool) -> None:
    """Table, pictures and registry; every sixth picture is a large photograph, every ninth is not there."""
    (folder / "photos").mkdir(parents=True)
    for number, row in enumerate(sorted(table, key=lambda row: row["nr"])):
        if number % 9 != 8:
            _picture(number, row["kind"] or KINDS[0]).save(folder / "photos" / f"{row['nr']}.png", compress_level=1)
    with (folder / "objects.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    text = EXPERIMENTS.replace("group: object}", "group: object, split: split}") if split else EXPERIMENTS
    (folder / "registry.yaml").write_text(text, encoding="utf-8")


def _picture(number: int, kind: str) -> Image.Image:
    size = (1100, 700) if number % 6 == 5 else (40, 30 + number % 5)
    noise = np.random.default_rng(number).integers(-20, 20, (size[1], size[0], 3))
    return Image.fromarray((np.array(COLOURS[kind]) + noise).clip(0, 255).astype(np.uint8))


def orders(split: bool) -> Iterator[list[dict[str, str]]]:
    """The same rows as they were written, sorted by split or kind, and shuffled."""
    table = rows(split)
    yield table
    yield sorted(table, key=lambda row: (row.get("split", ""), row["kind"], row["nr"]))
    yield [table[place] for place in np.random.default_rng(3).permutation(len(table))]


def predictions(run: Path) -> dict[str, dict[str, np.ndarray]]:
    """Id -> task -> probabilities, as a run predicted its test split."""
    table = pq.read_table(run / "predictions.parquet").to_pylist()
    return {row["id"]: {task: np.array(row[f"{task}_probabilities"]) for task in ("kind", "age")} for row in table}
