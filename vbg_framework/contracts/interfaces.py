"""The interfaces of the parts of a model. B batch, N tokens, D features, C classes, H heads.

Constructors take `config` (an instance of the component's `Config` class) plus keyword-only facts that the
component cannot know by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from torch import Tensor, nn

from vbg_framework.contracts.augmenter import Augmenter as Augmenter
from vbg_framework.contracts.augmenter import Transform as Transform
from vbg_framework.contracts.record import Task

Processor = Callable[[Sequence[Any]], dict[str, Tensor]]
"""B raw items of a modality -> named tensors whose first axis is B."""

Fold = tuple[np.ndarray, np.ndarray]
"""Positions to learn from, positions held out."""


@dataclass(frozen=True)
class Features:
    """What an encoder says about a batch.

    Args:
        tokens: (B, N, D).
        mask: (B, N) bool, True = real token; a missing modality is all False.
        pooled: (B, D), one vector per item; zeros for a missing modality.
    """

    tokens: Tensor
    mask: Tensor
    pooled: Tensor


@dataclass(frozen=True)
class Block:
    """A run of numbers in a vector that belong together, as a head may want to know.

    Args:
        modality: what they are about; "" = several at once.
        size: how many they are.
        weight: how much they count among the blocks of their modality.
        dense: whether each number may be brought to mean 0 and deviation 1. Counts of rare words may not: that would
            make the rarest the largest.
    """

    modality: str
    size: int
    weight: float = 1.0
    dense: bool = True


class Encoder(nn.Module, ABC):
    """Turns raw items of one modality into tokens.

    An encoder comes to life in three steps, so that a saved model loads offline: `prepare` writes what the architecture
    depends on into `assets` (a vocabulary, a model's config.json), `__init__` builds it from `config` and `assets`
    alone, and `pretrain` brings in trained weights. A loaded model skips the first and the last.

    Attributes:
        modality: the key of `Record.inputs` it reads: `image`, `text` or `metadata`.
        dim: D.
    """

    modality: ClassVar[str]
    dim: int

    def __init__(self, config: Any, *, assets: Path) -> None:
        super().__init__()
        self.config = config

    @classmethod
    def prepare(cls, config: Any, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write what the architecture needs to know of the raw training items into the empty folder. Default: none."""

    @classmethod
    def sources(cls, config: Any) -> Iterable[Path]:
        """Files and folders it reads although no option names them; see `content_key`. Default: none."""
        return ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of `pooled`, in order; their sizes sum to `dim`. Default: one."""
        return (Block(self.modality, self.dim),)

    @abstractmethod
    def processor(self, train: bool) -> Processor:
        """Return a picklable, weight-free function: raw items -> tensors whose first dimension is the batch.

        Raw items are PIL images in RGB (`image`), strings, possibly empty (`text`), or mappings (`metadata`).
        Random transforms, allowed only when `train`, draw from torch's global generator: the core seeds it per batch.
        """

    @abstractmethod
    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """Encode what `processor` returned, moved to the module's device."""

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load trained weights, or learn from the training items without labels. Once per new run. Default: nothing."""


class Fusion(nn.Module, ABC):
    """Joins the features of several modalities into one vector.

    Args:
        dims: modality -> D of its encoder.

    Attributes:
        dim: size of the joined vector.
    """

    dim: int

    def __init__(self, config: Any, *, dims: Mapping[str, int]) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def forward(self, features: Mapping[str, Features]) -> Tensor:
        """modality -> Features, to (B, dim). Masked tokens must not matter; a fully masked modality stays finite.

        It may also return (B, M, dim), one vector per modality in the order of `features`. Then each modality votes:
        the classifier judges every vector, and the model averages probabilities over the modalities that are present.
        """

    def blocks(self, parts: Mapping[str, tuple[Block, ...]]) -> tuple[Block, ...]:
        """The blocks of the joined vector, for a fusion that keeps those of the modalities (`parts`). Default: one."""
        return (Block("", self.dim),)

    def attention(self, features: Mapping[str, Features]) -> Mapping[tuple[str, str], Tensor]:
        """Optional: (from, to) -> (B, H, N_from, N_to) weights that sum to 1 over real tokens, for explanations.

        `from` is a modality, or a word for tokens of the fusion's own, such as `latents`.
        """
        return {}


class Classifier(nn.Module, ABC):
    """The head: one set of logits per task.

    Args:
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts` filled in.
    """

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__()
        self.config = config

    @abstractmethod
    def forward(self, x: Tensor) -> Mapping[str, Tensor]:
        """(B, dim) -> task -> (B, C) logits."""

    @abstractmethod
    def loss(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
        """Scalar loss of one batch: the sum (or mean) over all tasks of a mean over labelled records, plus penalties.

        Where a step comes in parts, the core asks for each part and weighs every task by what its labels count.

        Args:
            targets: task -> (B,) class indices, -1 = missing; for a multi-label task (B, C) of 0 and 1,
                a row of -1 = missing. A missing label contributes nothing, not even to the mean.
        """

    def label_mass(self, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Task -> what its mean in `loss` is divided by, a scalar. Default: the number of labels; 0 without any."""
        known = {name: target != -1 for name, target in targets.items()}
        return {name: (each if each.dim() == 1 else each.all(1)).sum() for name, each in known.items()}


class EstimatorClassifier(ABC):
    """A scikit-learn-style head: fitted once, on the vectors that frozen encoders make.

    Args:
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts` filled in.

    Attributes:
        blocks: what stands where in a vector; the core sets it before the head is fitted or loaded.
        tell: told a line about work that takes long; the core shows it.
    """

    blocks: tuple[Block, ...] = ()
    tell: Callable[[str], None] = staticmethod(lambda line: None)

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        self.config, self.dim, self.tasks = config, dim, dict(tasks)

    @abstractmethod
    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn from n vectors.

        Args:
            x: (n, dim) float32.
            targets: task -> (n,) class indices, int64, -1 = missing; for a multi-label task (n, C) of 0 and 1, a row of
                -1 = missing. A record without a label of a task is left out of that task.
            seed: seed of every random draw.
        """

    def cross_fit(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Fold], *, seed: int
    ) -> Mapping[str, np.ndarray]:
        """Learn from all n vectors, and return what heads like this one say of those they have not learnt from.

        Args:
            x: as in `fit`.
            targets: as in `fit`.
            seed: as in `fit`.
            folds: pairs of positions, to learn from and held out; every vector that counts is held out once.

        Returns:
            task -> (n, C) probabilities; 0 for vectors that no fold holds out.
        """
        found = self.out_of_fold(x, targets, folds, seed=seed)
        self.fit(x, targets, seed=seed)
        return found

    def out_of_fold(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Fold], *, seed: int
    ) -> dict[str, np.ndarray]:
        """The probabilities of `cross_fit`, without learning from all."""
        found = {name: np.zeros((len(x), len(task.classes)), np.float32) for name, task in self.tasks.items()}
        for learn, held in folds:
            fresh = type(self)(self.config, dim=self.dim, tasks=self.tasks)
            fresh.blocks = self.blocks
            fresh.fit(x[learn], {name: target[learn] for name, target in targets.items()}, seed=seed)
            for name, said in fresh.predict_proba(x[held]).items():
                found[name][held] = said
        return found

    def account(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Task -> rows about what the head is made of, each with `weight` in 0..1, for the report. Default: nothing."""
        return {}

    @abstractmethod
    def predict_proba(self, x: np.ndarray) -> Mapping[str, np.ndarray]:
        """(n, dim) -> task -> (n, C) probabilities; rows sum to 1, except for multi-label tasks."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write everything `load` needs into an empty folder, without pickle."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""
