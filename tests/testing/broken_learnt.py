"""Mutants of what estimators promise, and of what everything promises that is fitted and saved."""

import json
import pickle

import numpy as np
import torch
from good_others import Blend, Neighbours
from mutants import breaks


@breaks("same_seed_same_answers", "others")
class DrawsFromTheGlobalGenerator(Neighbours):
    def fit(self, x, targets, *, seed):
        super().fit(x + np.random.normal(0, 9, x.shape).astype(np.float32), targets, seed=seed)


@breaks("same_seed_same_answers", "others")
class FitsByTheClock(Blend):
    def step(self, train, draw, total):
        return super().step(train, np.random.default_rng(), total)


@breaks("loading_gives_the_same_answers", "KeyError")
class SavesHalf(Neighbours):
    def save(self, folder):
        self.known = {"seven": self.known["seven"]}
        super().save(folder)


@breaks("loading_gives_the_same_answers", "others")
class ForgetsTheColour(Blend):
    def load(self, folder):
        self.colour = [0.0, 0.0, 0.0]


@breaks("saving_writes_no_pickle", "known.npy")
class ArrayOfObjects(Neighbours):
    def save(self, folder):
        np.save(folder / "known.npy", np.array([self.known], object), allow_pickle=True)


@breaks("saving_writes_no_pickle", "known.dat")
class PickleUnderAnotherName(Neighbours):
    def save(self, folder):
        (folder / "known.dat").write_bytes(pickle.dumps(self.known))


@breaks("saving_writes_no_pickle", "colour.bin")
class SavedByTorch(Blend):
    def save(self, folder):
        torch.save(self.colour, folder / "colour.bin")


@breaks("saving_writes_no_pickle", "inner/weights")
class SavedByTorchUnderAnotherName(Blend):
    def save(self, folder):
        (folder / "inner").mkdir()
        torch.save({"colour": torch.tensor(self.colour)}, folder / "inner" / "weights")


@breaks("every_task_has_probabilities", "(5,)")
class OneColumnForTwo(Neighbours):
    def predict_proba(self, x):
        return {name: p[:, 1] if p.shape[1] == 2 else p for name, p in super().predict_proba(x).items()}


@breaks("every_task_has_probabilities", "binary, seven")
class LosesATask(Neighbours):
    def predict_proba(self, x):
        return dict(list(super().predict_proba(x).items())[:2])


@breaks("probabilities_are_probabilities", "sums")
class Scores(Neighbours):
    def vote(self, x, seen, labels):
        return super().vote(x, seen, labels) / 2


@breaks("probabilities_are_probabilities", "NaN")
class DividesByDistance(Neighbours):
    def vote(self, x, seen, labels):
        nearest = ((x[:, None] - seen[None]) ** 2).sum(-1).min(1)
        with np.errstate(invalid="ignore"):
            return super().vote(x, seen, labels) * (nearest / nearest)[:, None]


@breaks("groups_are_told_apart", "right")
class ColumnsInAnotherOrder(Neighbours):
    def vote(self, x, seen, labels):
        return np.roll(super().vote(x, seen, labels), 1, axis=1)


@breaks("missing_labels_are_left_out", "apart")
class MissingIsTheFirstClass(Neighbours):
    def fit(self, x, targets, *, seed):
        super().fit(x, {name: target.clip(0) for name, target in targets.items()}, seed=seed)


@breaks("absent_class_keeps_its_column", "(60, 5)")
class SeenClassesOnly(Neighbours):
    def predict_proba(self, x):
        seen = {name: labels.any(0) for name, (_, labels) in self.known.items()}
        return {name: p[:, seen[name]] for name, p in super().predict_proba(x).items()}


@breaks("absent_class_keeps_its_column", "right")
class SeenClassesFirst(Neighbours):
    def predict_proba(self, x):
        order = {name: np.argsort(~labels.any(0), kind="stable") for name, (_, labels) in self.known.items()}
        return {name: p[:, order[name]] for name, p in super().predict_proba(x).items()}


@breaks("fit_leaves_its_input_alone", "others")
class ScalesInPlace(Neighbours):
    def fit(self, x, targets, *, seed):
        x -= x.mean(0)
        super().fit(x, targets, seed=seed)


@breaks("fit_leaves_its_input_alone", "several")
class FillsLabelsInPlace(Neighbours):
    def fit(self, x, targets, *, seed):
        super().fit(x, targets, seed=seed)
        targets["several"][:] = json.loads("0")
