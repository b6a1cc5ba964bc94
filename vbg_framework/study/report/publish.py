"""Writes everything a study says: results.parquet, summary.json, REPORT.md, report.html."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vbg_framework.base.json_file import read_json
from vbg_framework.report.page import render
from vbg_framework.study.comparison.analysis import Analysis, analyse
from vbg_framework.study.comparison.results import Results, gather
from vbg_framework.study.conclusion.verdict import verdict
from vbg_framework.study.folder import ENVIRONMENT, StudyFolder
from vbg_framework.study.report.markdown import markdown
from vbg_framework.study.report.panels import view
from vbg_framework.study.report.pictures import pictures

RESULTS, SUMMARY, TEXT, PAGE = "results.parquet", "summary.json", "REPORT.md", "report.html"


@dataclass(frozen=True)
class Summary:
    """What a study says.

    Args:
        verdict: in plain words; one paragraph, or several lines.
        analysis: the numbers behind it.
    """

    verdict: str
    analysis: Analysis

    def to_json(self) -> dict[str, Any]:
        """The content of `summary.json`."""
        return {"verdict": self.verdict, **asdict(self.analysis)}


def write_study_report(folder: StudyFolder) -> Summary:
    """Gather the runs of a study, finished or not, and write its results, summary and report.

    Raises:
        VBGError: a file of the study is broken.
    """
    results = gather(folder)
    results.write(folder.path / RESULTS)
    summary = _summary(results)
    folder.write_json(SUMMARY, summary.to_json())
    values = _view(folder, summary, results)
    folder.write_text(TEXT, markdown(values))
    folder.write_text(PAGE, _page(folder, values, results))
    return summary


def study_page(folder: StudyFolder) -> str:
    """The report as HTML, of what is done by now; nothing is written.

    Raises:
        VBGError: a file of the study is broken.
    """
    results = gather(folder)
    return _page(folder, _view(folder, _summary(results), results), results)


def _summary(results: Results) -> Summary:
    analysis = analyse(results)
    return Summary(verdict(analysis), analysis)


def _page(folder: StudyFolder, values: Mapping[str, Any], results: Results) -> str:
    return render("study.html.jinja", {**values, "pictures": pictures(folder, results)})


def summary_text(folder: StudyFolder) -> str:
    """What the last report said, for the screen: verdict, one line per comparison, and where the report lies."""
    said = folder.read_json(SUMMARY)
    lines = [said["verdict"], ""]
    for comparison in said["primary"]:
        both = ("tasks", "task"), ("metrics", "metric")
        task = "".join(f"{comparison[one]}: " for many, one in both if len(said[many]) > 1)
        lines += [task + _line(result["difference"]) for result in comparison["arms"]]
    return "\n".join([*lines, "", f"Report {folder.path / PAGE}"])


def _view(folder: StudyFolder, summary: Summary, results: Results) -> dict[str, Any]:
    environment = read_json(folder.path / ENVIRONMENT, dict[str, Any])
    plan = results.plan.to_json()
    return {
        **view(summary.analysis, results),
        "verdict": summary.verdict,
        "folder": folder.name,
        "environment": environment,
        "options": {arm["name"]: arm["options"] for arm in plan["arms"]},
        "seeds": plan["replicates"],
        "version": plan["version"],
    }


def _line(results: dict[str, Any]) -> str:
    from vbg_framework.statistics import Interval
    from vbg_framework.study.conclusion.phrases import points, span

    what = f"{results['arm']} - {results['control']}"
    if not results["pairs"]:
        return f"{what}: not judged, no pair"
    interval = span(Interval(*results["interval"])) if results["interval"] else "no interval"
    return f"{what}: {points(results['mean'])} points ({interval}), {results['verdict']}"
