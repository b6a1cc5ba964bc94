"""Mutants of estimators: rows that look at one another, labels that leak, records that are alone."""

import numpy as np
from good_others import Neighbours
from mutants import breaks


@breaks("vectors_are_judged_alone", "apart")
class ScalesByTheRowsAsked(Neighbours):
    def predict_proba(self, x):
        return super().predict_proba(x - x.mean(0))


@breaks("vectors_are_judged_alone", "apart")
class RanksTheRowsAsked(Neighbours):
    def vote(self, x, seen, labels):
        found = super().vote(x, seen, labels)
        return np.where(np.arange(len(x))[:, None] == 0, np.roll(found, 1, 1), found)


@breaks("vectors_are_judged_alone", "apart")
class DrawsWhenAsked(Neighbours):
    def vote(self, x, seen, labels):
        return super().vote(x + np.random.normal(0, 30, x.shape), seen, labels)


@breaks("vectors_are_judged_alone", "ValueError")
class NeedsTwoRows(Neighbours):
    def predict_proba(self, x):
        if len(x) < 2:
            raise ValueError("two at least")
        return super().predict_proba(x)


class Shared(Neighbours):
    known: dict = {}

    def fit(self, x, targets, *, seed):
        super().fit(x, targets, seed=seed)
        known = self.known
        del self.known
        type(self).known = known


@breaks("fitted_instances_are_independent", "others")
class LearntByTheClass(Shared):
    def load(self, folder):
        super().load(folder)


@breaks("lone_records_are_survived", "ValueError")
class HalvesEveryClass(Neighbours):
    def fit(self, x, targets, *, seed):
        if (np.unique(targets.get("seven", [0, 0]), return_counts=True)[1] < 2).any():
            raise ValueError("two of each class at least")
        super().fit(x, targets, seed=seed)


@breaks("lone_records_are_survived", "NaN")
class DividesByTheDeviation(Neighbours):
    def fit(self, x, targets, *, seed):
        super().fit(x, targets, seed=seed)
        self.constant = bool((x.std(0) == 0).any())

    def vote(self, x, seen, labels):
        return super().vote(x, seen, labels) * (np.nan if getattr(self, "constant", False) else 1)


class OneFit(Neighbours):
    def out_of_fold(self, x, targets, folds, *, seed):
        fresh = type(self)(self.config, dim=self.dim, tasks=self.tasks)
        fresh.fit(x, targets, seed=seed)
        return fresh.predict_proba(x)


@breaks("held_out_labels_stay_hidden", "apart")
class LearnsFromAllFolds(OneFit):
    pass


@breaks("held_out_labels_stay_hidden", "apart")
class ChoosesNumbersOnAllRecords(Neighbours):
    def out_of_fold(self, x, targets, folds, *, seed):
        return super().out_of_fold(x * targets["seven"][:, None], targets, folds, seed=seed)


@breaks("global_seeds_stay_untouched", "NumPy")
class SeedsNumpy(Neighbours):
    def fit(self, x, targets, *, seed):
        np.random.seed(seed % 2**32)
        super().fit(x, targets, seed=seed)
