"""How often the intervals hold the truth, and how often a difference is found where there is none.

    OMP_NUM_THREADS=1 uv run python benchmarks/coverage.py [--studies 2000] [--part NAME]

Simulated studies whose truth is known: the tables of docs/statistics.md. Parts: `independent` (differences drawn one by
one), `resplit` (replicates divide one data set 8:1:1), `family` (five arms without a difference), `classes` (recall per
class over such replicates), `fixed` (one test split; a quarter of the studies), `pooled` (some collections).
Prints percentages and seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np
from designs import Drawn, Folded
from learners import TILTS, FixedSplit, Learners, macro_f1

from vbg_framework.statistics import (
    Design,
    Outcomes,
    class_differences,
    class_recalls,
    compare,
    hierarchical,
    pool,
    power,
)
from vbg_framework.statistics.interval import Interval, bca_interval, t_interval
from vbg_framework.statistics.significance import sign_flip_p

REPLICATES = (5, 10, 20)
POPULATIONS = {"three classes, 200 objects": (100, 60, 40), "long tail, 600 objects": (400, 150, 40, 10)}
ARMS = (("tilt 1.0", "plain"), ("shrunk", "plain"), ("seed 1", "seed 0"))
DATA_SETS = 40_000  # for a truth
OVERLAP = 1 / 8


def held(interval: Interval, truth: np.ndarray | float) -> float:
    """Percentage of the intervals that hold the truth."""
    return float(100 * np.mean((interval.low <= truth) & (truth <= interval.high)))


def independent(studies: int) -> None:
    """Paired t and BCa on differences drawn one by one; and how often p <= .05 by sign flips when the mean is 0."""
    draws = np.random.default_rng(3)
    for name, drawn in (("normal", draws.standard_normal), ("exponential", draws.standard_exponential)):
        for pairs in (*REPLICATES, 30, 50):
            differences = drawn((studies, pairs)) - float(name == "exponential")
            parts = np.array_split(differences, max(studies // 50, 1))
            bca = np.mean([held(bca_interval(part, resamples=1999), 0) for part in parts])
            flips = 100 * np.mean([sign_flip_p(study) <= 0.05 for study in differences])
            shares = f"paired t {held(t_interval(differences), 0):5.1f}   BCa {bca:5.1f}   found {flips:5.1f}"
            print(f"  {name:12} {pairs:3} pairs   {shares}")


def resplit(studies: int) -> None:
    """Plain and corrected t on replicates that divide one data set; a study's truth is the mean over data sets."""
    for name, counts in POPULATIONS.items():
        learners = Learners(counts)
        truth = {k: v.mean() for k, v in learners.scores(DATA_SETS, 1, seed=4).items()}
        scores = learners.scores(studies, max(REPLICATES), seed=5)
        for arm, control in ARMS:
            exact = 0.0 if control == "seed 0" else truth[arm] - truth[control]
            differences = scores[arm] - scores[control]
            print(f"  {name}, {arm} - {control}: {exact:+.4f}, sd {differences[:, 0].std():.3f}")
            for pairs in REPLICATES:
                some = differences[:, :pairs]
                some = some[np.ptp(some, axis=1) > 1e-12]
                row = [f"{held(t_interval(some, overlap=o), exact):5.1f}" for o in (0, OVERLAP)]
                print(f"    {pairs:3} pairs   plain {row[0]}   corrected {row[1]}   no spread {studies - len(some)}")


def family(studies: int) -> None:
    """Share of studies in which any of five arms is called better or worse though none is."""
    draws = np.random.default_rng(6)
    for name, drawn in (("normal", draws.standard_normal), ("exponential", draws.standard_exponential)):
        shape = (studies, max(REPLICATES))
        values = {arm: drawn(shape) for arm in ("control", "a", "b", "c", "d", "e")}
        report(f"independent, {name}", values, Design("independent"))
    for name, counts in POPULATIONS.items():
        learners = Learners(counts)
        truth = {k: v.mean() for k, v in learners.scores(DATA_SETS, 1, seed=4).items()}
        scores = learners.scores(studies, max(REPLICATES), seed=7)
        sizes = Design("resplit", 8, 1)
        tilts = ["plain", *(f"tilt {tilt}" for tilt in TILTS)]
        report(f"{name}, tilts", {arm: scores[arm] - truth[arm] for arm in tilts}, sizes)
        report(f"{name}, seeds", {f"seed {n}": scores[f"seed {n}"] for n in range(6)}, sizes)


def report(name: str, values: dict[str, np.ndarray], design: Design, replicates: Sequence[int] = REPLICATES) -> None:
    """Compare the arms of every study with the first, and count."""
    control = next(iter(values))
    for pairs in replicates:
        found, significant, uncorrected = 0, 0, 0
        for study in range(len(values[control])):
            table = {arm: dict(enumerate(scores[study, :pairs].tolist())) for arm, scores in values.items()}
            result = compare(table, control, design=design, margin=0)
            found += any(each.verdict in ("better", "worse") for each in result)
            significant += any(each.p_holm is not None and each.p_holm <= 0.05 for each in result)
            uncorrected += any(each.p is not None and each.p <= 0.05 for each in result)
        shares = [f"{100 * count / len(values[control]):5.1f}" for count in (found, significant, uncorrected)]
        print(f"  {name:36} {pairs:3} pairs   verdict {shares[0]}   Holm {shares[1]}   without Holm {shares[2]}")


def classes(studies: int) -> None:
    """Recall per class and its difference, pooled over 10 replicates; where arms are equal, how often it is starred."""
    for name, counts in POPULATIONS.items():
        learners = Learners(counts)
        truth = learners.recalls(DATA_SETS, seed=9)
        for arm, control in ARMS:
            equal = control == "seed 0"
            exact = truth[arm] - truth[control] if not equal else np.zeros(len(counts))
            rows = [
                judged(learners, {k: answers[k][study] for k in (arm, control)}, objects[study], truth[arm], exact)
                for answers, objects in learners.chunks(studies, 10, seed=8)
                for study in range(len(objects))
            ]
            shares = 100 * np.mean(rows, axis=0)  # (3, C)
            print(f"  {name}, {arm} - {control}, classes of {counts}")
            for title, row in zip(("recall", "difference", "starred"), shares, strict=True):
                if title != "starred" or equal:
                    print(f"    {title:12}", " ".join(f"{share:6.1f}" for share in row))


def judged(
    learners: Learners, answers: dict[str, np.ndarray], objects: np.ndarray, recall: np.ndarray, difference: np.ndarray
) -> list[list[bool]]:
    """(3, C): whether the intervals of one study hold the recall and the difference, and what is starred."""
    names = [str(number) for number in range(len(recall))]
    arm, control = (as_outcomes(each, learners.truth, objects) for each in answers.values())
    recalls, differences = class_recalls(arm, names), class_differences(arm, control, names)
    return [
        [holds(each.interval, exact) for each, exact in zip(recalls, recall, strict=True)],
        [holds(each.interval, exact) for each, exact in zip(differences, difference, strict=True)],
        [each.starred for each in differences],
    ]


def holds(interval: Interval | None, exact: float) -> bool:
    return interval is None or interval.low <= exact <= interval.high


def as_outcomes(answers: np.ndarray, truth: np.ndarray, objects: np.ndarray) -> dict[int, Outcomes]:
    """(R, T) answers, (T,) truth and (R, T) objects as the library takes them."""
    eye = np.eye(truth.max() + 1, dtype=bool)
    return {r: Outcomes(objects[r], eye[truth], eye[answers[r]]) for r in range(len(answers))}


def fixed(studies: int) -> None:
    """Seeds alone (paired t) and seeds with objects (hierarchical); the truth is for all such objects."""
    for noise in (0.03, 0.1):
        split = FixedSplit((120, 45, 12), noise)
        draws = np.random.default_rng(10)
        exact = split.difference(draws)
        for replicates in (3, *REPLICATES[:2]):
            found = np.mean([one_split(split, replicates, draws, exact) for _ in range(studies // 4)], axis=0)
            shares = f"paired t {100 * found[0]:5.1f}   hierarchical {100 * found[1]:5.1f}"
            print(f"  error {noise}, {exact:+.4f}, {replicates:3} pairs   {shares}")


def one_split(split: FixedSplit, replicates: int, draws: np.random.Generator, exact: float) -> tuple[bool, bool]:
    truth, answers = split.run(replicates, draws)
    arm, control = (as_outcomes(each, truth, np.tile(np.arange(len(truth)), (replicates, 1))) for each in answers)
    differences = macro_f1(answers[0], truth) - macro_f1(answers[1], truth)
    return holds(t_interval(differences), exact), holds(hierarchical(arm, control, resamples=1000), exact)


def pooled(studies: int) -> None:
    """Effects of k collections with errors of .5 to 2 points: random effects, and the normal interval of one effect."""
    draws = np.random.default_rng(6)
    for tau in (0.0, 0.01, 0.03):
        for collections in (2, 3, 5, 10):
            errors = draws.uniform(0.005, 0.02, (studies, collections))
            effects = draws.normal(0.01, np.hypot(errors, tau))
            random = [pool(*each).interval for each in zip(effects, errors, strict=True)]
            weights = errors**-2.0
            mean, half = (weights * effects).sum(1) / weights.sum(1), 1.96 / np.sqrt(weights.sum(1))
            shares = f"random {held(Interval(*np.array(random).T), 0.01):5.1f}"
            print(f"  tau {tau:.2f} {collections:3} collections   {shares}   "
                  f"one effect {held(Interval(mean - half, mean + half), 0.01):5.1f}")  # fmt: skip


def designs(studies: int) -> None:
    """Corrected t with draws per division and with repeated folds: coverage, power beside that foretold, and family."""
    counts = POPULATIONS["long tail, 600 objects"]
    for name, learners, pairs in (("20 divisions, 1 draw", Drawn(counts, 1), 20),
                                  ("20 divisions, 4 draws", Drawn(counts, 4), 20),
                                  ("5 folds, 3 repeats", Folded(counts, 5), 15)):  # fmt: skip
        many = learners.values(5 * studies, 1 if isinstance(learners, Drawn) else learners.folds, seed=8)
        truth = {arm: float(each.mean()) for arm, each in many.items()}
        scores = learners.values(studies, pairs, seed=9)
        for arm, control in ARMS:
            exact = 0.0 if control == "seed 0" else truth[arm] - truth[control]
            differences = scores[arm] - scores[control]
            plain, corrected = (t_interval(differences, overlap=o) for o in (0.0, learners.overlap))
            found = 100 * np.mean((corrected.low > 0) | (corrected.high < 0))
            effect = abs(exact) / np.mean(differences.std(1, ddof=1))
            foretold = 100 * power(effect, pairs, overlap=learners.overlap) if exact else 5.0
            half = 50 * np.mean(corrected.high - corrected.low)
            print(f"  {name}, {arm} - {control}: {100 * exact:+.2f} points   plain {held(plain, exact):5.1f}   "
                  f"corrected {held(corrected, exact):5.1f}   half-width {half:.2f}   found {found:5.1f}   "
                  f"foretold {foretold:5.1f}")  # fmt: skip
        sizes = Design("resplit", round(1000 / learners.overlap), 1000)
        tilts = ["plain", *(f"tilt {tilt}" for tilt in TILTS)]
        report(f"{name}, tilts", {arm: scores[arm] - truth[arm] for arm in tilts}, sizes, [pairs])
        report(f"{name}, seeds", {f"seed {n}": scores[f"seed {n}"] for n in range(6)}, sizes, [pairs])


PARTS = {
    "independent": independent, "resplit": resplit, "family": family, "classes": classes, "fixed": fixed,
    "pooled": pooled, "designs": designs,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--part", choices=PARTS)
    args = parser.parse_args()
    for name in [args.part] if args.part else PARTS:
        began = time.process_time()
        print(f"{name}: {PARTS[name].__doc__}")
        PARTS[name](args.studies)
        print(f"  {time.process_time() - began:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
