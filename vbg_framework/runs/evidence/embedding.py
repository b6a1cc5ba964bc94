"""What the encoders of a trained model make of records: one vector per record and modality. n records, D numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate.utils import send_to_device
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from vbg_framework.base.publication import written
from vbg_framework.contracts.interfaces import Features
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.batch import Batch
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.screen import Screen

BATCH = 32


@dataclass(frozen=True)
class Embedding:
    """Vectors of n records.

    Args:
        ids: of the records.
        vectors: modality -> (n, D) float32; a row of zeros where the record lacks the modality.
        present: modality -> (n,) bool.
        counted: modalities whose numbers are counts, such as TF-IDF, which are not standardised.
    """

    ids: Sequence[str]
    vectors: Mapping[str, np.ndarray]
    present: Mapping[str, np.ndarray]
    counted: frozenset[str] = frozenset()

    def joint(self) -> np.ndarray:
        """(n, sum of D) float32: modalities standardised and of mean squared length 1; zeros where one is missing."""
        return np.hstack([self.even(name, *self.scale(name)) for name in self.vectors]).astype(np.float32)

    def scale(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Mean and factor, (D,) each, that standardise a modality and bring its mean squared length to 1."""
        known = self.vectors[name][self.present[name]].astype(np.float64)
        if not len(known):
            return np.zeros(self.vectors[name].shape[1]), np.zeros(self.vectors[name].shape[1])
        mean, spread = known.mean(0), known.std(0)
        if name in self.counted:
            mean, spread = np.zeros_like(mean), np.ones_like(spread)
        factor = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-8)
        return mean, factor / (np.square((known - mean) * factor).sum(1).mean() ** 0.5 or 1.0)

    def even(self, name: str, mean: np.ndarray, factor: np.ndarray) -> np.ndarray:
        """(n, D) a modality less the mean and times the factor that `scale` found; zeros where it is missing."""
        return np.where(self.present[name][:, None], (self.vectors[name] - mean) * factor, 0)


def embed(model: SavedModel, items: Items, screen: Screen) -> Embedding:
    """Ask the encoders for the pooled vector of every record, a batch at a time."""
    results, ids = [], items.ids
    with screen.progress("Encoding", len(items)) as bar:
        for start in range(0, len(items), BATCH):
            places = range(start, min(start + BATCH, len(items)))
            inputs = [items[index]["inputs"] for index in places]
            results.append(embedded(model, ids[places.start : places.stop], inputs))
            bar.advance(len(places))
    return stacked(results)


def stacked(parts: Sequence[Embedding]) -> Embedding:
    """Batches of records, one after the other; at least one."""
    vectors = {name: np.concatenate([each.vectors[name] for each in parts]) for name in parts[0].vectors}
    present = {name: np.concatenate([each.present[name] for each in parts]) for name in parts[0].vectors}
    return Embedding([identity for each in parts for identity in each.ids], vectors, present, parts[0].counted)


@torch.inference_mode()
def embedded(model: SavedModel, ids: Sequence[str], inputs: Sequence[Mapping[str, Any]]) -> Embedding:
    """Ask the encoders about one batch of records.

    Args:
        model: whose encoders are asked.
        ids: n names.
        inputs: n mappings, modality -> raw item.
    """
    batch = send_to_device(model.batch(inputs), model.device)
    return pooled(model, ids, batch, model.model.features(batch))


def pooled(model: SavedModel, ids: Sequence[str], batch: Batch, features: Mapping[str, Features]) -> Embedding:
    """The vectors of a batch whose encoders were asked already.

    Args:
        model: whose encoders these are.
        ids: n names.
        batch: of the records, on the device of the model.
        features: what the encoders made of it.
    """
    vectors = {name: each.pooled.float().cpu().numpy() for name, each in features.items()}
    present = {name: batch["present"][name].cpu().numpy() for name in features}
    encoders = model.model.encoders.items()
    counted = frozenset(name for name, encoder in encoders if not any(block.dense for block in encoder.blocks))
    return Embedding(ids, vectors, present, counted)


def keep(file: Path, fingerprint: str, embedding: Embedding) -> None:
    """Write vectors, with the fingerprint of the data they were made from."""
    arrays = {f"vectors.{name}": np.ascontiguousarray(each) for name, each in embedding.vectors.items()}
    arrays |= {f"present.{name}": each for name, each in embedding.present.items()}
    about = {"ids": list(embedding.ids), "counted": sorted(embedding.counted), "fingerprint": fingerprint}
    with written(file) as partial:
        save_file(arrays, str(partial), {"about": json.dumps(about)})  # the library gives several keys a random order


def recall(file: Path, fingerprint: str, ids: Sequence[str]) -> Embedding | None:
    """What `keep` wrote of this data and these records; None where there is nothing, or something else or damaged."""
    try:
        with safe_open(str(file), "numpy") as opened:
            about = json.loads((opened.metadata() or {})["about"])
            results = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        if about["fingerprint"] != fingerprint or about["ids"] != list(ids):
            return None
        vectors, present = (
            {name.removeprefix(kind): each for name, each in results.items() if name.startswith(kind)}
            for kind in ("vectors.", "present.")
        )
        return Embedding(ids, vectors, present, frozenset(about["counted"]))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None
