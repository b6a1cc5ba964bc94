"""The interfaces of the parts of a model. B batch, N tokens, D features, C classes, H heads.

Constructors take `config` (an instance of the component's `Config` class) plus keyword-only facts that the
component cannot know by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic

from torch import Tensor, nn

from vbg_framework.contracts.augmenter import Augmenter as Augmenter
from vbg_framework.contracts.augmenter import Transform as Transform
from vbg_framework.contracts.option_type import Options
from vbg_framework.contracts.record import Task

Processor = Callable[[Sequence[Any]], dict[str, Tensor]]
"""B raw items of a modality -> named tensors whose first axis is B."""
Place = tuple[float, ...]
"""Where a token stands in a raw item, see `Encoder.places`."""


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
        encoder: key of the encoder they come from; the core sets it.
    """

    modality: str
    size: int
    weight: float = 1.0
    dense: bool = True
    encoder: str = ""


class Encoder(nn.Module, ABC, Generic[Options]):
    """Turns raw items of one modality into tokens.

    An encoder comes to life in three steps, so that a saved model loads offline: `prepare` writes what the architecture
    depends on into `assets` (a vocabulary, a model's config.json), `__init__` builds it from `config` and `assets`
    alone, and `pretrain` brings in trained weights. A loaded model skips the first and the last.

    Attributes:
        modality: the key of `Record.inputs` it reads: `image`, `text` or `metadata`.
        dim: D.
    """

    config: Options
    modality: ClassVar[str]
    dim: int

    def __init__(self, config: Options, *, assets: Path) -> None:
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

    def parameter_layers(self) -> Sequence[Iterable[nn.Parameter]]:
        """Optional: its parameters layer by layer, from the input upwards, for `train.layer_decay`.

        What is left out belongs to the last layer. Empty = it names none.
        """
        return ()

    def places(self, item: Any) -> Sequence[Place | None]:
        """Optional: where each token of one raw item stands, for explanations; empty = it does not say.

        A place is (begin, end) in characters of a text, or (left, top, right, bottom) in shares of the sides of a
        picture; None = nowhere, such as a class token.
        """
        return ()


class Fusion(nn.Module, ABC, Generic[Options]):
    """Joins the features of several modalities into one vector.

    Args:
        dims: modality -> D of its encoder.

    Attributes:
        dim: size of the joined vector.
    """

    config: Options
    dim: int

    def __init__(self, config: Options, *, dims: Mapping[str, int]) -> None:
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


class Classifier(nn.Module, ABC, Generic[Options]):
    """The head: one set of logits per task.

    Args:
        dim: size of the vectors it reads.
        tasks: task -> Task with `classes` and training `counts` filled in.
    """

    config: Options

    def __init__(self, config: Options, *, dim: int, tasks: Mapping[str, Task]) -> None:
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
