"""REPORT.md: the report of a study as text, for a repository or a letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vbg_framework.report.markdown import safe, table_lines
from vbg_framework.report.page import number


def markdown(values: Mapping[str, Any]) -> str:
    """The report as Markdown.

    Args:
        values: what the template of the page gets, too.
    """
    parts = (_head, _comparisons, _metrics, _published, _recovery, _tuning, _rest)
    return "\n".join(line for part in parts for line in part(values)) + "\n"


def _head(values: Mapping[str, Any]) -> Iterator[str]:
    analysis = values["analysis"]
    yield from (f"# {safe(analysis.study)}", "", "\n\n".join(map(safe, values["verdict"].splitlines())), "")
    if analysis.deviations:
        yield from ("## Deviations from the plan", "", *(f"- {safe(each)}" for each in analysis.deviations), "")


def _comparisons(values: Mapping[str, Any]) -> Iterator[str]:
    tasks, several = values["analysis"].tasks, values["several"]
    decides = f"{'tasks' if several else 'task'} {safe(', '.join(tasks))}"
    yield from (f"## {values['metric']['title']}, {decides}", "")
    yield from (f"Differences in points, with {values['level']} intervals; decided before the first run.", "")
    yield from _questions(values, values["questions"])
    if values["extended"]:
        yield from ("## With what was added later", "", f"Exploratory: {safe(values['analysis'].later)}.", "")
        yield from _questions(values, values["extended"])


def _questions(values: Mapping[str, Any], questions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    header = ("Decides", "Arm", "Control", "Replicates", "Difference", "Interval", "p (Holm)", "Verdict")
    first = 0 if values["several"] else 1
    for question in questions:
        yield from (f"### {question['title']}", "")
        yield from table_lines(header[first:], [
            (safe(r["task"]), safe(r["arm"]), safe(r["control"]), r["pairs"], r["mean"], r["interval"], safe(r["p"]),
             r["said"])[first:]
            for r in question["rows"]
        ])  # fmt: skip
        yield from (safe(question["methods"]), "")
        notes = dict.fromkeys(note for row in question["rows"] for note in row["notes"])
        yield from (*(f"- {safe(note)}" for note in notes), "")


def _metrics(values: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        "## Every metric",
        "",
        "Exploratory, except the metrics that the plan names, which come first in each table.",
        "",
    )
    for table in values["metrics"]:
        yield from (f"### {safe(table['title'])}", "")
        rows = [
            (row["title"] + (" (lower is better)" if row["lower"] else ""),
             *(f"{cell['mean']} ({cell['interval']})" for cell in row["cells"]))
            for row in table["rows"]
        ]  # fmt: skip
        yield from table_lines(("Metric", *map(safe, table["arms"])), rows)


def _published(values: Mapping[str, Any]) -> Iterator[str]:
    result = values["published"]
    if result is None:
        return
    yield from ("## Beside a paper's figures", "")
    yield from (f"{safe(result['source'])}. Published and measured; part of no comparison: other data, other code.", "")
    rows = [(safe(row["arm"]), *(" and ".join(map(number, pair)) for pair in row["cells"])) for row in result["rows"]]
    yield from table_lines(("Arm", *result["titles"]), rows)


def _recovery(values: Mapping[str, Any]) -> Iterator[str]:
    result = values["recovery"]
    if result is None:
        return
    yield from (
        "## Attribute recovery and gain",
        "",
        f"Exploratory. {safe(result['said'])} {safe(result['no_better'])}",
        "",
    )
    keys = ("arm", "task", "recovery", "generated", "real", "gain", "control", "note")
    header = ("Arm", "Task", "Recovery", "On equal terms, generated", "and real", "Gain, points", "Control", "Remark")
    yield from table_lines(header, [[safe(row[key]) for key in keys] for row in result["rows"]])


def _tuning(values: Mapping[str, Any]) -> Iterator[str]:
    result = values["tuning"]
    if result is None:
        return
    yield from ("## Equal tuning", "", f"Judged by {result['metric']} of {safe(result['task'])} on validation.", "")
    rows = [[safe(row[key]) for key in ("arm", "trials", "chosen", "seconds")] for row in result["rows"]]
    yield from table_lines(("Arm", "Trials x divisions", "Chosen: median and range", "Took"), rows)
    keys = ("arm", "replicate", "trial", "params", "score", "seconds", "chosen")
    each = [{**trial, "arm": row["arm"], "chosen": "yes" if trial["chosen"] else ""}
            for row in result["rows"] for trial in row["all"]]  # fmt: skip
    header = ("Arm", "Replicate", "Trial", "Options", "Score", "Took", "Chosen")
    yield from table_lines(header, [[safe(str(trial[key])) for key in keys] for trial in each])


def _rest(values: Mapping[str, Any]) -> Iterator[str]:
    analysis = values["analysis"]
    yield from ("## Costs per run", "")
    costs = values["costs"]
    rows = [(safe(row["name"]), *row["cells"], f"{row['generated'] or 0:.0f}") for row in costs["rows"]]
    yield from table_lines(("Arm", *costs["titles"], "Records generated"), rows)
    if values["devices"]:
        yield from (f"Augmenters ran on: {safe(', '.join(values['devices']))}.", "")
    gates = values["gates"]
    if gates["names"]:
        yield from ("## Gates", "", "Runs that passed.", "")
        rows = [(safe(row["arm"]), *(cell["text"] for cell in row["cells"])) for row in gates["rows"]]
        yield from table_lines(("Arm", *map(safe, gates["names"])), rows)
        yield from (
            *(f"- {safe(each['run'])}, {safe(each['gate'])}: {safe(each['about'])}" for each in gates["failures"]),
            "",
        )
    yield from ("## Plan", "", f"`{analysis.plan_hash}`, framework {values['version']}. ", "")
    yield f"{analysis.replicates} replicates, split: {analysis.split}, alpha {analysis.alpha:g},"
    yield f"margin {values['margin']} points."
