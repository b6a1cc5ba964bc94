"""The result of a study in one paragraph of plain words."""

from __future__ import annotations

from collections.abc import Iterator

from vbg_framework.statistics import Difference
from vbg_framework.study.analysis import CANARY, TEXT, UPPER, Analysis
from vbg_framework.study.comparisons import AUGMENTERS, CONTROLS, COPIES, NONE, Compared
from vbg_framework.study.phrases import figures, joined, level, name, points, span

SAID = {
    COPIES: {
        "better": "better than copying as many real records",
        "worse": "worse than copying as many real records",
        "equivalent": "as good as copying as many real records, neither better nor worse",
        "unclear": "not shown to be better or worse than copying as many real records",
    },
    AUGMENTERS: {
        "better": "better than real records alone",
        "worse": "worse than real records alone",
        "equivalent": "as good as real records alone, neither better nor worse",
        "unclear": "not shown to be better or worse than real records alone",
    },
}


def verdict(analysis: Analysis) -> str:
    """What a museum team needs to know: does an augmenter help, how sure is that, and what stands in the way."""
    return " ".join(_sentences(analysis))


def _sentences(analysis: Analysis) -> Iterator[str]:
    if analysis.finished < analysis.planned:
        yield f"Not complete: {analysis.finished} of {analysis.planned} runs count."
    own = [arm.name for arm in analysis.arms if arm.kind == "augmenter"]
    if not any(comparison.arms for comparison in analysis.primary) or not analysis.design:
        yield "There is nothing to compare yet."
        return
    yield _opening(analysis, own)
    for arm in own:
        yield from _arm(analysis, arm)
    yield from _canaries(analysis)
    yield from _limits(analysis)


def _opening(analysis: Analysis, own: list[str]) -> str:
    """How many augmenters are worth their trouble: copies are free."""
    asked = [arm for arm in own if analysis.answer(COPIES, arm)]
    better = [arm for arm in asked if _verdict(analysis.answer(COPIES, arm)) == "better"]
    if not asked:
        return "No augmenter was compared with copies of real records, so what its records are worth is not known."
    if better:
        return f"{joined(better)} {'beats' if len(better) == 1 else 'beat'} copying real records."
    if len(asked) == 1:
        return f"{asked[0]} was not shown to beat copying real records, which costs nothing."
    return f"None of {len(asked)} augmenters was shown to beat copying real records, which costs nothing."


def _verdict(found: Compared | None) -> str:
    return found.difference.verdict if found else "unclear"


def _arm(analysis: Analysis, arm: str) -> Iterator[str]:
    copies, alone = analysis.answer(COPIES, arm), analysis.answer(AUGMENTERS, arm)
    main = (COPIES, copies) if copies else (AUGMENTERS, alone) if alone else None
    if main is None or main[1] is None:
        yield f"{arm}: not compared with anything."
        return
    question, found = main
    yield f"{arm}: {_judged(analysis, question, found)}."
    if found.difference.verdict == "unclear" and found.difference.interval is not None:
        yield f"Anything from {span(found.difference.interval)} points fits what was seen."
    yield from _smaller_than_margin(analysis, found.difference)
    if copies and alone and alone.difference.pairs:
        yield f"Against real records alone, {arm} is {_judged(analysis, AUGMENTERS, alone, short=True)}."


def _judged(analysis: Analysis, question: str, found: Compared, *, short: bool = False) -> str:
    d = found.difference
    if not d.pairs:
        return f"not judged, because no replicate has a run that counts of both {d.arm} and {d.control}"
    said = SAID[question][d.verdict]
    if short:
        said = said.removesuffix(" than real records alone").removesuffix(", neither better nor worse")
        said = said.removesuffix(" as real records alone")
    objects = f"; for other test objects of this kind {span(found.objects)}" if found.objects else ""
    return f"{said} ({figures(found, analysis.metric, analysis.alpha)}{objects})"


def _smaller_than_margin(analysis: Analysis, d: Difference) -> Iterator[str]:
    if d.verdict == "equivalent":
        yield f"The whole interval lies within the {points(analysis.margin).lstrip('+')} points that count as no difference."


def _canaries(analysis: Analysis) -> Iterator[str]:
    canary = analysis.answer(CONTROLS, CANARY)
    if analysis.has_power is False and canary:
        yield (
            f"Wrong labels were not shown to hurt ({figures(canary, analysis.metric, analysis.alpha)}): this study has "
            "no power, and a difference it did not find may well exist."
        )
    elif analysis.has_power and canary:
        yield f"Wrong labels cost {points(canary.difference.mean)} points, so the study can see harm of that size."
    upper = analysis.answer(CONTROLS, UPPER)
    if upper and upper.difference.interval:
        yield (
            f"Real records in the place of generated ones would bring {points(upper.difference.mean)} points "
            f"({span(upper.difference.interval)}); hardly any augmenter will do better."
        )
    text, none = analysis.arm(TEXT), analysis.arm(NONE)
    if text and none and None not in (seen := (text.means[analysis.metric], none.means[analysis.metric])):
        yield (
            f"Without pictures, from the text alone, {name(analysis.metric)} is {seen[0]:.3f}; with everything it is "
            f"{seen[1]:.3f}."
        )


def _limits(analysis: Analysis) -> Iterator[str]:
    """What the design cannot say, once for all arms."""
    notes = [note for comparison in analysis.primary for each in comparison.arms for note in each.difference.notes]
    yield from dict.fromkeys(note for note in notes if "cannot reach" in note)
    if analysis.split == "fixed":
        yield "All of this is about one test split."
    else:
        yield f"The {level(analysis.alpha)} intervals allow for replicates that divide the same objects again and again."
    failed = [each for each in analysis.deviations if "failed a gate" in each]
    if failed:
        yield f"Runs that failed a gate do not count: {' '.join(failed)}"
    others = len(analysis.deviations) - len(failed)
    if others:
        yield f"{'One deviation' if others == 1 else f'{others} deviations'} from the plan must be read with this."
