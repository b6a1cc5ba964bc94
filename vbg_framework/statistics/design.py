"""The design of a study: how its replicates were drawn decides which tests are valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from vbg_framework.base.errors import VBGError, did_you_mean

Kind = Literal["independent", "resplit", "fixed", "datasets"]


@dataclass(frozen=True)
class Design:
    """Where the replicates of a study come from.

    - `independent`: every replicate has data of its own.
    - `resplit`: the replicates divide one data set again and again, so they share most of their training objects.
    - `fixed`: one division for all; replicates differ in their seeds, and the result is about this test split.
    - `datasets`: every "replicate" is a data set, its value a mean over that data set's replicates.

    Args:
        kind: one of these.
        n_train: training objects of a replicate; needed for `resplit`.
        n_test: test objects of a replicate; needed for `resplit`.

    Raises:
        VBGError: unknown kind, or `resplit` without the sizes.
    """

    kind: Kind
    n_train: int = 0
    n_test: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise VBGError("design", f"unknown kind '{self.kind}'", did_you_mean(self.kind, get_args(Kind)))
        if self.kind == "resplit" and min(self.n_train, self.n_test) < 1:
            got = f"n_train={self.n_train}, n_test={self.n_test}"
            raise VBGError("design", f"'resplit' needs the sizes of both splits, got {got}", "Give both as objects.")

    @property
    def overlap(self) -> float:
        """What is added to 1 / replicates in the variance of a mean: n_test / n_train for `resplit`, else 0.

        Source: Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003.
        """
        return self.n_test / self.n_train if self.kind == "resplit" else 0.0
