"""What people decided about labels, and what follows where they decided without knowing of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

CORRECT, ACCEPT, SKIP, UNDO, FILE = "correct", "accept", "skip", "undo", "file"
"""A new label; the label is right; somebody cannot say; a decision is taken back; a line that stood in the file."""


class Decision(NamedTuple):
    """One entry of a ledger. Entries are added and never changed.

    Args:
        kind: one of those above.
        id, task: the record and the question.
        value: the label; several are separated by `|`; "" = not known after all.
        before: the label that the source gives, in the same form.
        who: name of the reviewer.
        why: reason in words.
        seen: number of the last decision about this label that the reviewer saw; 0 = none.
        undone: number of the decision that is taken back; 0 = none.
        when: of a line of the file as it stands there, else time in UTC, ISO 8601.
        number: of the entry, from 1; 0 = not in a ledger yet.
    """

    kind: str
    id: str
    task: str
    value: str = ""
    before: str = ""
    who: str = ""
    why: str = ""
    seen: int = 0
    undone: int = 0
    when: str = ""
    number: int = 0


Key = tuple[str, str]
"""Id of a record, task."""


def by_label(decisions: Iterable[Decision]) -> dict[Key, list[Decision]]:
    """What was decided about each label, in order."""
    results: dict[Key, list[Decision]] = {}
    for each in decisions:
        results.setdefault((each.id, each.task), []).append(each)
    return results


def taken_back(decisions: Iterable[Decision]) -> set[int]:
    """The numbers of the decisions that were taken back."""
    return {each.undone for each in decisions if each.kind == UNDO}


def valid(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that say what a label is and were not taken back."""
    gone = taken_back(decisions)
    return [each for each in decisions if each.kind not in (UNDO, SKIP) and each.number not in gone]


def heads(decisions: Sequence[Decision]) -> list[Decision]:
    """Those about one label that no other replaced; two with different values are a conflict.

    A decision replaces those its reviewer had seen, and the reviewer's own. Between a line of the file and others
    the later `when` counts, as it does where the data is prepared.
    """
    kept = valid(decisions)
    return [each for each in kept if not any(_replaces(other, each) for other in kept)]


def is_conflict(decisions: Sequence[Decision]) -> bool:
    """Whether people decided differently about one label without knowing of each other."""
    return len({each.value for each in heads(decisions)}) > 1


def skipped_by(decisions: Sequence[Decision], who: str) -> bool:
    """Whether a reviewer passed a label over, and did not take that back."""
    gone = taken_back(decisions)
    return any(each.kind == SKIP and each.who == who and each.number not in gone for each in decisions)


def last_of(decisions: Sequence[Decision], who: str) -> Decision | None:
    """The last decision of a reviewer that can be taken back."""
    gone = taken_back(decisions)
    own = [each for each in decisions if each.who == who and each.kind not in (UNDO, FILE) and each.number not in gone]
    return own[-1] if own else None


def _replaces(one: Decision, other: Decision) -> bool:
    if FILE in (one.kind, other.kind):
        return one.when > other.when
    return one.number > other.number and (one.seen >= other.number or one.who == other.who)
