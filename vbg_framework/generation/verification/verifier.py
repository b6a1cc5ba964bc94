"""The judge of generated records, which has seen real records of the training split only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vbg_framework.base.seeds import derive
from vbg_framework.contracts.estimator import Fold
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.pictures.image import decode
from vbg_framework.generation.quality.network import shares
from vbg_framework.generation.sieve import Verdict
from vbg_framework.generation.verification.folds import divide, sample
from vbg_framework.generation.verification.rules import Rule
from vbg_framework.generation.verification.strangers import pairs, stranger
from vbg_framework.generation.verification.testimony import Answers, Strangers, Testimony, cross_fit
from vbg_framework.generation.verification.witness import Witness
from vbg_framework.screen import Bar, Screen

MISS = 0.15
"""Largest share of real records that all checks together may refuse (Bonferroni over the checks)."""


@dataclass(frozen=True)
class Verifier:
    """Says of a generated record whether it shows the class it claims, and which of its other labels it shows.

    A record passes if every modality of it that can tell its class confirms the class, at least one can, and each lies
    no further from real records of the class than real ones do. Another label is confirmed if every modality that can
    tell it says so; where none can, those must that are seldom wrong about it, though they miss many records.

    Args:
        tasks: the tasks it knows, that of the class first.
        testimonies: one per modality.
        key: of all that its answers follow from.
    """

    tasks: Sequence[Task]
    testimonies: Sequence[Testimony]
    key: str

    def __call__(self, records: Sequence[Record]) -> list[Verdict]:
        """Judge records, each of which claims a class."""
        said = {each.witness.modality: self._ask(each, records) for each in self.testimonies}
        return [self._verdict(record, index, said) for index, record in enumerate(records)]

    def judges(self, task: str, name: str) -> bool:
        """Whether any modality can tell a class from the others."""
        return any(rule.judges for _, rule in self._rules(task, name))

    @property
    def cannot_judge(self) -> list[str]:
        """The classes asked for that no modality can tell."""
        return [name for name in self.tasks[0].classes if not self.judges(self.tasks[0].name, name)]

    def about(self) -> dict[str, Any]:
        """Rules of every modality, task and class, ready for JSON."""
        return {
            each.witness.modality: {
                "name": each.witness.name,
                "tasks": {
                    task.name: {
                        name: asdict(rule) | {"judges": rule.judges}
                        for name, rule in zip(task.classes, each.rules[task.name], strict=True)
                        if rule.records
                    }
                    for task in self.tasks
                },
            }
            for each in self.testimonies
        }

    def _rules(self, task: str, name: str) -> list[tuple[str, Rule]]:
        """Modality and rule of a class; of an unknown one none."""
        known = next((each for each in self.tasks if each.name == task), None)
        if known is None or name not in known.classes:
            return []
        code = known.classes.index(name)
        return [(each.witness.modality, each.rules[task][code]) for each in self.testimonies]

    def _ask(self, testimony: Testimony, records: Sequence[Record]) -> dict[int, tuple[int, Answers]]:
        """Place of a record that has the modality -> its row in the answers, and these."""
        task, modality = self.tasks[0], testimony.witness.modality
        places = [index for index, record in enumerate(records) if record.inputs.get(modality)]
        if not places:
            return {}
        codes = np.array([task.classes.index(records[index].targets[task.name]) for index in places])
        answers = testimony([records[index].inputs[modality] for index in places], codes)
        return {place: (row, answers) for row, place in enumerate(places)}

    def _verdict(self, record: Record, index: int, said: Mapping[str, Mapping[int, tuple[int, Answers]]]) -> Verdict:
        task = self.tasks[0].name
        heard = {modality: answers[index] for modality, answers in said.items() if index in answers}
        votes = self._votes(task, record.targets[task], heard)
        far = max((float(answers.distances[row]) for row, answers in heard.values()), default=0.0)
        scores = {"distance": round(far, 4)} if heard and np.isfinite(far) else {}
        if votes:
            scores["confidence"] = round(min(probability for probability, _ in votes), 4)
        reason = "unjudged" if not votes else "class" if not all(passed for _, passed in votes) else None
        shown = self._shown(record, heard)
        soft = self._soft(set(record.targets) - set(shown), heard)
        return Verdict(reason or ("outlier" if far > 1 else None), scores, shown, soft)

    def _votes(self, task: str, name: Any, heard: Mapping[str, tuple[int, Answers]]) -> list[tuple[float, bool]]:
        """Probability of a class, and whether it is enough, for every modality there that can tell the class."""
        results = []
        for modality, rule in self._telling(task, name, heard) if isinstance(name, str) else []:
            row, answers = heard[modality]
            known = next(each for each in self.tasks if each.name == task)
            probability = float(answers.probabilities[task][row, known.classes.index(name)])
            results.append((probability, probability >= rule.least))
        return results

    def _telling(self, task: str, name: str, heard: Collection[str]) -> list[tuple[str, Rule]]:
        """The modalities there that can tell a class; of a label that may be left out, else those that confirm it."""
        there = [(modality, rule) for modality, rule in self._rules(task, name) if modality in heard]
        sure = [(modality, rule) for modality, rule in there if rule.judges]
        seldom_wrong = [(modality, rule) for modality, rule in there if rule.confirms and task != self.tasks[0].name]
        return sure or seldom_wrong

    def _soft(self, unconfirmed: Set[str], heard: Mapping[str, tuple[int, Answers]]) -> dict[str, dict[str, float]]:
        """Task -> class -> mean probability over the modalities, of what a record claims and does not show."""
        results = {}
        for task in self.tasks:
            told = [answers.probabilities[task.name][row] for row, answers in heard.values()
                    if task.name in answers.probabilities]  # fmt: skip
            if task.name in unconfirmed and told:
                shares = np.mean(told, axis=0)
                results[task.name] = dict(zip(task.classes, (shares / shares.sum()).round(6).tolist(), strict=True))
        return results

    def _shown(self, record: Record, heard: Mapping[str, tuple[int, Answers]]) -> dict[str, Any]:
        """The labels of a record that are the class asked for or are confirmed."""
        first = self.tasks[0].name
        votes = {task: self._votes(task, name, heard) for task, name in record.targets.items() if task != first}
        confirmed = {task for task, result in votes.items() if result and all(passed for _, passed in result)}
        return {task: name for task, name in record.targets.items() if task == first or task in confirmed}


def fit_verifier(
    view: TrainView, clusters: Sequence[str], witnesses: Sequence[Witness], *, seed: int, key: str, screen: Screen
) -> Verifier:
    """Learn from real records alone, which are read one at a time.

    Args:
        view: the training records.
        clusters: per record what must not be divided.
        witnesses: one per modality.
        seed: seed of the folds.
        key: of all that the answers follow from.
        screen: where progress is shown.
    """
    tasks = [view.task, *(task for task in view.tasks.values() if not task.multi_label and task is not view.task)]
    labels = {task.name: shares(view.targets, task) for task in tasks}
    first = labels[view.task.name]
    named = np.where(first.any(axis=1), first.argmax(axis=1), -1)
    chosen, miss, results = sample(named, seed).tolist(), MISS / (2 * max(1, len(witnesses))), []
    for witness in witnesses:
        rows: list[int] = []
        with screen.progress(f"judge: training records with {witness.modality}", len(chosen)) as bar:
            x = witness.represent(_inputs(view, chosen, witness.modality, rows, bar))
        if first[rows].any():
            folds = divide(named[rows], [clusters[row] for row in rows], seed)
            strangers = (
                _strangers(view, rows, named[rows], folds, witness, seed) if witness.modality == "image" else None
            )
            facts = {task: part[rows] for task, part in labels.items()}
            results.append(cross_fit(witness, x, facts, folds, miss, strangers))
    return Verifier(tasks, results, key)


def _strangers(
    view: TrainView, rows: Sequence[int], codes: np.ndarray, folds: Sequence[Fold], witness: Witness, seed: int
) -> Strangers | None:
    """Pictures made of two records of different classes, for a witness of pictures; None if there is one class."""
    chosen, generator = pairs(codes, folds, derive(seed, "pairs")), np.random.default_rng(derive(seed, "strangers"))
    if not any(len(part) for part in chosen):
        return None
    seen = ([decode(view[rows[row]].inputs["image"]) for row in pair] for part in chosen for pair in part)
    x = witness.represent(stranger(first, second, generator) for first, second in seen)
    return Strangers(x, np.repeat(np.arange(len(folds)), [len(part) for part in chosen]), codes[np.concatenate(chosen)])


def _inputs(view: TrainView, chosen: Sequence[int], modality: str, rows: list[int], bar: Bar) -> Iterator[Any]:
    """Yield what records hold of a modality, and note which do."""
    for row in chosen:
        held = view[row].inputs.get(modality)
        bar.advance()
        if held:
            rows.append(row)
            yield held
