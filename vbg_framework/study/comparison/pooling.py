"""Several studies with the same arms, each of a collection of its own, as one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Pooled, pool
from vbg_framework.statistics.comparison import Verdict, verdict_of
from vbg_framework.statistics.interval import standard_error
from vbg_framework.statistics.significance import holm
from vbg_framework.study.comparison.analysis import Analysis, analyse
from vbg_framework.study.comparison.comparisons import QUESTIONS
from vbg_framework.study.comparison.results import Results, higher_is_better

CAVEAT = (
    "Random effects: every collection has an effect of its own, and the mean is that of collections like these. "
    "The interval is that of Hartung and Knapp; I\u00b2 is the share of the variance that lies between collections."
)


@dataclass(frozen=True)
class PooledArm:
    """One arm minus its control over several collections.

    Args:
        question: a key of `QUESTIONS`.
        arm, control, metric: what was compared, in the first task of each study.
        means: study -> mean difference there.
        pooled: what they come to.
        p_holm: corrected for all arms and metrics of the question.
        verdict: as in a study.
    """

    question: str
    arm: str
    control: str
    metric: str
    means: Mapping[str, float]
    pooled: Pooled
    p_holm: float
    verdict: Verdict


def pool_studies(studies: Mapping[str, Results]) -> list[PooledArm]:
    """Pool what studies decided, question by question; an arm that only one of them has is left out.

    Args:
        studies: name of a study -> its measurements.

    Raises:
        VBGError: fewer than two studies, two of the same data, levels that differ, one test split for all replicates,
            or nothing in common.
    """
    _check_data(studies)
    analyses = {name: analyse(results) for name, results in studies.items()}
    _check(analyses)
    rows = [row for question in QUESTIONS for row in _rows(analyses, question)]
    if not rows:
        what = f"no arm was compared with the same control in two of the studies {', '.join(analyses)}"
        raise VBGError("vbg pool", what, "Name studies with arms of the same names and metrics.")
    return rows


def _rows(analyses: Mapping[str, Analysis], question: str) -> Iterator[PooledArm]:
    """One question is one family of Holm's correction."""
    first = next(iter(analyses.values()))
    shared = {key: each for key, each in _effects(analyses, question).items() if len(each) > 1}
    pooled = [pool(*zip(*each.values(), strict=True), alpha=first.alpha) for each in shared.values()]
    corrected = holm([each.p for each in pooled])
    for ((arm, control, metric), effects), whole, p in zip(shared.items(), pooled, corrected, strict=True):
        assert p is not None
        verdict = verdict_of(whole.interval, p, first.alpha, first.margin, higher_is_better(metric))
        means = {name: mean for name, (mean, _) in effects.items()}
        yield PooledArm(question, arm, control, metric, means, whole, p, verdict)


def _effects(
    analyses: Mapping[str, Analysis], question: str
) -> dict[tuple[str, str, str], dict[str, tuple[float, float]]]:
    """(arm, control, metric) -> study -> mean difference and its standard error, of pairs that vary."""
    effects: dict[tuple[str, str, str], dict[str, tuple[float, float]]] = {}
    for name, analysis in analyses.items():
        assert analysis.design is not None
        own = [each for each in analysis.primary if each.question == question and each.task == analysis.tasks[0]]
        for comparison in own:
            for compared in comparison.arms:
                d, values = compared.difference, np.array([*compared.values.values()])
                if d.interval is not None:
                    error = float(standard_error(values, analysis.design.overlap))
                    key = d.arm, d.control, comparison.metric
                    effects.setdefault(key, {})[name] = float(values.mean()), error
    return effects


def _check_data(studies: Mapping[str, Results]) -> None:
    if len(studies) < 2:
        raise VBGError("vbg pool", f"needs two studies or more, got {len(studies)}", "Name one study per collection.")
    seen: dict[str, str] = {}
    for name, results in studies.items():
        for data in {str(run.environment.get("data_fingerprint", name)) for run in results.runs.values()}:
            if seen.setdefault(data, name) != name:
                what = f"'{name}' and '{seen[data]}' measured the same data, so their effects are not independent"
                raise VBGError("vbg pool", what, "Name one study per collection.")


def _check(analyses: Mapping[str, Analysis]) -> None:
    for name, analysis in analyses.items():
        if analysis.design is None:
            raise VBGError(f"study '{name}'", "has no finished run", f"Go on with: vbg compare {name} --resume")
        if analysis.design.kind == "fixed":
            what = "has one test split for all replicates, so its intervals say nothing about other objects"
            raise VBGError(f"study '{name}'", what, "Use `split: resplit`.")
    _same("alpha", {name: each.alpha for name, each in analyses.items()})
    _same("margin", {name: each.margin for name, each in analyses.items()})


def _same(what: str, values: Mapping[str, float]) -> None:
    if len(set(values.values())) > 1:
        given = ", ".join(f"{name} {value:g}" for name, value in values.items())
        raise VBGError(
            "vbg pool", f"the studies have different values of `{what}`, got {given}", "Pool like with like."
        )


def lacking(studies: Mapping[str, Results]) -> Iterator[str]:
    """Which studies are not as they were planned."""
    for name, results in studies.items():
        if results.excluded:
            planned = sum(1 for _ in results.plan.trials())
            yield f"{name}: {len(results.excluded)} of {planned} runs do not count (missing, failed or a gate)."
        if not results.intact:
            yield f"{name}: the plan was changed after the study began."


def table(rows: Sequence[PooledArm], studies: Mapping[str, Results]) -> tuple[list[str], list[list[str]]]:
    """Header and rows as people read them, differences in points."""
    from vbg_framework.study.conclusion.phrases import chance, level, points, span

    interval = f"{level(next(iter(studies.values())).plan.alpha)} interval"
    header = ["arm - control", "metric", *studies, "pooled", interval, "p (Holm)", "I\u00b2", "verdict"]
    cells = [
        [
            f"{row.arm} - {row.control}", row.metric, *(points(row.means.get(name)) for name in studies),
            points(row.pooled.mean), span(row.pooled.interval), chance(row.p_holm), f"{row.pooled.i_squared:.0%}",
            row.verdict,
        ]
        for row in rows
    ]  # fmt: skip
    return header, cells
