"""The model: encoders, a fusion, a classifier. K is the key of an encoder: its modality, or `<modality>-<name>`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Classifier, Encoder, Features, Fusion
from vbg_framework.contracts.record import Task
from vbg_framework.learning.batch import Batch
from vbg_framework.learning.features.estimator_head import EstimatorHead

KEPT = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
"""How features of frozen encoders may be kept."""
_FEATURES = {"tokens", "mask", "pooled"}  # inputs that an encoder was asked for before


class Model(nn.Module):
    """Encoders, fusion and classifier, run one after the other.

    Args:
        encoders: K -> Encoder.
        fusion: joins them; None with a single encoder, whose pooled vector then goes to the classifier.
        classifier: the head.
        multi_label: the tasks whose probabilities are sigmoids; matters where modalities vote.

    Attributes:
        rounded: K -> type its features are rounded to, as those were that the head was trained on.
        resting: whether encoders stay as they are for now; see `at_rest`.
    """

    def __init__(
        self,
        encoders: Mapping[str, Encoder],
        fusion: Fusion | None,
        classifier: Classifier,
        multi_label: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.encoders = cast("Mapping[str, Encoder]", nn.ModuleDict(encoders))  # a ModuleDict forgets what it holds
        self.fusion = fusion
        self.classifier = classifier
        self.multi_label = frozenset(multi_label)
        self.rounded: dict[str, torch.dtype] = {}
        self.resting = False

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Meanwhile encoders stay as they are: nothing in them is trained, nothing is drawn."""
        learning = [p for encoder in self.encoders.values() for p in encoder.parameters() if p.requires_grad]
        self.resting = True
        try:
            for parameter in learning:
                parameter.requires_grad_(False)
            yield
        finally:
            self.resting = False
            for parameter in learning:
                parameter.requires_grad_(True)

    def train(self, mode: bool = True) -> Model:
        """Switch dropout on or off; encoders at rest keep it off."""
        super().train(mode)
        for encoder in self.encoders.values() if self.resting else ():
            encoder.eval()
        return self

    def features(self, batch: Batch) -> dict[str, Features]:
        """K -> Features of the whole batch; rows of a missing modality are zero and masked."""
        results = {
            m: _spread(encoder, batch["inputs"].get(m), batch["present"][m]) for m, encoder in self.encoders.items()
        }
        return {m: _rounded(each, self.rounded[m]) if m in self.rounded else each for m, each in results.items()}

    def join(self, features: Mapping[str, Features]) -> Tensor:
        """The vectors the classifier reads, (B, dim); (B, M, dim) if each of M modalities votes."""
        if self.fusion is None:
            return next(iter(features.values())).pooled
        return self.fusion(features)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """task -> (B, C) logits."""
        features = self.features(batch)
        joined = self.join(features)
        if joined.dim() == 2:
            return dict(self.classifier(joined))
        present = torch.stack([result.mask.any(1) for result in features.values()], dim=1)  # (B, M)
        votes = self.classifier(joined.flatten(0, 1)).items()
        return {
            name: mean_vote(logits.unflatten(0, present.shape), present, multi_label=name in self.multi_label)
            for name, logits in votes
        }


def mean_vote(logits: Tensor, present: Tensor, *, multi_label: bool) -> Tensor:
    """Average the probabilities of modalities that vote, and return what gives the average back as logits.

    These are the logarithms of the mean softmax or, for a multi-label task, the log odds of the mean sigmoid. So losses
    and probabilities of a classifier hold without knowing of votes. Computed in float32 from logarithms, it neither
    overflows nor underflows.

    Args:
        logits: (B, M, C).
        present: (B, M) bool, who may vote; where nobody may, all do.

    Returns:
        (B, C).
    """
    present = present | ~present.any(1, keepdim=True)
    absent, count = ~present[..., None], present.sum(1, keepdim=True)

    def mean(log: Tensor) -> Tensor:
        return log.masked_fill(absent, -torch.inf).logsumexp(1) - count.log()

    logits = logits.float()
    if multi_label:
        return mean(F.logsigmoid(logits)) - mean(F.logsigmoid(-logits))
    return mean(logits.log_softmax(-1))


def _spread(encoder: Encoder, inputs: Mapping[str, Tensor] | None, present: Tensor) -> Features:
    """Encode the items that are there and put them in their rows of the batch."""
    batch = present.shape[0]
    if inputs is None:  # nobody in the batch has this modality
        like = next(encoder.parameters(), present.new_zeros((), dtype=None).float())
        empty = like.new_zeros(batch, 1, encoder.dim)  # (B, 1, D)
        return Features(empty, present.new_zeros(batch, 1), empty[:, 0])
    result = Features(**inputs) if inputs.keys() == _FEATURES else encoder(inputs)
    if result.tokens.shape[0] == batch:
        return result
    rows = present.nonzero().squeeze(1)
    tokens = result.tokens.new_zeros(batch, *result.tokens.shape[1:]).index_copy(0, rows, result.tokens)
    mask = result.mask.new_zeros(batch, result.mask.shape[1]).index_copy(0, rows, result.mask)
    pooled = result.pooled.new_zeros(batch, result.pooled.shape[1]).index_copy(0, rows, result.pooled)
    return Features(tokens, mask, pooled)


def _rounded(features: Features, kept: torch.dtype) -> Features:
    return Features(features.tokens.to(kept).float(), features.mask, features.pooled.to(kept).float())


def build_model(
    resolved: Resolved, tasks: Mapping[str, Task], assets: Path, encoders: Mapping[str, Encoder] | None = None
) -> Model:
    """Build every part from its options; weights are random until loaded or pre-trained.

    Args:
        tasks: the tasks to learn, with classes and counts.
        assets: the folder whose sub-folders, one per encoder, the encoders prepared.
        encoders: those that are open already; None = build them, too.
    """
    encoders = encoders or {
        key: part.component.load()(part.config, assets=assets / key) for key, part in resolved.encoders().items()
    }
    said = {key: tuple(replace(b, encoder=key) for b in encoder.blocks) for key, encoder in encoders.items()}
    fusion, dim, blocks = None, next(iter(encoders.values())).dim, next(iter(said.values()))
    if "fusion" in resolved.parts:
        part = resolved.parts["fusion"]
        fusion = part.component.load()(part.config, dims={m: encoder.dim for m, encoder in encoders.items()})
        dim, blocks = fusion.dim, fusion.blocks(said)
    head = resolved.parts["classifier"]
    classifier = head.component.load()(head.config, dim=dim, tasks=tasks)
    if isinstance(classifier, EstimatorClassifier):
        classifier.blocks = blocks
        classifier = EstimatorHead(classifier)
    return Model(encoders, fusion, classifier, [name for name, task in tasks.items() if task.multi_label])
