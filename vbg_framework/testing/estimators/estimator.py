"""What a scikit-learn-style classifier promises. n vectors, C classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.record import Task
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.estimators.learnt import LearntSubject
from vbg_framework.testing.processes.network import refused

COUNT, DIM = 84, 8
SIZES = {"binary": (2, False), "seven": (7, False), "several": (3, True)}
CLOSE = 1e-4

Targets = dict[str, np.ndarray]


def vectors() -> np.ndarray:
    """(n, dim): seven groups, each along an axis of its own, so that any union of them lies apart from the others."""
    generator = np.random.default_rng(0)
    centres = 6 * np.eye(7, DIM)
    return (centres[np.arange(COUNT) % 7] + generator.normal(0, 0.5, (COUNT, DIM))).astype(np.float32)


def targets() -> Targets:
    """Labels that follow from the group of a vector."""
    group = np.arange(COUNT) % 7
    return {"binary": group % 2, "seven": group, "several": np.stack([group > 2, group % 2 == 0, group == 5], 1) * 1}


def tasks(wanted: Targets) -> dict[str, Task]:
    """Two classes, seven classes, and a multi-label task, with counts."""
    made = {}
    for name, target in wanted.items():
        count, multi_label = SIZES[name]
        counts = (target == 1).sum(0) if multi_label else [(target == code).sum() for code in range(count)]
        made[name] = Task(name, multi_label, tuple(f"class {n}" for n in range(count)), tuple(map(int, counts)))
    return made


class EstimatorSubject(LearntSubject):
    """An estimator with vectors and labels."""

    def construct(self) -> EstimatorClassifier:
        """For all tasks."""
        return self.reading(targets())

    def reading(self, wanted: Targets) -> EstimatorClassifier:
        """An instance for the tasks of these targets."""
        estimator: EstimatorClassifier = self.kind(self.config, dim=DIM, tasks=tasks(wanted))
        return estimator

    def learn(self, x: np.ndarray, wanted: Targets, seed: int = 0) -> EstimatorClassifier:
        """An instance fitted on this."""
        with refused(self.contacts):
            estimator = self.reading(wanted)
            estimator.fit(x, wanted, seed=seed)
        return estimator

    def fit(self, seed: int = 0) -> EstimatorClassifier:
        """On everything."""
        return self.learn(vectors(), targets(), seed)

    def acts(self) -> dict[str, Callable[[], Any]]:
        """Fitting and asking."""
        return {"`fit` or `predict_proba`": lambda: self.answers(self.fit())}

    @cached_property
    def fitted(self) -> EstimatorClassifier:
        """Fitted once."""
        return self.fit()

    def answers(self, instance: Any) -> list[Any]:
        """Probabilities, to six digits."""
        said: Mapping[str, np.ndarray] = instance.predict_proba(vectors())
        return [(name, np.round(np.asarray(p, np.float64), 6).tolist()) for name, p in sorted(said.items())]


@promise(
    "estimator",
    "Every declared task has probabilities (n, C); C is the number of its classes, two or more.",
    cause="only the column of class 1 for two classes, or a list per class as scikit-learn returns for several outputs",
    fix="Return {task: (n, C)} with one column per class of `Task.classes`.",
)
def check_every_task_has_probabilities(subject: EstimatorSubject) -> None:
    """Fit two classes, seven classes and a multi-label task, together and each alone."""
    for wanted in (targets(), *({name: target} for name, target in targets().items())):
        said = subject.learn(vectors(), wanted).predict_proba(vectors()[:5])
        expect(set(said) == set(wanted), f"probabilities of {', '.join(wanted)}", ", ".join(said) or "none")
        for name in wanted:
            shape = (5, SIZES[name][0])
            expect(np.shape(said[name]) == shape, f"probabilities {shape} of '{name}'", np.shape(said[name]))


@promise(
    "estimator",
    "Probabilities are finite and lie in 0..1; those of a task with one label sum to 1.",
    cause="scores or votes instead of probabilities",
    fix="Divide by the sum of each row; use softmax for scores.",
)
def check_probabilities_are_probabilities(subject: EstimatorSubject) -> None:
    """Ask near the training vectors, and far away from them."""
    for x in (vectors(), 1000 * vectors()):
        for name, result in subject.fitted.predict_proba(x).items():
            result = np.asarray(result)
            expect(np.isfinite(result).all(), f"finite probabilities of '{name}'", "NaN or infinite ones")
            inside = (result >= -CLOSE).all() and (result <= 1 + CLOSE).all()
            expect(inside, f"probabilities of '{name}' in 0..1", f"{result.min():.3g} to {result.max():.3g}")
            sums = result.sum(1)
            whole = SIZES[name][1] or (np.abs(sums - 1) < CLOSE).all()
            expect(whole, f"rows of '{name}' that sum to 1", f"sums {sums.min():.3g} to {sums.max():.3g}")


@promise(
    "estimator",
    "It can learn: groups that lie far apart are told apart.",
    cause="labels and vectors that are no longer in the same order, or columns in another order than the classes",
    fix="Put each column where `Task.classes` has its class.",
)
def check_groups_are_told_apart(subject: EstimatorSubject) -> None:
    """Ask for the training vectors; nine of ten must be right."""
    said, wanted = subject.fitted.predict_proba(vectors()), targets()
    for name, target in wanted.items():
        result = np.asarray(said[name])
        right = (result > 0.5) == (target == 1) if SIZES[name][1] else result.argmax(1) == target
        expect(right.mean() >= 0.9, f"9 of 10 labels of '{name}' right", f"{right.mean():.0%} right")


@promise(
    "estimator",
    "A record without a label of a task is left out of that task.",
    cause="-1 taken for a class, or a record dropped from all tasks",
    fix="Select the labelled rows per task: `known = target != -1`.",
)
def check_missing_labels_are_left_out(subject: EstimatorSubject) -> None:
    """Compare a fit in which a third of the labels is missing with one of the labelled rows, for each task."""
    x = vectors()
    for name, target in targets().items():
        lost = np.arange(COUNT) % 3 == 0
        gaps = target.copy()
        gaps[lost] = -1
        with_gaps = subject.learn(x, {name: gaps}).predict_proba(x)[name]
        without = subject.learn(x[~lost], {name: target[~lost]}).predict_proba(x)[name]
        gap = float(np.abs(np.asarray(with_gaps) - np.asarray(without)).max())
        expect(gap < CLOSE, f"the probabilities of '{name}' without the rows that lack it", f"{gap:.3g} apart")


@promise(
    "estimator",
    "A class without training records keeps its column.",
    cause="columns for the classes seen in `fit` only, as in scikit-learn",
    fix="Spread the columns of the seen classes (`classes_`) over zeros (n, C).",
)
def check_absent_class_keeps_its_column(subject: EstimatorSubject) -> None:
    """Fit without the third and the last of seven classes, and without one of a multi-label task."""
    x, group = vectors(), np.arange(COUNT) % 7
    kept = (group != 2) & (group != 6)
    wanted = {name: target[kept] for name, target in targets().items()}
    wanted["several"][:, 2] = 0
    said = subject.learn(x[kept], wanted).predict_proba(x[kept])
    for name in wanted:
        expect(np.shape(said[name])[1:] == SIZES[name][:1], f"{SIZES[name][0]} columns", np.shape(said[name]))
    right = (np.asarray(said["seven"]).argmax(1) == wanted["seven"]).mean()
    expect(right >= 0.9, "the other columns in their places", f"{right:.0%} of the labels right")


@promise(
    "estimator",
    "Fitting leaves vectors and labels as they are: others go on to use them.",
    cause="scaling in place (`x -= x.mean(0)`)",
    fix="Make a copy: `x = x - x.mean(0)`.",
)
def check_fit_leaves_its_input_alone(subject: EstimatorSubject) -> None:
    """Compare them before and after."""
    x, wanted = vectors(), targets()
    estimator = subject.learn(x, wanted)
    estimator.predict_proba(x)
    expect(np.array_equal(x, vectors()), "the vectors as they were", "others")
    other = [name for name, target in targets().items() if not np.array_equal(wanted[name], target)]
    expect(not other, "the labels as they were", f"others in {', '.join(other)}")
