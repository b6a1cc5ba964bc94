"""How often the intervals of repeated folds with cut classes hold the truth, and what a study finds with them.

    OMP_NUM_THREADS=1 uv run python benchmarks/cut_folds.py [--studies 2000] [--objects 200]

Simulated studies whose truth is known: K folds of all objects, a ninth of what is not tested left for validation, and
of the scarcest classes eight training objects, drawn anew in every replicate (`design: {folds, repeats}` with
`split: {scarce: {...}}`). Macro-F1 and the recall of the cut classes decide, all arms in both being one family. The
variance is corrected by 1 / (K - 1). Prints percentages, half-widths in points, and seconds.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from designs import centroids_of
from learners import TILTS, Learners, macro_f1
from scipy import special

from vbg_framework.statistics import power
from vbg_framework.statistics.interval import standard_error, t_interval

POPULATIONS = {  # name -> objects per class, classes that are cut
    "200 objects, three classes": ((100, 60, 40), 1),
    "600 objects, four classes": ((400, 150, 40, 10), 2),
    "1,640 objects, ten classes": ((400, 360, 260, 220, 200, 40, 40, 40, 40, 40), 5),
}
DESIGNS = {5: (3, 5, 10), 10: (2,)}  # folds -> repeats
ARMS = (("tilt 1.0", "plain"), ("shrunk", "plain"), ("seed 1", "seed 0"))
KEEP = 8
DATA_SETS = 20_000  # for a truth

Scores = dict[str, dict[str, np.ndarray]]  # metric -> learner -> (S, R)


class CutFolds(Learners):
    """Learners of `learners.py` in repeated K-fold cross-validation with the last classes cut to `KEEP` objects.

    Args:
        counts: objects per class, each a multiple of the folds.
        folds: K.
        scarce: classes that are cut.
    """

    def __init__(self, counts: tuple[int, ...], folds: int, scarce: int) -> None:
        super().__init__(counts)
        self.folds, self.scarce, self.tested = folds, scarce, np.array(counts) // folds
        self.truth = np.repeat(np.arange(self.classes), self.tested)

    def run(self, studies: int, splits: int, draws: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Draw a data set per study: learner -> (S, splits, T) classes, and objects."""
        centroids, tests, objects = [], [], []
        for number, (mean, size) in enumerate(zip(self.means, self.counts, strict=True)):
            points, test = mean + draws.standard_normal((studies, size, 8)), self.tested[number]
            repeats = draws.random((studies, -(-splits // self.folds), size)).argsort(-1)
            order = np.stack([np.roll(repeats, -test * fold, -1) for fold in range(self.folds)], 2)
            order = order.reshape(studies, -1, size)[:, :splits]
            kept = (size - test) * 8 // 9 if number < self.classes - self.scarce else min(KEEP, size - test)
            centroids.append(centroids_of(points, draws.permuted(order[..., test:], axis=-1)[..., :kept]))
            tests.append(points[np.arange(studies)[:, None, None], order[..., :test]])
            objects.append(order[..., :test] + 1000 * number)
        return self.answers(np.stack(centroids, 2), np.concatenate(tests, 2), draws), np.concatenate(objects, 2)

    def both(self, studies: int, splits: int, seed: int) -> Scores:
        """Macro-F1 and the mean recall of the cut classes."""
        scores: dict[str, dict[str, list[np.ndarray]]] = {"macro-F1": {}, "recall": {}}
        for answers, _ in self.chunks(studies, splits, seed):
            for arm, given in answers.items():
                scores["macro-F1"].setdefault(arm, []).append(macro_f1(given, self.truth))
                scores["recall"].setdefault(arm, []).append(self.recall(given))
        return {metric: {arm: np.concatenate(each) for arm, each in arms.items()} for metric, arms in scores.items()}

    def recall(self, answers: np.ndarray) -> np.ndarray:
        """(S, R) of (S, R, T) classes."""
        cut = range(self.classes - self.scarce, self.classes)
        return np.mean([(answers[..., self.truth == code] == code).mean(-1) for code in cut], axis=0)


def coverage(scores: Scores, truth: Scores, pairs: int, overlap: float) -> None:
    """Intervals that hold the truth, half-widths, and how often a difference is found beside what is foretold."""
    for metric, values in scores.items():
        for arm, control in ARMS:
            exact = 0.0 if control == "seed 0" else float(np.mean(truth[metric][arm]) - np.mean(truth[metric][control]))
            some = (values[arm] - values[control])[:, :pairs]
            some = some[np.ptp(some, axis=1) > 1e-12]
            interval = t_interval(some, overlap=overlap)
            held = 100 * np.mean((interval.low <= exact) & (exact <= interval.high))
            found = 100 * np.mean((interval.low > 0) | (interval.high < 0))
            effect = abs(exact) / np.mean(some.std(1, ddof=1))
            foretold = 100 * power(effect, pairs, overlap=overlap) if exact else 5.0
            half = 50 * np.mean(interval.high - interval.low)
            print(f"    {metric:9} {arm:9} {100 * exact:+6.2f} points   holds {held:5.1f}   half-width {half:5.2f}   "
                  f"found {found:5.1f}   foretold {foretold:5.1f}")  # fmt: skip


def family(scores: Scores, truth: Scores, pairs: int, overlap: float) -> None:
    """Studies in which any of five arms is called better or worse in any of two metrics though none is, after Holm."""
    for name, arms, control in (("tilts", [f"tilt {tilt}" for tilt in TILTS], "plain"),
                                ("seeds", [f"seed {number}" for number in range(1, 6)], "seed 0")):  # fmt: skip
        limit = special.stdtrit(pairs - 1, 1 - 0.05 / (2 * len(arms) * len(scores)))  # Holm's first step
        wrong = np.zeros(len(scores["recall"][control]), bool)
        for metric, values in scores.items():
            for arm in arms:
                exact = np.mean(truth[metric][arm]) - np.mean(truth[metric][control]) if name == "tilts" else 0.0
                some = (values[arm] - values[control])[:, :pairs] - exact
                wrong |= np.abs(some.mean(1)) > limit * standard_error(some, overlap)
        print(f"    any of five {name} in two metrics: {100 * wrong.mean():.1f}", flush=True)


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--objects", type=int, help="only the population of so many")
    args, began = parser.parse_args(), time.process_time()
    for name, (counts, scarce) in POPULATIONS.items():
        if args.objects not in (None, sum(counts)):
            continue
        for folds, repeats in DESIGNS.items():
            learners = CutFolds(counts, folds, scarce)
            truth = learners.both(DATA_SETS, 1, seed=4)
            scores = learners.both(args.studies, folds * max(repeats), seed=5)
            for count in repeats:
                print(f"  {name}, {folds} folds, {count} repeats")
                coverage(scores, truth, folds * count, 1 / (folds - 1))
                family(scores, truth, folds * count, 1 / (folds - 1))
    print(f"  {time.process_time() - began:.0f} s")


if __name__ == "__main__":
    main()
