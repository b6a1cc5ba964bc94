"""The result of a study in plain words."""

from __future__ import annotations

from collections.abc import Iterator

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
from vbg_framework.study.conclusion.phrases import FEW, OF, SAID, figures, joined, name, points, span
from vbg_framework.study.conclusion.several_tasks import sentences


def verdict(analysis: Analysis) -> str:
    """What a museum team needs to know: does an augmenter help, how sure is that, and what stands in the way.

    One paragraph; where several tasks or metrics decide, one line per arm.
    """
    return ("\n" if len(analysis.cells) > 1 else " ").join(_sentences(analysis))


def _sentences(analysis: Analysis) -> Iterator[str]:
    if analysis.finished < analysis.planned:
        yield f"Only {analysis.finished} of {analysis.planned} runs count."
    if not analysis.primary:
        yield "There is nothing to compare yet."
        yield from _limits(analysis)
        return
    yield from sentences(analysis) if len(analysis.cells) > 1 else _one_task(analysis)
    yield from _limits(analysis)


def _one_task(analysis: Analysis) -> Iterator[str]:
    yield _opening(analysis, analysis.own)
    for arm in analysis.own:
        yield from _arm(analysis, arm)
    yield from _canaries(analysis)


def _answer(analysis: Analysis, question: str, arm: str) -> Compared | None:
    return analysis.answer(question, arm, analysis.tasks[0])


def _opening(analysis: Analysis, own: list[str]) -> str:
    """How many augmenters are worth their trouble: copies are free. Of models: how many beat the reference."""
    if analysis.reference:
        return _models(analysis, own)
    asked = [result for arm in own if (result := _answer(analysis, COPIES, arm))]
    better = [result.difference.arm for result in asked if result.difference.verdict == "better"]
    if not asked:
        return "No augmenter was compared with copies of real records, so what its records are worth is not known."
    if better:
        return f"{joined(better)} {'does' if len(better) == 1 else 'do'} more than copies of real records would."
    if len(asked) == 1:
        return "The augmenter was not shown to do more than copies of real records, which cost nothing."
    return f"None of {len(asked)} augmenters was shown to do more than copies of real records, which cost nothing."


def _models(analysis: Analysis, own: list[str]) -> str:
    results = [result.difference for arm in own if (result := _answer(analysis, MODELS, arm))]
    asked = [d for d in results if d.pairs]
    if not asked:
        return f"Nothing could be compared with {analysis.reference} yet."
    told = []
    for verdict in ("better", "worse"):
        arms = [d.arm for d in asked if d.verdict == verdict]
        told += [f"{joined(arms)} {'is' if len(arms) == 1 else 'are'} {verdict}"] if arms else []
    rest = sum(d.verdict not in ("better", "worse") for d in asked)
    if rest == len(asked):
        who = f"None of {rest} arms was" if rest > 1 else "The other arm was not"
        return f"{who} shown to be better or worse than {analysis.reference}."
    told += [f"{rest} {'was' if rest == 1 else 'were'} not shown to be either"] if rest else []
    return f"Of {len(asked)} arms compared with {analysis.reference}, {joined(told)}."


def _arm(analysis: Analysis, arm: str) -> Iterator[str]:
    if analysis.reference:
        few = len(analysis.arms) <= FEW
        if few and (result := _answer(analysis, MODELS, arm)):
            yield f"{arm}: {_judged(analysis, result, analysis.reference)}."
        return
    copies, alone = _answer(analysis, COPIES, arm), _answer(analysis, AUGMENTERS, arm)
    result, question = (copies, COPIES) if copies else (alone, AUGMENTERS)
    if result is None:
        yield f"{arm}: compared with nothing."
        return
    yield f"{arm}: {_judged(analysis, result, OF[question])}."
    if result.difference.verdict == "equivalent":
        margin = points(analysis.margin).lstrip("+")
        yield f"The whole interval lies within the {margin} points that count as no difference."
    yield from _unclear(result.difference)
    if copies and alone and alone.difference.pairs:
        twin = _answer(analysis, CONTROLS, copies.difference.control)
        so = ", as are the copies" if twin and alone.difference.verdict == twin.difference.verdict == "better" else ""
        figures_alone = f"{points(alone.difference.mean)} points, {span(alone.difference.interval)}"
        yield f"It is {SAID[alone.difference.verdict].format(OF[AUGMENTERS])} ({figures_alone}){so}."


def _unclear(d: Difference) -> Iterator[str]:
    """Why there is no verdict: 0 is within the interval, or p says otherwise."""
    if d.verdict != "unclear" or d.interval is None:
        return
    if d.interval.low <= 0 <= d.interval.high:
        yield f"Anything from {span(d.interval)} points fits what was seen."
    yield from (note for note in d.notes if note.code == "interval_against_p")


def _judged(analysis: Analysis, result: Compared, what: str) -> str:
    d = result.difference
    if not d.pairs:
        return f"not judged, because no replicate has a run that counts of both {d.arm} and {d.control}"
    objects = f"; for other test objects of this kind {span(result.objects)}" if result.objects else ""
    return f"{SAID[d.verdict].format(what)} ({figures(result, analysis.metric, analysis.alpha)}{objects})"


def _canaries(analysis: Analysis) -> Iterator[str]:
    """What the study could have seen, and what more could be had."""
    canary = _answer(analysis, CHECK, CANARY)
    power = analysis.has_power(analysis.tasks[0])
    if power is False and canary:
        yield (
            f"Wrong labels were not shown to hurt ({figures(canary, analysis.metric, analysis.alpha)}): this study has "
            "no power, and a difference that it did not find may well exist."
        )
    elif power and canary:
        yield f"Wrong labels hurt ({points(canary.difference.mean)} points), as they must."
    upper = _answer(analysis, CONTROLS, UPPER)
    if upper and upper.difference.interval:
        d = upper.difference
        yield f"More real records make a difference of {points(d.mean)} points ({span(d.interval)})."
    text, none = analysis.arm(TEXT), analysis.arm(NONE)
    if text and none and None not in (seen := (text.mean(analysis.metric), none.mean(analysis.metric))):
        yield f"From the text alone {name(analysis.metric)} is {seen[0]:.3f}, with pictures {seen[1]:.3f}."


def _limits(analysis: Analysis) -> Iterator[str]:
    """What the design cannot say, once for all arms, and what went otherwise than planned."""
    notes = [note for comparison in analysis.primary for each in comparison.arms for note in each.difference.notes]
    yield from dict.fromkeys(note for note in notes if note.code == "too_few_pairs")
    if analysis.split == "fixed":
        yield "All of this is about one test split."
    if analysis.epochs is not None:
        yield "Arms with more records were trained longer, which alone can raise scores."
    failed = sum(each.reason == "gate" for each in analysis.excluded)
    if failed:
        yield f"{failed} {'run that failed a gate does' if failed == 1 else 'runs that failed a gate do'} not count."
    others = len(analysis.deviations)
    if others:
        yield f"What was not as planned is listed: {others} {'point' if others == 1 else 'points'}."
