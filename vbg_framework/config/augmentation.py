"""Options of generation: how many records are requested, verified and mixed in. Light: never imports torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework.contracts.spec import Config

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
Probability = Annotated[float, Field(ge=0, le=1)]


class LoopConfig(Config):
    """The generation-feedback-optimisation loop."""

    task: str | None = None
    """The task whose scarce classes are filled; null = the first of the experiment's tasks."""
    rounds: Count = 1
    """Rounds of generation; each trains its classifier from scratch, and its mistakes steer the next round."""
    count: Count | None = None
    """Records asked for per round, shared out by need; null = as many as each class lacks."""
    target: Annotated[float, Field(gt=0)] = 1
    """A class lacks records up to so many times the median class."""
    quota: dict[str, Annotated[int, Field(ge=0)]] | None = None
    """Class -> records to ask for in every round, instead of what need says."""
    at_most: Annotated[float, Field(gt=0)] = 20
    """Most records of a class, as a multiple of its real training records."""
    keep: Literal["replace", "accumulate"] = "replace"
    """replace: each round's records take the place of the last round's. accumulate: they are added to them."""
    verify: Literal["drop", "tell"] | None = "drop"
    """A judge that has seen real training records only checks what a record claims. drop: leave out records that do not
    show their class, and labels that are not confirmed. tell: note its answers only. null: do not ask."""
    unjudged: Literal["leave", "fill"] = "leave"
    """Classes the judge cannot tell from others. leave: ask for no records of them. fill: keep them unchecked."""
    unconfirmed: Literal["missing", "soft"] = "missing"
    """Labels of other tasks that the judge does not confirm. missing: the record has none. soft: it has the judge's
    probabilities in their place, as a label drawn by them in every pass; heads that are fitted take it as missing."""
    copies: bool = True
    """Drop near copies of any real image and of each other."""
    blank: bool = True
    """Drop images that are black or of one colour."""
    tries: Count = 3
    """How often to ask again for what was dropped."""
    inner: Annotated[float, Field(gt=0, le=0.5)] = 0.15
    """Share of the training split that only measures each round. The classifier of the last round trains on it too."""
    quality: bool = True
    """Measure the generated records for the report; without pre-trained weights this trains a small network."""
    patience: Count | None = None
    """Stop after so many rounds that are no better on the inner validation part; null = all rounds."""


class MixConfig(Config):
    """How new records join the real ones in training."""

    policy: Literal["concat", "ratio", "fill_to", "replace", "synthetic_only"] = "concat"
    """concat: add all. ratio: as many as make up `share` of the training images. fill_to: bring each class to `count`.
    replace: swap a real record for a new one of its class with `probability`. synthetic_only: no real ones."""
    share: Share | None = None
    """Of `ratio`: share of new records; 0.1 is 90:10."""
    count: Count | None = None
    """Of `fill_to`: records per class, real ones included."""
    probability: Probability | None = None
    """Of `replace`: how often a real record is swapped."""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """Weight of a new record in the loss; a real one has 1."""
    amounts: Annotated[list[Probability], Field(min_length=2)] | None = None
    """Shares of the generated pool to try, in rising order, such as [0, 0.25, 0.5, 1]: the run trains once with each
    and keeps the model with the least class-balanced validation loss. null = the whole pool."""

    @model_validator(mode="after")
    def _each_policy_has_its_option(self) -> MixConfig:
        needs = {"ratio": "share", "fill_to": "count", "replace": "probability"}
        for policy, option in needs.items():
            if (getattr(self, option) is not None) != (self.policy == policy):
                raise ValueError(f"`{option}` and `policy: {policy}` go together; give both or neither")
        return self

    @model_validator(mode="after")
    def _amounts_are_of_what_is_added(self) -> MixConfig:
        if self.amounts is None:
            return self
        if self.amounts != sorted(set(self.amounts)):
            raise ValueError(f"`amounts` are not in rising order, got {self.amounts}; sort them, each once")
        if self.policy in ("replace", "synthetic_only"):
            what = f"`amounts` are of records added to the real ones, got `policy: {self.policy}`"
            raise ValueError(f"{what}; choose concat, ratio or fill_to")
        return self
