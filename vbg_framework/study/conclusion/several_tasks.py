"""The result of a study in which several tasks or metrics decide, in sentences: what holds in which of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vbg_framework.statistics import Difference
from vbg_framework.study.comparison.analysis import TEXT, UPPER, Analysis
from vbg_framework.study.comparison.comparisons import (
    AUGMENTERS,
    CANARY,
    CHECK,
    CONTROLS,
    COPIES,
    MODELS,
    NONE,
    Compared,
)
from vbg_framework.study.comparison.results import higher_is_better
from vbg_framework.study.conclusion.phrases import FEW, OF, SAID, decided, joined, level, name, points, span

Found = list[tuple[str, Compared]]  # task or metric, and what was found in it


def sentences(analysis: Analysis) -> Iterator[str]:
    """What was found, arm by arm; tasks with the same verdict are named together."""
    yield _opening(analysis, analysis.own)
    for arm in analysis.own:
        yield from _arm(analysis, arm)
    yield from _labels(analysis)
    if more := _found(analysis, CONTROLS, UPPER):
        yield f"More real records make this difference: {joined([_figures(task, each) for task, each in more])}."
    yield from _text(analysis)


def _opening(analysis: Analysis, own: Sequence[str]) -> str:
    """How many of the comparisons that matter most came out better."""
    question, what = _decisive(analysis)
    results = [each.difference for arm in own for _, each in _found(analysis, question, arm)]
    asked = [d for d in results if d.pairs]
    if not results and not analysis.reference:
        return "No augmenter was compared with copies of real records, so what its records are worth is not known."
    if not asked:
        return f"Nothing could be compared with {what} yet."
    better, worse = (sum(d.verdict == verdict for d in asked) for verdict in ("better", "worse"))
    return (
        f"{what_decides(analysis)} decide ({_unit(analysis)}, with {level(analysis.alpha)} intervals): of {len(asked)} "
        f"comparisons with {what}, one per arm and {_each(analysis)}, {better} came out better, {worse} worse, and "
        f"{len(asked) - better - worse} not shown to be either."
    )


def what_decides(analysis: Analysis) -> str:
    """How many tasks, metrics or both decide; empty for one of each."""
    metrics = f"{len(analysis.metrics)} metrics" if len(analysis.metrics) > 1 else ""
    return " and ".join(filter(None, [f"{len(analysis.tasks)} tasks" if len(analysis.tasks) > 1 else "", metrics]))


def _each(analysis: Analysis) -> str:
    return joined([one for one, many in (("task", analysis.tasks), ("metric", analysis.metrics)) if len(many) > 1])


def _unit(analysis: Analysis) -> str:
    named = [name(metric) + ("" if higher_is_better(metric) else ", lower is better") for metric in analysis.metrics]
    return f"{' and '.join(named)}, in points"


def _decisive(analysis: Analysis) -> tuple[str, str]:
    """The question that decides, and what arms are held against in it."""
    return (MODELS, analysis.reference) if analysis.reference else (COPIES, OF[COPIES])


def _arm(analysis: Analysis, arm: str) -> Iterator[str]:
    if analysis.reference:
        few = len(analysis.arms) <= FEW
        if few and (result := _found(analysis, MODELS, arm)):
            yield f"{arm}: {_told(result, analysis.reference)}."
        return
    asked = ((OF[question], _found(analysis, question, arm)) for question in (COPIES, AUGMENTERS))
    told = [_told(result, what) for what, result in asked if result]
    yield f"{arm}: {'. It is '.join(told) or 'compared with nothing'}."


def _found(analysis: Analysis, question: str, arm: str) -> Found:
    asked = [(decided(analysis, *cell), analysis.answer(question, arm, *cell)) for cell in analysis.cells]
    return [(label, each) for label, each in asked if each is not None]


def _told(result: Found, what: str) -> str:
    """The verdicts about an arm, tasks with the same one together."""
    parts = []
    for verdict, said in SAID.items():
        alike = [_figures(task, each) for task, each in result if _judged(each.difference, verdict)]
        parts += [f"{said.format(what)} in {joined(alike)}"] if alike else []
    idle = [task for task, each in result if not each.difference.pairs]
    why = "because no replicate has a run that counts of both"
    parts += [f"not judged against {what} in {joined(idle)}, {why}"] if idle else []
    return "; ".join(parts)


def _judged(d: Difference, verdict: str) -> bool:
    return bool(d.pairs) and d.verdict == verdict


def _figures(task: str, result: Compared) -> str:
    d = result.difference
    return f"{task} ({points(d.mean)}, {span(d.interval) if d.interval else 'no interval'})"


def _labels(analysis: Analysis) -> Iterator[str]:
    """Where the study could have seen a difference."""
    tried = [(decided(analysis, *cell), analysis.has_power(*cell)) for cell in analysis.cells]
    hurt = [label for label, seen in tried if seen]
    unseen = [label for label, seen in tried if seen is False]
    blind = [(label, each) for label, each in _found(analysis, CHECK, CANARY) if label in unseen]
    if hurt:
        yield f"Wrong labels hurt in {joined(hurt)}, as they must."
    if blind:
        yield (
            f"Wrong labels were not shown to hurt in {joined([_figures(task, each) for task, each in blind])}: there "
            "this study has no power, and a difference that it did not find may well exist."
        )


def _text(analysis: Analysis) -> Iterator[str]:
    text, none = analysis.arm(TEXT), analysis.arm(NONE)
    if text is None or none is None:
        return
    lines = [
        f"{seen[0]:.3f} in {task} (with pictures {seen[1]:.3f})"
        for task in analysis.tasks
        if None not in (seen := (text.means[task][analysis.metric], none.means[task][analysis.metric]))
    ]
    if lines:
        yield f"From the text alone {name(analysis.metric)} is {joined(lines)}."
