"""The decisions of a ledger as the file of corrections that `corrections:` of a data set names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Rejected
from vbg_framework.data.catalogue.cells import cell_text
from vbg_framework.data.preparation.corrections import COLUMNS, NEEDED
from vbg_framework.data.readers.table import Table
from vbg_framework.runs.evidence.doubt_files import write_table
from vbg_framework.ui.annotation import Annotations
from vbg_framework.ui.decision import ACCEPT, FILE, Decision, by_label, heads, valid
from vbg_framework.ui.judgement import Judgements
from vbg_framework.ui.ledger import Ledger

Line = dict[str, Any]


class CorrectionsFile:
    """A CSV file that always holds what the ledger beside it says.

    Lines that somebody writes by hand are taken into the ledger before the file is written anew, and stay as they are.

    Args:
        path: of the CSV file; it need not be there. The ledger is called alike and ends in `.sqlite`.
        data: name of the data set.
        counts: whether the data set names it, so that decisions count where it is prepared.

    Attributes:
        ledger: what was decided.
        annotations, judgements: what was marked, and said of generated records, in the same file.
        problem: why the file could not be written the last time; "" = it was. The ledger has everything all the same.

    Raises:
        VBGError: the ledger is no ledger of this data set.
    """

    def __init__(self, path: Path, data: str, *, counts: bool = False) -> None:
        self.path, self.problem, self.counts = path, "", counts
        path.parent.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(path.with_suffix(".sqlite"), data)
        self.annotations = Annotations(self.ledger.path, data)
        self.judgements = Judgements(self.ledger.path, data)
        if path.exists() or self.ledger.decisions():  # killed before the first file, the ledger alone is there
            self.write()

    def add(self, decision: Decision) -> Decision:
        """Enter a decision and write the file; what is returned is on the disk even if the file cannot be written.

        Raises:
            VBGError: the decision cannot be entered.
        """
        entry = self.ledger.add(decision)
        self.write()
        return entry

    def write(self) -> None:
        """Take in what was written by hand, then write all that counts; one process at a time, the last one knows all.

        A file that cannot be read is left alone.
        """
        try:
            with FileLock(self.path.with_suffix(".lock")):
                for line in self._by_hand():
                    self.ledger.add(Decision(FILE, **line))
                write_table(self.path, COLUMNS, [*lines(self.ledger.decisions())])
            self.problem = ""
        except (VBGError, OSError) as error:
            self.problem = f"{self.path.name} is not up to date: {error}"

    def _by_hand(self) -> Iterator[Line]:
        """Lines of the file that the ledger does not know."""
        if not self.path.exists():
            return
        table = Table(self.path)
        table.find(NEEDED)
        known = {_content(each._asdict()) for each in self.ledger.decisions()}
        for row in table.rows(COLUMNS):
            if isinstance(row, Rejected):
                raise VBGError(row.source, row.reason, "Correct the row.")
            line = {name: cell_text(name, row[1].get(name)) or "" for name in COLUMNS}
            if any(line.values()) and _content(line) not in known:
                yield line


def lines(decisions: Sequence[Decision]) -> Iterator[Line]:
    """The lines of the file: those written by hand as they are, and of every label the decision that counts.

    Decisions that contradict each other have the same `when`, so that the label stays as the source has it and
    preparing the data names the conflict.
    """
    for decision in decisions:
        if decision.kind == FILE:
            yield _line(decision, decision.when)
    for about in by_label(decisions).values():
        last = heads(about)
        if len({each.value for each in last}) == 1:
            last = last[-1:]
        if all(each.kind == ACCEPT for each in valid(about)):  # the label was never another one
            continue
        when = max((each.when for each in last), default="")
        yield from (_line(each, when) for each in last if each.kind != FILE)


def _line(decision: Decision, when: str) -> Line:
    return {**{name: str(getattr(decision, name)) for name in COLUMNS}, "when": when}


def _content(line: Line) -> tuple[str, ...]:
    """What makes two lines the same; the time of a conflict may be that of the other side."""
    return tuple(cell_text(name, line[name]) or "" for name in COLUMNS if name != "when")
