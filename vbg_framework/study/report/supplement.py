"""What a study says, for a paper: tables as CSV and LaTeX, forest plots as SVG and PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.data.writers.writer import table_writer
from vbg_framework.report.plots import pdf
from vbg_framework.study.comparison.analysis import Analysis
from vbg_framework.study.comparison.comparisons import QUESTIONS, Comparison
from vbg_framework.study.conclusion.phrases import POINT, chance, level, points, span, title
from vbg_framework.study.report.charts import forest, forest_figure
from vbg_framework.study.report.latex import document
from vbg_framework.study.report.panels import forests

COLUMNS = {
    "question": str, "task": str, "metric": str, "exploratory": str, "arm": str, "control": str, "replicates": str,
    "difference": float, "low": float, "high": float, "p": float, "p_holm": float, "verdict": str,
}  # fmt: skip
"""Of `comparisons.csv`; differences and intervals are in points (hundredths of the metric)."""
TRIAL_COLUMNS = {"arm": str, "replicate": str, "trial": str, "options": str, "metric": str, "score": float,
                 "seconds": float, "chosen": str}  # fmt: skip
"""Of `trials.csv`; options are JSON, and scores are on validation records."""
HEADER = ("Arm", "Control", "Replicates", "Difference", "Interval", "p (Holm)", "Verdict")


def write_supplement(analysis: Analysis, out: Path) -> list[Path]:
    """Write `comparisons.csv`, `comparisons.tex`, `forest-N.svg` and `forest-N.pdf` into a new folder, in one step;
    after tuning also `trials.csv`.

    Args:
        analysis: of a study, finished or not.
        out: a folder that does not exist yet.

    Raises:
        VBGError: `out` exists.
    """
    if out.exists():
        raise VBGError(str(out), "exists already", "Name a new folder.")
    with written(out) as partial:
        partial.mkdir(parents=True)
        with table_writer(partial / "comparisons.csv", COLUMNS) as write:
            write(list(_rows(analysis)))
        if analysis.tuning:
            with table_writer(partial / "trials.csv", TRIAL_COLUMNS) as write:
                write(list(_trials(analysis)))
        (partial / "comparisons.tex").write_text(document(_tables(analysis)), encoding="utf-8")
        for number, (_, drawn) in enumerate(forests(analysis), start=1):
            (partial / f"forest-{number}.svg").write_text(forest(**drawn), encoding="utf-8")
            pdf(forest_figure(**drawn), partial / f"forest-{number}.pdf")
    return sorted(out.iterdir())


def _rows(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Every comparison of the report, planned ones first."""
    for comparison in (*analysis.primary, *analysis.exploratory):
        for result in comparison.arms:
            d = result.difference
            low, high = d.interval or (None, None)
            yield {
                "question": QUESTIONS[comparison.question], "task": comparison.task, "metric": comparison.metric,
                "exploratory": "yes" if comparison.exploratory else "no", "arm": d.arm, "control": d.control,
                "replicates": str(d.pairs), "difference": _points(d.mean), "low": _points(low), "high": _points(high),
                "p": d.p, "p_holm": d.p_holm, "verdict": d.verdict if d.pairs else "not judged",
            }  # fmt: skip


def _trials(analysis: Analysis) -> Iterator[dict[str, Any]]:
    for each in analysis.tuning:
        for number, trial in enumerate(each.trials, start=1):
            yield {
                "arm": each.arm, "replicate": str(each.replicate), "trial": str(number),
                "options": json.dumps(trial["params"], ensure_ascii=False), "metric": each.metric,
                "score": trial["score"], "seconds": trial["seconds"],
                "chosen": "yes" if number == each.chosen else "no",
            }  # fmt: skip


def _points(value: float | None) -> float | None:
    return None if value is None else round(POINT * value, 4)


def _tables(analysis: Analysis) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
    """One table per planned comparison."""
    for comparison in analysis.primary:
        rows = [_cells(result.difference) for result in comparison.arms]
        yield _caption(analysis, comparison), HEADER, rows


def _caption(analysis: Analysis, comparison: Comparison) -> str:
    about = f"{title(comparison.metric)} of {comparison.task}, differences in points, {level(analysis.alpha)} intervals"
    return f"{QUESTIONS[comparison.question]} {about}; study {analysis.study}, plan {analysis.plan_hash}."


def _cells(d: Any) -> list[str]:
    said = d.verdict if d.pairs else "not judged"
    return [d.arm, d.control, str(d.pairs), points(d.mean), span(d.interval), chance(d.p_holm), said]
