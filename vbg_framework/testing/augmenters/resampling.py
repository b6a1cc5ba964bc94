"""What an augmenter promises that adds vectors to those of training records. n vectors, D features, C classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.testing.augmenters.augmenter import WANTED, AugmenterSubject, adds_vectors, vector_targets, vectors
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.randomness import watched

TASK = "form"


def _resampled(augmenter: Augmenter, seed: int = 0) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
    return augmenter.resample(vectors(), vector_targets(), task=TASK, wanted=WANTED, seed=seed)


def _same(one: Any, other: Any) -> bool:
    x, targets = one
    return np.array_equal(x, other[0]) and all(np.array_equal(targets[name], other[1][name]) for name in targets)


@promise(
    "augmenter",
    "The vectors of the training records and their targets come first and unchanged.",
    cause="vectors that are shuffled or scaled, or records that are left out",
    fix="Append: `np.concatenate([x, new])`, and the same for every task.",
    applies=adds_vectors,
)
def check_resampling_keeps_originals(subject: AugmenterSubject) -> None:
    """Compare them before and after, and what was given with what it was."""
    x, wanted = vectors(), vector_targets()
    result, labels = subject.fitted.resample(x, wanted, task=TASK, wanted=WANTED, seed=0)
    expect(np.array_equal(result[: len(x)], vectors()), "the vectors as they were", "others")
    expect(set(labels) == set(wanted), f"targets of {', '.join(wanted)}", ", ".join(labels) or "none")
    expect(_same((x, wanted), (vectors(), vector_targets())), "what was given as it was", "changed vectors or targets")
    for name, target in vector_targets().items():
        expect(np.array_equal(labels[name][: len(x)], target), f"the targets of '{name}' as they were", "others")


@promise(
    "augmenter",
    "New vectors are finite, have a target per task in the form of the others, and the classes asked for.",
    cause="targets of one task only, or as many vectors for every class",
    fix="Give -1 where a new vector has no label; make at most `wanted[c]` of class c.",
    applies=adds_vectors,
)
def check_new_vectors_are_as_asked_for(subject: AugmenterSubject) -> str:
    """Look at shapes, types and classes."""
    count = len(vectors())
    x, labels = _resampled(subject.fitted)
    expect(x.dtype == np.float32 and x.shape[1:] == vectors().shape[1:], "(n, D) float32", f"{x.shape} {x.dtype}")
    expect(np.isfinite(x).all(), "finite vectors", "NaN or infinite ones")
    for name, target in vector_targets().items():
        form = (len(x), *target.shape[1:])
        expect(labels[name].shape == form, f"targets {form} of '{name}'", labels[name].shape)
        known = np.isin(labels[name][count:], [*np.unique(target[target >= 0]).tolist(), -1]).all()
        expect(known, f"known classes or -1 in the targets of '{name}'", np.unique(labels[name]).tolist())
    made = [int((labels[TASK][count:] == code).sum()) for code in range(len(WANTED))]
    fits = all(new <= most for new, most in zip(made, WANTED, strict=True)) and sum(made) == len(x) - count
    expect(fits, f"at most {list(WANTED)} new vectors of the classes of '{TASK}', and no other", made)
    return f"{sum(made)} of {sum(WANTED)} vectors asked for"


@promise(
    "augmenter",
    "New vectors follow from what was fitted, the vectors, the targets and the seed alone.",
    cause="`random_state=None`, or numbers drawn from a global generator",
    fix="Make a generator from `seed`, and draw from nothing else.",
    applies=adds_vectors,
)
def check_resampling_follows_from_the_seed(subject: AugmenterSubject) -> None:
    """Resample twice, with the global generators in different states."""
    said = []
    for state in (1, 2):
        with watched(state):
            said.append(_resampled(subject.fitted, seed=3))
    expect(_same(*said), "the same vectors twice", "others")
