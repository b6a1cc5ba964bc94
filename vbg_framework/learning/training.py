"""What a training needs besides the model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.contracts.estimator import Fold
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.inference import Answers
from vbg_framework.learning.sampling import Sampling
from vbg_framework.learning.training_rules import Rules
from vbg_framework.screen import Screen

Notify = Callable[..., None]
CHECKPOINTS, PROBE = "checkpoints", "probe"


@dataclass(kw_only=True)
class Training:
    """What a training needs besides the model.

    Args:
        setup: budget and optimiser.
        seed: the experiment's seed.
        train, validation: items of the two splits.
        collate: turns training items into batches, random transforms included.
        plain: the same without random transforms, for evaluation.
        run: where checkpoints and metrics go.
        accelerator: device, precision and processes.
        screen: where people look.
        notify: calls observer hooks.
        synthetic_weight: weight of a generated record in the loss; a real one has 1.
        name: what people see beside the progress bar.
        sampling: the order of the training items, pass after pass.
        folds: of the training items, for a head that is fitted; empty = it is measured on the validation split.
        begin: the step it begins at; before it comes the probe.
        probing: whether it is the probe, whose checkpoints lie apart.
        validated: what the best model so far said of the validation split; None = not known in this process.
        rules: metrics, optimiser and schedule.
    """

    setup: TrainConfig
    seed: int
    train: Sequence[Any]
    validation: Sequence[Any]
    collate: Collate
    plain: Collate
    run: RunFolder
    accelerator: Accelerator
    screen: Screen
    notify: Notify
    rules: Rules
    sampling: Sampling
    synthetic_weight: float = 1.0
    name: str = "Training"
    folds: Sequence[Fold] = ()
    begin: int = 0
    probing: bool = False
    validated: Answers | None = None
    micro: int = field(init=False)

    def __post_init__(self) -> None:
        share = math.ceil(self.setup.batch_size / self.accelerator.num_processes)
        self.micro = min(share, self.setup.micro_batch_size or share)

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.run.path / CHECKPOINTS / (PROBE if self.probing else "")

    def log(self, line: Mapping[str, Any]) -> None:
        """Write a line of metrics, once however many processes train."""
        if self.accelerator.is_main_process:
            self.run.append(line)
