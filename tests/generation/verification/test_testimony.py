"""Cross-fitting a witness."""

import numpy as np

from vbg_framework.generation.verification.folds import divide
from vbg_framework.generation.verification.testimony import Strangers, cross_fit
from vbg_framework.generation.verification.witness import Witness


class Nearest(Witness):
    """Answers with the class of the nearest record it knows, and remembers which it learnt from."""

    modality, name = "number", "nearest"

    def __init__(self):
        self.learnt = []

    def represent(self, inputs):
        return np.array(inputs, float)[:, None]

    def learn(self, x, labels, fold):
        self.learnt.append(set(x[:, 0].tolist()))

        def sight(new):
            place = np.abs(new - x.T).argmin(1)
            return new, {task: part[place] for task, part in labels.items()}

        return sight


def test_rules_come_from_records_that_were_held_out():
    numbers = np.concatenate([np.arange(12.0), 100 + np.arange(12.0)])
    labels = {"kind": np.eye(2)[(numbers > 50).astype(int)]}
    objects = [str(n // 2) for n in range(24)]
    witness = Nearest()
    folds = divide((numbers > 50).astype(int), objects, 0)
    told = cross_fit(witness, witness.represent(numbers), labels, folds, 0.05)
    assert all(not seen & set(numbers[held].tolist()) for seen, (_, held) in zip(witness.learnt, folds, strict=True))
    assert [rule.recall for rule in told.rules["kind"]] == [1.0, 1.0]
    answers = told([5.2, 105.2, 105.2, 60.0], np.array([0, 1, 0, 1]))
    assert answers.probabilities["kind"].argmax(1).tolist() == [0, 1, 1, 1]
    assert (answers.distances <= 1).tolist() == [True, True, False, False]  # of another class; of no class


def test_a_class_whose_records_lie_further_apart_may_be_further_away():
    numbers = np.concatenate([np.arange(200.0), 1000 + 20 * np.arange(6.0)])
    labels = {"kind": np.eye(2)[(numbers > 500).astype(int)]}
    witness = Nearest()
    folds = divide((numbers > 500).astype(int), [str(n) for n in range(206)], 0)
    told = cross_fit(witness, witness.represent(numbers), labels, folds, 0.05)
    near, far = told.furthest
    assert far == 2 * near
    assert (told([30.4, 260.0, 1400.0], np.array([0, 0, 1])).distances <= 1).tolist() == [True, False, False]


def test_few_strangers_pass_for_the_classes_they_are_made_of():
    numbers = np.concatenate([np.arange(12.0), 100 + np.arange(12.0)])
    labels, witness = {"kind": np.eye(2)[(numbers > 50).astype(int)]}, Nearest()
    folds = divide((numbers > 50).astype(int), [str(n) for n in range(24)], 0)
    strangers = Strangers(np.arange(30.0, 39)[:, None], np.arange(9) % 3, np.tile([0, 1], (9, 1)))
    told = cross_fit(witness, numbers[:, None], labels, folds, 0.05, strangers)
    assert all(seen <= set(numbers.tolist()) for seen in witness.learnt)
    assert [rule.judges for rule in told.rules["kind"]] == [False, True]  # all of them pass for the first
