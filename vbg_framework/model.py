"""The model: one encoder per modality, a fusion, a classifier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from torch import Tensor, nn

from vbg_framework.batch import Batch
from vbg_framework.errors import VBGError
from vbg_framework.interfaces import Classifier, Encoder, EstimatorClassifier, Features, Fusion
from vbg_framework.record import Task
from vbg_framework.registry import Resolved

_FEATURES = {"tokens", "mask", "pooled"}  # inputs that an encoder was asked for before


class Model(nn.Module):
    """Encoders, fusion and classifier, run one after the other.

    Args:
        encoders: modality -> Encoder.
        fusion: joins them; None with a single encoder, whose pooled vector then goes to the classifier.
        classifier: the head.
    """

    def __init__(self, encoders: Mapping[str, Encoder], fusion: Fusion | None, classifier: Classifier) -> None:
        super().__init__()
        self.encoders = cast("Mapping[str, Encoder]", nn.ModuleDict(encoders))  # a ModuleDict forgets what it holds
        self.fusion = fusion
        self.classifier = classifier

    def features(self, batch: Batch) -> dict[str, Features]:
        """modality -> Features of the whole batch; rows of a missing modality are zero and masked."""
        return {
            m: _spread(encoder, batch["inputs"].get(m), batch["present"][m]) for m, encoder in self.encoders.items()
        }

    def join(self, features: Mapping[str, Features]) -> Tensor:
        """The vectors the classifier reads, (B, dim)."""
        if self.fusion is None:
            return next(iter(features.values())).pooled
        return self.fusion(features)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """task -> (B, C) logits."""
        return dict(self.classifier(self.join(self.features(batch))))


def _spread(encoder: Encoder, inputs: Mapping[str, Tensor] | None, present: Tensor) -> Features:
    """Encode the items that are there and put them in their rows of the batch."""
    batch = present.shape[0]
    if inputs is None:  # nobody in the batch has this modality
        like = next(encoder.parameters(), present.new_zeros((), dtype=None).float())
        empty = like.new_zeros(batch, 1, encoder.dim)  # (B, 1, D)
        return Features(empty, present.new_zeros(batch, 1), empty[:, 0])
    found = Features(**inputs) if inputs.keys() == _FEATURES else encoder(inputs)
    if found.tokens.shape[0] == batch:
        return found
    rows = present.nonzero().squeeze(1)
    tokens = found.tokens.new_zeros(batch, *found.tokens.shape[1:]).index_copy(0, rows, found.tokens)
    mask = found.mask.new_zeros(batch, found.mask.shape[1]).index_copy(0, rows, found.mask)
    pooled = found.pooled.new_zeros(batch, found.pooled.shape[1]).index_copy(0, rows, found.pooled)
    return Features(tokens, mask, pooled)


def build_model(resolved: Resolved, tasks: Mapping[str, Task], assets: Path) -> Model:
    """Build every part from its options; weights are random until loaded or pre-trained.

    Args:
        tasks: the tasks to learn, with classes and counts.
        assets: the folder whose sub-folders, one per modality, the encoders prepared.
    """
    encoders: dict[str, Encoder] = {
        modality: part.component.load()(part.config, assets=assets / modality)
        for modality, part in resolved.encoders().items()
    }
    fusion, dim = None, next(iter(encoders.values())).dim
    if "fusion" in resolved.parts:
        part = resolved.parts["fusion"]
        fusion = part.component.load()(part.config, dims={m: encoder.dim for m, encoder in encoders.items()})
        dim = fusion.dim
    head = resolved.parts["classifier"]
    return Model(encoders, fusion, head.component.load()(head.config, dim=dim, tasks=tasks))


def check_modalities(resolved: Resolved) -> None:
    """Before any work is done.

    Raises:
        VBGError: an encoder reads another modality than the one it was put to, or the head is not one that is trained.
    """
    head = resolved.parts["classifier"].component
    if issubclass(head.load(), EstimatorClassifier):
        what = f"'{head.name}' is fitted on finished vectors, and experiments only train heads so far"
        raise VBGError(f"experiments.{resolved.name}.classifier", what, "Choose another.")
    for modality, part in resolved.encoders().items():
        reads = part.component.load().modality
        if reads != modality:
            what = f"'{part.component.name}' reads {reads}, got {modality}"
            raise VBGError(f"experiments.{resolved.name}.encoders.{modality}", what, f"Put it under {reads}.")
