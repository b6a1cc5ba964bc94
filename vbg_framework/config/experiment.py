"""The options of an experiment. Light: never imports torch."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from vbg_framework.config.augmentation import LoopConfig, MixConfig
from vbg_framework.config.slots import Choice
from vbg_framework.config.train_config import CalibrationConfig, Count, Positive, TrainConfig
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.spec import Config

Options = dict[str, Any]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\r\n]*$")]


class TextConfig(Config):
    """Which catalogue text a model may read."""

    fields: list[str] | None = None
    """Text fields, in reading order; null = all fields of the data set."""
    policy: Literal["full", "mask_label", "drop_fields"] = "full"
    """full: as it is. mask_label: words that name a class become [MASK]. drop_fields: without the fields in `drop`."""
    drop: list[str] = []
    """Fields left out under `drop_fields`."""
    synonyms: dict[str, list[str]] = {}
    """Class -> further words that give it away, masked under `mask_label`."""

    @model_validator(mode="after")
    def _drop_needs_its_policy(self) -> TextConfig:
        if bool(self.drop) != (self.policy == "drop_fields"):
            raise ValueError("`drop` and `policy: drop_fields` go together; give both or neither")
        return self


class ScarceConfig(Config):
    """Classes that are made scarce: of each only a few training objects stay. Validation and test keep theirs."""

    classes: Count | Annotated[list[str], Field(min_length=1)] = 5
    """How many, those with the fewest objects; or their names."""
    keep: Count | None = 8
    """Training objects of each that stay, all their records; null = all: their recall is told, and nothing is cut."""
    task: str | None = None
    """The task whose classes they are; null = the first."""
    seed: Annotated[int, Field(ge=0)] | None = None
    """Decides which objects stay; null = the seed of the split."""


class InputsConfig(Config):
    """What a model may read besides its modalities."""

    labels: list[str] = []
    """Other tasks whose known labels are read as metadata, each as a field called like its task."""


class SplitConfig(Config):
    """How objects are divided into training, validation and test."""

    use: Literal["auto", "given", "stratified", "stable"] = "auto"
    """given: the source's own split. stratified: drawn by class, whole objects. stable: by a hash of the object and the
    seed, so that records which come later move none. auto: given if the source gives any, else stratified; records for
    which the source gives none are then left out and counted."""
    ratios: tuple[Positive, Positive, Positive] = (8, 1, 1)
    """Shares of train : validation : test of a drawn split."""
    seed: Annotated[int, Field(ge=0)] = 42
    """Seed of a drawn split."""
    folds: Annotated[int, Field(ge=2)] | None = None
    """Of `stratified`: so many equal parts of whole objects, one of which is for testing; the others are training and
    validation records by their `ratios`. null = no cross-validation."""
    fold: Annotated[int, Field(ge=1)] = 1
    """Of `folds`: which part is for testing."""
    hold_back: Annotated[float, Field(ge=0, lt=1)] = 0
    """Share of the training records to do without, whole objects: to see what more real records would bring."""
    scarce: ScarceConfig | None = None
    """Classes to cut to a few training objects, to see what helps where records are few; null = none."""

    @model_validator(mode="after")
    def _a_fold_is_one_of_the_folds(self) -> SplitConfig:
        if self.folds and self.use != "stratified":
            raise ValueError("`folds` are drawn: they go with `use: stratified`")
        if self.fold > (self.folds or 1):
            raise ValueError(f"`fold` must be one of the {self.folds or 1} `folds`, got {self.fold}")
        return self


RESERVED = ("id", "group", "split", "problem", "")
ENDINGS = ("confidence", "set", "predicted", "probabilities")
"""Columns of predictions that are no task, and what stands behind a task's name in its further columns."""
SYNTHETIC = "synthetic"


class AdversarialConfig(Config):
    """Domain-adversarial training: an adversary shall not be able to tell domains from what the classifier reads."""

    over: str
    """`synthetic`: generated from real records. Otherwise a task of the data set that is not trained, such as the
    museum a record comes from."""
    weight: Positive = 0.1
    """Weight of the adversary's loss; a task's loss has 1."""
    hidden: Count = 128
    """Size of the adversary's hidden layer."""


class Experiment(Config):
    """One complete choice: data, tasks, components, training."""

    description: Line = ""
    """What it is, in a line; `vbg list experiments` shows it. Never inherited."""
    data: Options
    """A name from `datasets`, or `{type: ..., options}`."""
    tasks: Annotated[list[str], Field(min_length=1)]
    """The tasks to learn, out of those the data set offers."""
    encoders: Annotated[dict[str, Options], Field(min_length=1)]
    """Modality -> a name from `encoders`, or `{type: ..., options}`. Further encoders of a modality get a name behind
    a hyphen: `image`, `image-small`."""
    fusion: Options | None = None
    """A name from `fusions`, or `{type: ..., options}`; null only with a single encoder."""
    classifier: Options
    """A name from `classifiers`, or `{type: ..., options}`."""
    augmenter: Options | None = None
    """A name from `augmenters`, or `{type: ..., options}`; null = real records only."""
    loop: LoopConfig = LoopConfig()
    """With an augmenter: how new records are asked for and checked."""
    mix: MixConfig = MixConfig()
    """With an augmenter: how new records join the real ones."""
    text: TextConfig = TextConfig()
    """What the text encoder may read."""
    inputs: InputsConfig = InputsConfig()
    """Known labels of other tasks that the metadata encoder may read."""
    split: SplitConfig = SplitConfig()
    """Training, validation and test."""
    licences: list[str] | None = None
    """Accepted licences, as the data set states them; records with another one are left out. null = all."""
    train: TrainConfig = TrainConfig()
    """Budget and optimiser."""
    calibration: CalibrationConfig = CalibrationConfig()
    """Calibrated probabilities and prediction sets."""
    adversarial: AdversarialConfig | None = None
    """Domain-adversarial training; null = off."""
    metrics: list[Choice] = []
    """Further metrics that are measured and reported: names, or `{type: ..., options}`."""
    report: list[Choice] = ["members"]
    """Further sections of the report: names, or `{type: ..., options}`. members: the parts of a fitted head."""
    seed: Annotated[int, Field(ge=0)] = 42
    """Seed of initial weights, batch order and dropout."""

    @property
    def scarce_task(self) -> str:
        """The task whose scarce classes are filled: `loop.task`, or the first."""
        return self.loop.task or self.tasks[0]

    @property
    def modalities(self) -> list[str]:
        """What the encoders read, each once."""
        return list(dict.fromkeys(map(modality_of, self.encoders)))

    @field_validator("encoders")
    @classmethod
    def _an_encoder_is_called_by_what_it_reads(cls, encoders: dict[str, Options]) -> dict[str, Options]:
        for key in encoders:
            if not re.fullmatch(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*", key):
                raise ValueError(f"call an encoder by its modality, or `<modality>-<name>`, got '{key}'")
        return encoders

    @field_validator("tasks")
    @classmethod
    def _tasks_leave_the_columns_of_predictions_free(cls, tasks: list[str]) -> list[str]:
        taken = dict.fromkeys(RESERVED, "a column of every table of predictions")
        taken |= {
            f"{task}_{ending}": f"a column of the predictions of '{task}'" for task in tasks for ending in ENDINGS
        }
        for task in tasks:
            if task in taken or any(task.startswith(f"{other}: ") for other in tasks):
                what = taken.get(task, "a column of the predictions of another task")
                raise ValueError(f"the task name '{task}' is {what}; give the task another name in the data set")
        if len(set(tasks)) < len(tasks):
            raise ValueError("a task is named twice")
        return tasks

    @model_validator(mode="after")
    def _the_loop_is_about_one_of_the_tasks(self) -> Experiment:
        if self.loop.task is not None and self.loop.task not in self.tasks:
            raise ValueError(f"`loop.task` must be one of {', '.join(self.tasks)}")
        return self

    @model_validator(mode="after")
    def _known_labels_are_of_other_tasks_and_are_read(self) -> Experiment:
        for name in self.inputs.labels:
            if name in self.tasks:
                raise ValueError(f"`inputs.labels` must not name a task to learn, got {name}")
        if self.inputs.labels and "metadata" not in self.modalities:
            raise ValueError("`inputs.labels` needs an encoder of `metadata`, which reads them")
        return self

    @model_validator(mode="after")
    def _the_adversary_has_domains_to_tell_apart(self) -> Experiment:
        over = self.adversarial and self.adversarial.over
        if over in self.tasks:
            raise ValueError(f"`adversarial.over` must not be a task to learn, got {over}")
        if over == SYNTHETIC and (self.augmenter is None or self.mix.policy == "synthetic_only"):
            raise ValueError("`adversarial.over: synthetic` needs an `augmenter`, and real records beside the new ones")
        return self

    @model_validator(mode="after")
    def _amounts_are_tried_on_validation_records(self) -> Experiment:
        if self.mix.amounts is None:
            return self
        if self.augmenter is None:
            raise ValueError("`mix.amounts` needs an `augmenter`, got none; choose one, or leave it out")
        if self.train.folds is not None:
            what = (
                f"`mix.amounts` needs validation records that are not trained on, got `train.folds: {self.train.folds}`"
            )
            raise ValueError(f"{what}; leave one of them out")
        return self

    @model_validator(mode="after")
    def _several_encoders_need_a_fusion(self) -> Experiment:
        if len(self.encoders) > 1 and self.fusion is None:
            raise ValueError("`fusion` is missing: two or more encoders must be joined by one")
        return self
