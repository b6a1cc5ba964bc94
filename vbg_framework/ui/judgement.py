"""What reviewers said of generated and real records that they could not tell apart by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from vbg_framework.runs.evidence.review_answers import Answer, Answers
from vbg_framework.ui.entries import Entries

COLUMNS = """
form text not null, item text not null, fits text not null check (fits in ('', 'yes', 'no', 'unsure')),
authentic text not null check (authentic in ('', 'real', 'generated')), flaws text not null, remark text not null,
who text not null
"""


class Judgement(NamedTuple):
    """One entry. Entries are added and never changed; of several about one item the last counts.

    Args:
        form: id of the form.
        item: its number on the form; "" = the reviewer hands in, and says nothing afterwards.
        fits: whether it is of its class: `yes`, `no`, `unsure`; "" = no answer.
        authentic: `real` or `generated`; "" = no answer.
        flaws: keys of `FLAWS`, separated by spaces.
        remark: in words.
        who: name of the reviewer.
        when: time in UTC, ISO 8601.
        number: of the entry, from 1; 0 = not in a ledger yet.
    """

    form: str
    item: str = ""
    fits: Literal["", "yes", "no", "unsure"] = ""
    authentic: Literal["", "real", "generated"] = ""
    flaws: str = ""
    remark: str = ""
    who: str = ""
    when: str = ""
    number: int = 0

    @property
    def answer(self) -> Answer:
        """The same as the file of a form says it."""
        return {
            "class": self.fits or None,
            "authentic": self.authentic or None,
            "flaws": self.flaws.split(),
            "remark": self.remark,
        }


class Judgements(Entries[Judgement]):
    """Judgements of one data set, in the file of its ledger.

    Args:
        path, data: as of `Entries`.
    """

    def __init__(self, path: Path, data: str) -> None:
        super().__init__(path, data, Judgement, "judgements", COLUMNS)

    def of(self, form: str) -> list[Judgement]:
        """Those about one form that count, in order: nothing is said after handing in."""
        done: set[str] = set()
        kept = []
        for each in self.all():
            if each.form == form and each.who not in done:
                kept.append(each)
                done |= set() if each.item else {each.who}
        return kept


def handed_in(judgements: Iterable[Judgement]) -> set[str]:
    """The reviewers who are done."""
    return {each.who for each in judgements if not each.item}


def answers(judgements: Iterable[Judgement]) -> Mapping[str, Answers]:
    """Reviewer -> what they said, as the file of a form has it."""
    found: dict[str, Answers] = {}
    for each in judgements:
        own = found.setdefault(each.who, {"form": each.form, "expert": each.who, "answers": {}})
        if each.item:
            own["answers"][each.item] = each.answer
    return found
