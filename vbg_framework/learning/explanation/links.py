"""Which regions of a picture a fusion reads from each word, and back, by its attention. W words, N tokens, H heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate.utils import send_to_device

from vbg_framework.contracts.interfaces import Place
from vbg_framework.contracts.modality import modality_of
from vbg_framework.learning.explanation.regions import GRID
from vbg_framework.learning.explanation.words import Span, spans
from vbg_framework.learning.prediction.saved import SavedModel


@dataclass(frozen=True)
class Links:
    """How much attention passes between words and regions, mean over heads.

    Args:
        text: what the words stand in.
        words: begin and end of each word.
        weights: (W, 8, 8) share of the attention of each word that goes to each region; sums to 1 for a
            word that the encoder reads, to 0 for one behind its longest text.
        regions: (8, 8, W) share of the attention of each region that goes to each word; sums to 1 for a region that
            the encoder sees.
    """

    text: str
    words: Sequence[Span]
    weights: np.ndarray
    regions: np.ndarray


@torch.inference_mode()
def links(model: SavedModel, inputs: Mapping[str, Any]) -> Links | None:
    """The links of one record; None where the record has no picture or no text, or the model does not show them.

    It shows them if its fusion has an `attention` between both, or of tokens of its own to both, and its encoders say
    where their tokens stand (`Encoder.places`). Attention says what is read, not what decides: see `regions` for that.

    Args:
        model: a trained model.
        inputs: what it reads of the record, modality -> raw item.
    """
    keys = {modality_of(key): key for key in reversed([*model.model.encoders])}
    if not {"image", "text"} <= inputs.keys() & keys.keys() or model.model.fusion is None:
        return None
    words = spans(inputs["text"])
    image, text = (model.model.encoders[keys[name]].places(inputs[name]) for name in ("image", "text"))
    batch = send_to_device(model.batch([inputs]), model.device)
    maps = model.model.fusion.attention(model.model.features(batch))
    between = _between({pair: each[0].float().mean(0).cpu().numpy() for pair, each in maps.items()}, keys)
    if between is None or not words or between.shape != (len(text), len(image)):
        return None
    of_words, of_cells = _of_words(text, words), _of_cells(image)
    joint = of_words @ between @ of_cells  # (W, 64)
    weights = _shares(joint).reshape(len(words), GRID, GRID)
    return Links(inputs["text"], words, weights, _shares(joint.T).reshape(GRID, GRID, len(words)))


def _between(maps: Mapping[tuple[str, str], np.ndarray], keys: Mapping[str, str]) -> np.ndarray | None:
    """(N text, N image): what passes in both directions, or through tokens that read both."""
    image, text = keys["image"], keys["text"]
    if (text, image) in maps:
        back = maps.get((image, text))
        return maps[text, image] if back is None else maps[text, image] + _shares(back.T)
    common = {start for start, end in maps if end == text} & {start for start, end in maps if end == image}
    return sum(maps[start, text].T @ maps[start, image] for start in sorted(common)) if common else None


def _of_words(places: Sequence[Place | None], words: Sequence[Span]) -> np.ndarray:
    """(W, N) 1 where a token is part of a word."""
    return np.array(
        [[float(place is not None and place[0] < end and place[1] > start) for place in places] for start, end in words]
    )


def _of_cells(places: Sequence[Place | None]) -> np.ndarray:
    """(N, 64) share of each token's area that lies in each cell, row by row."""
    edges = np.arange(GRID + 1) / GRID
    shares = np.zeros((len(places), GRID, GRID))
    for share, place in zip(shares, places, strict=True):
        if place is not None:
            left, top, right, bottom = place
            down, across = (_overlap(edges, *side) for side in ((top, bottom), (left, right)))
            share += np.outer(down, across)
    return shares.reshape(len(places), -1)


def _overlap(edges: np.ndarray, begin: float, end: float) -> np.ndarray:
    """(8,) share of a stretch that lies between each two edges."""
    inside = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
    return inside.clip(0) / (end - begin)


def _shares(values: np.ndarray) -> np.ndarray:
    """Rows that sum to 1, where they are not all 0."""
    total = values.sum(-1, keepdims=True)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)
