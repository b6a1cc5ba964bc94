"""The options of tuning in a study. Light: never imports torch."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from vbg_framework.contracts.spec import Config

SHARED = ("data", "tasks", "split", "seed", "metrics", "train.steps", "train.epochs", "train.batch_size", "loop.quota")
"""Options that all arms share, or the comparison would not be a fair one."""


class RangeConfig(Config):
    """Numbers between two ends, which belong to it."""

    low: float
    """The lower end."""
    high: float
    """The upper end."""
    log: bool = False
    """Draw orders of magnitude evenly."""
    whole: bool = False
    """Whole numbers only."""

    @model_validator(mode="after")
    def _ends_make_a_range(self) -> RangeConfig:
        if not self.low < self.high:
            raise ValueError(f"`low` must be below `high`, got {self.low:g} and {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"`log` needs a `low` above 0, got {self.low:g}")
        if self.whole and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError(f"`whole` needs whole ends, got {self.low:g} and {self.high:g}")
        return self


Choices = Annotated[list[Any], Field(min_length=1)]
Space = dict[
    str,
    Annotated[
        Annotated[RangeConfig, Tag("range")] | Annotated[Choices, Tag("choices")],
        Discriminator(lambda given: "choices" if isinstance(given, list) else "range"),
    ],
]


class TuneConfig(Config):
    """Trials that every arm gets before it is compared."""

    trials: Annotated[int, Field(ge=1)] = 12
    """Trials per arm and division of the data."""
    metric: str | None = None
    """By which trials are judged, on validation records of the first task that decides. null = the first metric that
    decides."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of the search, with the seed of the replicate."""
    space: Annotated[Space, Field(min_length=1)]
    """Option, as in `--set` -> a range, or a list of choices. All arms have these."""
    arms: dict[str, Space] = {}
    """Arm -> options of its own besides, such as those of its augmenter; it gets no more trials for them."""

    @model_validator(mode="after")
    def _the_comparison_stays_fair(self) -> TuneConfig:
        for key in [key for space in (self.space, *self.arms.values()) for key in space]:
            if any(key == shared or key.startswith(f"{shared}.") for shared in SHARED):
                raise ValueError(f"'{key}' must be the same for all arms: leave it out")
        return self

    def of(self, arm: str) -> dict[str, Any]:
        """The space of an arm, ready for JSON."""
        found = {**self.space, **self.arms.get(arm, {})}
        return {key: each if isinstance(each, list) else each.model_dump() for key, each in found.items()}
