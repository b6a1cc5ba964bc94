"""The best accuracy anyone can reach, per task and modality: exact, by listing all that can be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import permutations, product
from typing import NamedTuple

from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.catalogue import GLAZE, KILN, Topic
from vbg_mini_museum.collection import CLASSES, PERIODS, TAILED, shares
from vbg_mini_museum.decoration import ORNAMENTS, ZONES

SETS = ("none", "image", "text", "both")


class Case(NamedTuple):
    """One thing that can be: its probability, the right answer, and what the image and the text tell about it."""

    probability: float
    target: str
    image: Hashable = None
    text: Hashable = None


def ceilings(config: MiniMuseumConfig) -> dict[str, dict[str, float]]:
    """Accuracy of the best possible classifier, per task and set of modalities.

    The best answer to an observation o is the class most probable given o, so its accuracy is the sum over o of
    max over classes k of P(k, o) (Bayes). It is exact for the distribution records are drawn from; in a finite sample
    the reachable accuracy scatters around it. Pictures are taken to show what is painted: form, ornaments and,
    outside archive photographs, the glaze. Whether 64 pixels suffice for that is for models to show.

    Returns:
        task -> {"none": always the commonest class, "image": ..., "text": ..., "both": ...}.
        A record that lacks the modality counts, and is answered from the other one if that is in the set.
    """
    return {task: {modalities: _ceiling(task, modalities, config) for modalities in SETS} for task in CLASSES}


def _ceiling(task: str, modalities: str, config: MiniMuseumConfig) -> float:
    """Mean over records with both modalities, without text, and without image."""
    cases = list(_cases(task, config))
    image, text = modalities in ("image", "both"), modalities in ("text", "both")
    complete = 1 - config.missing_text - config.missing_image
    return (
        complete * _best(cases, lambda case: (image and case.image, text and case.text))
        + config.missing_text * _best(cases, lambda case: image and case.image)
        + config.missing_image * _best(cases, lambda case: text and case.text)
    )


def _best(cases: Iterable[Case], seen: Callable[[Case], Hashable]) -> float:
    """Sum over observations of the probability of the likeliest class with that observation."""
    joint: dict[Hashable, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for case in cases:
        joint[seen(case)][case.target] += case.probability
    return sum(max(answers.values()) for answers in joint.values())


def _cases(task: str, config: MiniMuseumConfig) -> Iterator[Case]:
    """All that can be, as far as one task is concerned."""
    if task not in ("form", "kiln", "glaze"):
        yield from _datings(task, config)
        return
    for share, name in zip(shares(task, config.tail), TAILED[task], strict=True):
        if task == "form":
            yield Case(share, name, image=name)
        if task == "kiln":
            yield from _told(Case(share, name), KILN)
        if task == "glaze":
            yield from _told(Case(share * (1 - config.archive), name, image=name), GLAZE)
            yield from _told(Case(share * config.archive, name), GLAZE)


def _told(case: Case, topic: Topic) -> Iterator[Case]:
    """The ways in which a text may speak of it."""
    silent = 1 - topic.named - topic.broad
    for share, text in ((topic.named, case.target), (topic.broad, topic.family(case.target)), (silent, None)):
        yield case._replace(probability=case.probability * share, text=text)


def _datings(task: str, config: MiniMuseumConfig) -> Iterator[Case]:
    """Period, dated zone and arrangement of ornaments, which depend on each other."""
    for share, period in zip(shares("period", config.tail), PERIODS, strict=True):
        for place, zone in enumerate(ZONES):
            arrangements = _arrangements(PERIODS[period], place, config)
            for ornaments in arrangements:
                answers = {"period": period, "zone": zone, **dict(zip(ZONES, ornaments, strict=True))}
                yield Case(share / len(ZONES) / len(arrangements), answers[task], image=ornaments, text=zone)


def _arrangements(dated: str, place: int, config: MiniMuseumConfig) -> list[tuple[str, ...]]:
    """Those with the ornament of the period in the dated zone, all equally likely."""
    every = product(ORNAMENTS, repeat=len(ZONES)) if config.repeated else permutations(ORNAMENTS)
    return [ornaments for ornaments in every if ornaments[place] == dated]


def table(config: MiniMuseumConfig) -> str:
    """The ceilings as a Markdown table, as docs/mini-museum.md shows it."""
    rows = [f"| `{task}` | {' | '.join(f'{row[one]:.3f}' for one in SETS)} |" for task, row in ceilings(config).items()]
    return "\n".join([f"| Task | {' | '.join(SETS)} |", "| --- " * (len(SETS) + 1) + "|", *rows])
