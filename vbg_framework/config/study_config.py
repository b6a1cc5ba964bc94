"""The options of a study. Light: never imports torch."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vbg_framework.config.experiment import Line
from vbg_framework.config.slots import Choice, named
from vbg_framework.config.tune_config import TuneConfig
from vbg_framework.contracts.spec import Config

Options = dict[str, Any]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Published(Config):
    """Figures of a paper, shown beside the measured ones and never mixed with them."""

    source: str
    """Where they stand, and what they were measured on."""
    arms: dict[str, dict[str, float]]
    """Arm -> metric -> figure."""


class DesignConfig(Config):
    """How often the data are divided, and how often each division is used."""

    folds: Annotated[int, Field(ge=2)] | None = None
    """Repeated K-fold cross-validation over whole objects: every object is tested once in each repeat. null = every
    replicate divides the data anew by `split.ratios`."""
    repeats: Count = 3
    """Of `folds`: how often the data are divided into folds; folds x repeats take the place of `replicates`."""
    draws: Count = 1
    """Runs of each arm per division, which differ in seeds and in which objects of scarce classes are kept. Their mean
    is one value of the study, so that the luck of a draw does not widen intervals."""


class StudyConfig(Config):
    """Arms that are compared with each other and with controls, replicate by replicate."""

    description: Line = ""
    """What it asks, in a line; `vbg list studies` shows it."""
    experiment: str
    """The experiment all arms start from."""
    base: Options = {}
    """Changes to that experiment, for all arms."""
    arms: Annotated[dict[str, Options], Field(min_length=1)]
    """Name -> what this arm changes: `augmenter`, `loop`, `mix`, or any other key of an experiment."""
    controls: list[Choice] = ["none", "duplicate", "oversample", "classical"]
    """Arms that are added: components of the kind control, as names or `{type: ..., options}`. none: real records only.
    duplicate: per arm that generates, copies of real records, as many of each class. oversample: balanced sampling.
    classical: random changes of pictures. text_only: without pictures. extra_real: what `hold_back` or `split.scarce`
    took. label_noise: wrong labels, which must hurt."""
    reference: str | None = None
    """The arm all other arms are compared with, in a study of models rather than augmenters; null = none."""
    published: Published | None = None
    """What a paper reports of these arms."""
    replicates: Count | None = None
    """Times everything is repeated, each with a split, a generator seed and a classifier seed that all arms share.
    null = 10, or as many as `design.folds` asks for."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Seed of the first replicate; the others count on from it."""
    split: Literal["resplit", "fixed"] = "resplit"
    """resplit: every replicate divides the data anew. fixed: all use the split of the experiment."""
    design: DesignConfig = DesignConfig()
    """Of `split: resplit`: folds, and several runs per division."""
    tune: TuneConfig | None = None
    """Trials of other options on validation records, the same number for every arm, before it is compared. null = every
    arm is taken as it stands."""
    task: str | Annotated[list[str], Field(min_length=1)] | None = None
    """The task that decides, or a list of several: all comparisons of a question in all of them are then one family of
    Holm's correction. null = the one whose scarce classes are filled."""
    metric: Choice | Annotated[list[Choice], Field(min_length=1)] = "macro_f1"
    """The metric that decides, fixed before the first run, as a name or `{type: ..., options}`, or a list of several,
    which are one family of Holm's correction. `recall_scarce`: mean recall of the classes that `split.scarce` cuts."""
    alpha: Share = 0.05
    """Level of the tests; intervals are of 1 - alpha."""
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.005
    """Differences up to this size count as none."""
    epochs: Count | None = None
    """null: equal optimiser steps for all arms. A number: passes over each arm's records; more records, more steps."""
    hold_back: Share = 0.2
    """With the control extra_real: share of the training records all other arms do without. With `split.scarce` none:
    there extra_real gets the objects that were cut."""
    many: Count = 100
    """Classes with more training records count as frequent."""
    few: Count = 20
    """Classes with fewer count as scarce."""

    @model_validator(mode="after")
    def _controls_are_given_once(self) -> StudyConfig:
        if len(set(map(named, self.controls))) < len(self.controls):
            raise ValueError("`controls` names one twice")
        return self

    @model_validator(mode="after")
    def _what_decides_is_given_once(self) -> StudyConfig:
        for key, given in (("task", self.task), ("metric", self.metric)):
            names = [named(each) for each in given] if isinstance(given, list) else []
            if len(set(names)) < len(names):
                raise ValueError(f"`{key}` names one twice")
        return self

    @model_validator(mode="after")
    def _replicates_are_given_once(self) -> StudyConfig:
        if self.split == "fixed" and self.design != DesignConfig():
            raise ValueError("`design` goes with `split: resplit`")
        if self.design.folds and self.replicates:
            both = f"`replicates` {self.replicates} and `design.folds` {self.design.folds}"
            fix = "leave one out, as by --set replicates=null or --set design.folds=null"
            raise ValueError(f"{both} each say how many replicates there are: {fix}")
        return self

    @model_validator(mode="after")
    def _arms_exist(self) -> StudyConfig:
        given = {"reference": [self.reference] if self.reference else []}
        given["published.arms"] = list(self.published.arms) if self.published else []
        for key, names in given.items():
            if unknown := [name for name in names if name not in self.arms]:
                raise ValueError(f"`{key}` names '{unknown[0]}', which is no arm")
        return self
