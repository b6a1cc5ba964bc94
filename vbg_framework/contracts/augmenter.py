"""The interface of an augmenter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic

import numpy as np
from accelerate import Accelerator

from vbg_framework.contracts.lesson import Lesson
from vbg_framework.contracts.option_type import Options
from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import Request, TrainView
from vbg_framework.screen import Screen

Transform = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]
"""Changes raw training items, modality -> item each, on their way into a batch."""


class Augmenter(Generic[Options]):
    """Makes new training records, changes training items on the way into a batch, or adds vectors to those of records.

    The core decides how many records of which class are asked for, checks and stores them, and gives them their ids
    and the rest of their `Origin`. An augmenter implements `generate`, `transform` or `resample`, or several of them;
    the other methods matter only to one that learns.

    Attributes:
        digital_source: IPTC type (http://cv.iptc.org/newscodes/digitalsourcetype/) of its images, for their XMP.
    """

    digital_source: ClassVar[str] = "trainedAlgorithmicMedia"

    def __init__(self, config: Options) -> None:
        self.config = config

    @classmethod
    def sources(cls, config: Any) -> Iterable[Path]:
        """Files and folders it reads although no option names them; see `content_key`. Default: none."""
        return ()

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Learn from the training split. Called once per training split and seed; default: nothing to learn.

        Args:
            train: the training records.
            accelerator: device, precision and processes.
            seed: seed of every random draw.
            folder: its own; called again after a kill, it finds the same folder and goes on. `losses.jsonl` (an object
                per line with `step` and losses) and `grids/*.png` (samples over time) there appear in the report.
            screen: where progress is shown.

        Raises:
            VBGError: the training split lacks what it needs, such as images.
        """

    def generate(self, requests: Sequence[Request], train: TrainView, *, seed: int) -> Iterator[Record | None]:
        """Yield one new record per request, in order, or None where it cannot; what was fitted and these decide alone.

        Args:
            requests: task -> class; a record may carry further targets, but only ones it stands for.
            train: the training records, as in `fit`.
            seed: seed of every random draw.
        """
        raise NotImplementedError(f"{type(self).__name__} does not generate records")

    def transform(self, train: TrainView) -> Transform | None:
        """Return a picklable function that changes the raw items of a training batch, or None. Default: None.

        It gets the batch as a sequence of `{"id": id of the record, "inputs": {modality: raw item}, "targets": {task:
        target}}` and returns as many. A target is the index of a class, a list of 0 and 1 per class (multi-label), or
        None = missing. An item mixed with another one also carries that one's targets and their weight in the loss,
        `"second": {"targets": {task: target}, "weight": 0..1}`; its own targets weigh the rest. Random changes draw
        from torch's global generator, which the core seeds per batch.

        An attribute `changes` of the function names the modalities it may change; without one it may change all. What
        frozen encoders say of the others is cached.
        """
        return None

    def resample(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, task: str, wanted: Sequence[int], seed: int
    ) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """Return the training vectors and their targets, followed by new ones.

        Called before the head of a run is fitted; an experiment whose head is trained by gradient is refused, because
        its vectors change in every step. The answer follows from what was fitted and the arguments alone.

        Args:
            x: (n, dim) float32, what frozen encoders and the fusion make of the training records.
            targets: as `EstimatorClassifier.fit` gets them. They and `x` stay as they are.
            task: the task whose scarce classes are filled; it has one class per record.
            wanted: new vectors asked for, one number per class of `task`; fewer may come, or none.
            seed: seed of every random draw.
        """
        raise NotImplementedError(f"{type(self).__name__} does not resample vectors")

    def feedback(self, lesson: Lesson, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Learn from a round, after every round but the last. What it learns is saved by `save`. Default: nothing.

        Args:
            lesson: what the round taught.
            accelerator: device, precision and processes.
            seed: seed of every random draw.
            folder: its own for this round; called again after a kill, it finds the same folder and goes on.
            screen: where progress is shown.
        """

    def save(self, folder: Path) -> None:
        """Write everything `load` needs into an empty folder, without pickle. Default: nothing was learnt."""

    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""

    @property
    def generates(self) -> bool:
        """Whether it makes new records."""
        return type(self).generate is not Augmenter.generate

    @property
    def modalities(self) -> Collection[str] | None:
        """What its records may have, once it is fitted; None (default) = all that training records have.

        The loop asks only for classes that its judge can tell by these.
        """
        return None

    @property
    def learns_from_rounds(self) -> bool:
        """Whether rounds change it. One that can switch it off overrides this."""
        return type(self).feedback is not Augmenter.feedback

    @property
    def resamples(self) -> bool:
        """Whether it adds vectors."""
        return type(self).resample is not Augmenter.resample
