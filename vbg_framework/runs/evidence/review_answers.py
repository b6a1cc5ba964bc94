"""What experts said of generated and real records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from typing_extensions import TypedDict

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import write_json
from vbg_framework.report.samples import REVIEW
from vbg_framework.runs.evidence.review import KEY, Item, Key
from vbg_framework.statistics.agreement import krippendorff_alpha
from vbg_framework.statistics.interval import wilson_interval

ASKED: tuple[Literal["class", "authentic"], ...] = ("class", "authentic")
Answer = TypedDict(
    "Answer",
    {
        "class": Literal["yes", "no", "unsure"] | None,
        "authentic": Literal["real", "generated"] | None,
        "flaws": list[str],
        "remark": str,
    },
)
"""What an expert says of an item; None = nothing."""


class Answers(TypedDict):
    """The file that the page saves."""

    form: str
    expert: str
    answers: dict[str, Answer]


@dataclass(frozen=True)
class Said:
    """One answer beside what is true of its item."""

    expert: str
    number: str
    item: Item
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether it tells generated from real."""
        return (self.answer["authentic"] == "generated") == self.item["generated"]


def review(home: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Analyse the answers of experts to one form, and keep the result beside the key, where reports find it.

    A detection rate of .5 is that of a coin: nobody tells generated from real. It is the mean of the share of generated
    records told as generated and the share of real ones told as real. Its interval takes the items as independent and
    several experts of one item as one look (Wilson), which is rather too wide.

    Args:
        home: folder of the pool.
        files: the answers, one file per expert.

    Raises:
        VBGError: a file is damaged, is of another form, or of an expert who is there already.
    """
    given = [read_json(file, Answers, "Save it again from the page.") for file in files]
    key = _key(home, files[0], given[0]["form"])
    _check(key, files, given)
    result = analysed(key, given)
    write_json(home / REVIEW, result)
    return result


def analysed(key: Key, given: Sequence[Answers]) -> dict[str, Any]:
    """The numbers of `review`, from answers to a form that were checked before.

    Args:
        key: of the form.
        given: of each expert.
    """
    said = [
        Said(each["expert"], number, key["items"][number], answer)
        for each in given
        for number, answer in each["answers"].items()
    ]
    names = sorted({item["name"] for item in key["items"].values()})
    of_expert = {each["expert"]: [one for one in said if one.expert == each["expert"]] for each in given}
    return {
        "form": key["form"], "task": key["task"], "items": len(key["items"]), **_detection(said),
        "experts": [{"name": name, **_detection(some)} for name, some in of_expert.items()],
        "agreement": _agreement(said),
        "classes": [{"name": name, **_class([one for one in said if one.item["name"] == name])} for name in names],
        "flaws": _flaws(said),
    }  # fmt: skip


def _key(home: Path, file: Path, form: str) -> Key:
    path = home / KEY.format(form)
    if not form.isalnum() or not path.is_file():
        raise VBGError(str(file), f"answers a form '{form}' that is not of {home}", "Name the pool it was made of.")
    found: Key = read_json(path, Key, "Write the form again, with the same seed.")
    return found


def _check(key: Key, files: Sequence[Path], given: Sequence[Answers]) -> None:
    experts: set[str] = set()
    for file, each in zip(files, given, strict=True):
        if each["form"] != key["form"]:
            what = f"answers the form '{each['form']}', the others '{key['form']}'"
            raise VBGError(str(file), what, "Analyse one form at a time.")
        if unknown := sorted(each["answers"].keys() - key["items"].keys()):
            raise VBGError(str(file), f"the form has no item '{unknown[0]}'", "Save it again from the page.")
        if each["expert"] in experts:
            raise VBGError(str(file), f"'{each['expert']}' answered already", "Name every expert's file once.")
        experts.add(each["expert"])


def _detection(said: Iterable[Said]) -> dict[str, Any]:
    """`rate` of detection with `interval`, over `judged` items, and its two halves: `found` and `believed`."""
    shares: dict[tuple[str, bool], list[bool]] = {}
    for one in said:
        if one.answer["authentic"]:
            shares.setdefault((one.number, one.item["generated"]), []).append(one.right)
    halves = [[np.mean(right) for (_, new), right in shares.items() if new == generated] for generated in (True, False)]
    found, believed = (float(np.mean(half)) if half else None for half in halves)
    if found is None or believed is None:
        return {"judged": len(shares), "rate": None, "interval": None, "found": found, "believed": believed}
    rate = (found + believed) / 2
    interval = [*wilson_interval(rate, len(shares))]
    return {"judged": len(shares), "rate": rate, "interval": interval, "found": found, "believed": believed}


def _class(said: Sequence[Said]) -> dict[str, Any]:
    """Detection, agreement, and how often generated and real records were said to be of the class: [yes, answers]."""
    fits = {}
    for name, generated in (("generated", True), ("real", False)):
        answers = [one.answer["class"] for one in said if one.item["generated"] == generated and one.answer["class"]]
        fits[name] = [answers.count("yes"), len(answers)]
    return {**_detection(said), "fits": fits, "agreement": _agreement(said)}


def _agreement(said: Sequence[Said]) -> dict[str, float | None]:
    """Krippendorff's alpha of either question; None where it is undefined."""
    return {asked: krippendorff_alpha(_units(said, asked)) for asked in ASKED}


def _units(said: Iterable[Said], asked: Literal["class", "authentic"]) -> Iterable[Sequence[str]]:
    units: dict[str, list[str]] = {}
    for one in said:
        if value := one.answer[asked]:
            units.setdefault(one.number, []).append(value)
    return units.values()


def _flaws(said: Iterable[Said]) -> dict[str, Mapping[str, int]]:
    """Flaw -> how often it was seen in generated and in real records."""
    seen = Counter((flaw, one.item["generated"]) for one in said for flaw in one.answer["flaws"])
    return {flaw: {"generated": seen[flaw, True], "real": seen[flaw, False]} for flaw in sorted({f for f, _ in seen})}
