"""The head that holds heads. n vectors, C classes, m members."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from sklearn.model_selection import KFold

from vbg_ensemble.selection import best_shift, divided, factors, loss, weigh
from vbg_ensemble.view import View, distinct
from vbg_framework import Block, EstimatorClassifier, Task, VBGError

FILE, VIEW = "members.json", "view-{}.safetensors"


@dataclass
class Answerer:
    """What is learnt about one task: views, the members that count, their weights, factors of the classes."""

    views: dict[str, View] = field(default_factory=dict)
    members: list[tuple[str, str, float, EstimatorClassifier]] = field(default_factory=list)  # view, name, weight, head
    factor: list[float] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


class Ensemble(EstimatorClassifier):
    """Fitted heads on views of the vectors, joined by greedy selection on log loss out of fold.

    What makes a view (means, scales, principal components) is learnt without labels, from all labelled records at once.
    """

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.blocks = (Block("", dim),)
        for name, part in config.members.items():
            if not issubclass(part.load(), EstimatorClassifier):
                what = f"a member is fitted, got '{part.name}', which is trained"
                fix = "Choose ridge, logistic_regression, xgboost or the like."
                raise VBGError(f"classifier.members.{name}", what, fix)
        self.answerers: dict[str, Answerer] = {}

    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn with folds of labelled records, for want of folds of objects."""
        for name, task in self.tasks.items():
            known = _known(task, targets[name])
            count = min(self.config.folds, len(known))
            folds = KFold(count, shuffle=True, random_state=seed % 2**32).split(known) if count > 1 else ()
            self._one(task, x, targets[name], [(known[learn], known[held]) for learn, held in folds], seed)

    def cross_fit(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[tuple[Any, ...]], *, seed: int
    ) -> dict[str, np.ndarray]:
        """Learn, and return what members and weights say that have not seen the fold of a record."""
        return {name: self._one(self.tasks[name], x, targets[name], folds, seed) for name in self.tasks}

    def _one(
        self, task: Task, x: np.ndarray, target: np.ndarray, folds: Sequence[tuple[Any, ...]], seed: int
    ) -> np.ndarray:
        """Learn one task; (n, C) out of fold, of vectors without a label what the whole ensemble says."""
        known = _known(task, target)
        made = self.answerers[task.name] = Answerer()
        if not len(known):
            return np.full((len(x), len(task.classes)), 1 / len(task.classes), np.float32)
        place = np.full(len(x), -1)
        place[known] = np.arange(len(known))
        inner = [tuple(place[side][place[side] >= 0] for side in fold) for fold in folds]
        inner = [(learn, held) for learn, held in inner if len(learn) and len(held)]
        views = {n: self._view(x[known], w, seed) for n, w in distinct(self.config.views, self.blocks).items()}
        result = self._tried(task, views, x[known], target[known], inner, seed)
        said = np.zeros((len(x), len(task.classes)), np.float32)
        said[known] = self._joined(task, made, result, target[known], inner, seed)
        for (view, name), weight in zip(result, [row["weight"] for row in made.rows], strict=True):
            if weight > 0:
                made.views[view] = views[view]
                head = self._head(name, task, views[view])
                head.fit(views[view](x[known]), {task.name: target[known]}, seed=seed)
                made.members.append((view, name, weight, head))
        rest = np.flatnonzero(place < 0)
        if len(rest):
            said[rest] = self._say(task, x[rest])
        return said

    def _view(self, x: np.ndarray, weights: Mapping[str, float], seed: int) -> View:
        return View.learn(x, self.blocks, weights, self.config.components, seed)

    def _head(self, name: str, task: Task, view: View) -> EstimatorClassifier:
        return self.config.members[name].make(dim=view.turn.shape[1], tasks={task.name: task})

    def _tried(
        self, task: Task, views: Mapping[str, View], x: np.ndarray, target: np.ndarray, folds: Sequence[Any], seed: int
    ) -> dict[tuple[str, str], np.ndarray]:
        """(view, member) -> (n, C) out of fold; without folds of those it learnt from."""
        begun = time.monotonic()
        results: dict[tuple[str, str], np.ndarray] = {}
        vectors = {name: view(x) for name, view in views.items()}
        every = [(view, name) for name in self.config.members for view in views]
        pairs = [(view, name) for view, name in every if view in self.config.only.get(name, views)] or every
        for number, (view, name) in enumerate(pairs, start=1):
            if results and self.config.budget and time.monotonic() - begun > 60 * self.config.budget:
                left = len(pairs) - number + 1
                self.tell(f"{task.name}: the budget is used up, {left} of {len(pairs)} members left untried.")
                break
            head = self._head(name, task, views[view])
            both = folds or [(np.arange(len(x)), np.arange(len(x)))]
            results[view, name] = head.out_of_fold(vectors[view], {task.name: target}, both, seed=seed)[task.name]
            value = loss(_right(task, results[view, name], target)[_learnable(task, target, both)])
            self.tell(f"{task.name}: {number}/{len(pairs)} {name} on {view}, log loss out of fold {value:.3f}.")
        return results

    def _joined(
        self, task: Task, made: Answerer, results: Mapping[Any, Any], target: np.ndarray, folds: Any, seed: int
    ) -> np.ndarray:
        """Weigh the members and the classes; (n, C) by weights that have not seen the fold."""
        said = np.stack([*results.values()])  # (m, n, C)
        columns = len(task.classes) if task.multi_label else 1
        counted = _learnable(task, target, folds)
        right = np.stack([_right(task, each, target)[counted] for each in said])
        places = [held for _, held in folds] or [np.arange(len(target))]
        number = np.cumsum(counted) - 1
        inner = [(held[:, None] * columns + np.arange(columns)).ravel() for held in places]
        inner = [number[held[counted[held]]] for held in inner]
        if len(places) > 1:
            weights, apart = weigh(right, inner, self.config.bags, self.config.rounds, seed)
        else:
            weights, apart = np.full(len(said), 1 / len(said)), [np.full(len(said), 1 / len(said))]
        joined = np.zeros(said.shape[1:])
        for each, held in zip(apart, places, strict=True):
            joined[held] = np.einsum("m,mnc->nc", each, said[:, held])
        made.rows = [
            {"member": name, "view": view, "weight": float(weight), "log_loss": loss(one)}
            for (view, name), weight, one in zip(results, weights, right, strict=True)
        ]
        if task.multi_label:
            return joined
        power = best_shift(joined, target) if self.config.prior_shift else 0.0
        made.factor = factors(target, len(task.classes), power).tolist()
        return divided(np.maximum(joined, 1e-12), np.array(made.factor))

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, dim) -> task -> (n, C)."""
        return {name: self._say(task, x) for name, task in self.tasks.items()}

    def _say(self, task: Task, x: np.ndarray) -> np.ndarray:
        made = self.answerers[task.name]
        if not made.members:
            return np.full((len(x), len(task.classes)), 1 / len(task.classes))
        vectors = {name: view(x) for name, view in made.views.items()}
        said = sum(w * np.asarray(head.predict_proba(vectors[v])[task.name]) for v, _, w, head in made.members)
        said = np.clip(np.asarray(said, np.float64), 0, 1)
        return said if task.multi_label else divided(said, np.array(made.factor))

    def account(self) -> dict[str, list[dict[str, Any]]]:
        """Task -> every member that was tried: its view, its weight, and its log loss out of fold."""
        return {name: made.rows for name, made in self.answerers.items()}

    def save(self, folder: Path) -> None:
        """Write JSON, arrays of the views, and a folder per member."""
        about = {}
        for number, (name, made) in enumerate(self.answerers.items()):
            home = folder / f"task-{number}"
            home.mkdir()
            for index, view in enumerate(made.views.values()):
                save_file({k: np.ascontiguousarray(v) for k, v in asdict(view).items()}, home / VIEW.format(index))
            for index, (*_, head) in enumerate(made.members):
                (home / f"member-{index}").mkdir()
                head.save(home / f"member-{index}")
            members = [each[:3] for each in made.members]
            about[name] = {"views": list(made.views), "members": members, "factor": made.factor, "rows": made.rows}
        (folder / FILE).write_text(json.dumps(about), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read them again."""
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
        for number, (name, kept) in enumerate(about.items()):
            home, made = folder / f"task-{number}", Answerer(factor=kept["factor"], rows=kept["rows"])
            made.views = {v: View(**load_file(home / VIEW.format(index))) for index, v in enumerate(kept["views"])}
            for index, (view, member, weight) in enumerate(kept["members"]):
                head = self._head(member, self.tasks[name], made.views[view])
                head.load(home / f"member-{index}")
                made.members.append((view, member, weight, head))
            self.answerers[name] = made


def _right(task: Task, said: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Probabilities of the truth: (n,), or of every label (n * C,)."""
    if task.multi_label:
        return np.where(target == 1, said, 1 - said).ravel()
    return said[np.arange(len(target)), target]


def _learnable(task: Task, target: np.ndarray, folds: Sequence[Any]) -> np.ndarray:
    """Which of what `_right` gives says something: classes of one object are in no other fold."""
    if task.multi_label:
        return np.ones(target.size, bool)
    result = EstimatorClassifier.learnable(target, folds)
    return result if result.any() else np.ones(len(target), bool)


def _known(task: Task, target: np.ndarray) -> np.ndarray:
    """Places of the labelled vectors."""
    return np.flatnonzero((target != -1).all(1) if task.multi_label else target != -1)
