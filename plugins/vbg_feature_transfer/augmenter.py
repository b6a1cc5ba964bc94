"""The augmenter component `feature_transfer`. n vectors, D features."""

from __future__ import annotations

import numpy as np

from vbg_feature_transfer.classes import Classes
from vbg_feature_transfer.filler import Filler, in_turns


class FeatureTransfer(Filler):
    """Lends scarce classes the spread of well-filled ones.

    `deviations`: an example of the scarce class plus `strength` times what an example of another class differs from
    that class's mean by (Yin et al. 2019, https://arxiv.org/abs/1803.09014; Chu et al. 2020,
    https://arxiv.org/abs/2008.03673). `gaussian`: the calibrated distribution of Yang et al. 2021
    (https://arxiv.org/abs/2101.06395): about every example a normal distribution whose mean is that of the example and
    the lending classes' means, whose covariance is the mean of theirs plus `spread`, after Tukey's transformation. The
    paper transforms all features and trains on them so; here new vectors are transformed back, and signs are kept,
    because real vectors stay as they are. The paper lends from the two nearest classes (`nearest: 2`).

    A class gets no vectors if no other class has two.
    """

    def draw(self, classes: Classes, code: int, count: int, draws: np.random.Generator) -> np.ndarray:
        """(count, D) vectors."""
        config = self.config
        gaussian = config.method == "gaussian"
        if gaussian:
            classes = Classes(power(classes.x, config.tukey), classes.codes, len(classes.counts))
        lenders = classes.lenders(code, config.head, config.nearest)
        examples = in_turns(classes.members(code), count, draws)[: count if lenders else 0]
        if not lenders:
            return examples
        if gaussian:
            return power(self._gaussian(classes, lenders, examples, draws), 1 / config.tukey)
        return examples + config.strength * self._deviations(classes, lenders, len(examples), draws)

    def _deviations(self, classes: Classes, lenders: list[int], count: int, draws: np.random.Generator) -> np.ndarray:
        """(count, D) deviations of examples of the lending classes, every example as probable as any other."""
        known = np.concatenate([classes.deviations(lender) for lender in lenders])
        first = known[draws.integers(len(known), size=count)]
        if self.config.mixture == 1:
            return first
        share = draws.random((count, 1))
        return np.sqrt(share) * first + np.sqrt(1 - share) * known[draws.integers(len(known), size=count)]

    def _gaussian(
        self, classes: Classes, lenders: list[int], examples: np.ndarray, draws: np.random.Generator
    ) -> np.ndarray:
        """(count, D) normal draws. Their covariance is never written down: sums of deviations with normal weights."""
        middle = (examples + sum(classes.mean(lender) for lender in lenders)) / (1 + len(lenders))
        result = np.sqrt(self.config.spread) * draws.standard_normal((len(examples), 1)) * np.ones_like(middle)
        for lender in lenders:
            deviations = classes.deviations(lender) / np.sqrt(len(lenders) * (classes.counts[lender] - 1))
            result += draws.standard_normal((len(examples), len(deviations))) @ deviations
        return middle + self.config.strength * result


def power(x: np.ndarray, exponent: float) -> np.ndarray:
    """Tukey's ladder of powers, signs kept; exponent 1 / p turns exponent p back."""
    return np.sign(x) * np.abs(x) ** exponent
