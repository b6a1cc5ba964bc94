"""The blinded form of a run that generated records, as the workbench shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbg_framework.base.publication import write_json
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import Plugins
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.report.page import write_report
from vbg_framework.report.review_form import squares
from vbg_framework.report.samples import REVIEW
from vbg_framework.runs.evidence.review import KEY, Form, draw_form
from vbg_framework.runs.evidence.review_answers import analysed
from vbg_framework.screen import Screen
from vbg_framework.ui.judgement import Judgement, answers, handed_in


@dataclass(frozen=True)
class Blind:
    """A form, and the run whose records it shows.

    Args:
        run: with the key beside its records.
        form: the one that `vbg review-samples` draws without options.
        pictures: number of an item -> its picture as JPEG.
    """

    run: RunFolder
    form: Form
    pictures: Mapping[str, bytes]

    @classmethod
    def drawn(cls, run: RunFolder, plugins: Plugins, screen: Screen) -> Blind:
        """Draw it, and leave the key with the run; errors as of `draw_form`."""
        form = draw_form(run.path, plugins, screen)
        write_json(run.path / KEY.format(form.id), form.whole_key)
        cut = squares([item["image"] for item in form.items])
        return cls(run, form, {str(at): one for at, one in enumerate(cut, start=1) if one})

    def results(self, said: list[Judgement], *, done: bool) -> dict[str, Any]:
        """What `vbg review-samples --answers` tells, of everybody or of those alone who handed in."""
        names = handed_in(said)
        given = [each for name, each in answers(said).items() if name in names or not done]
        return analysed(self.form.whole_key, given)

    def keep(self, said: list[Judgement]) -> None:
        """Write what those who handed in said where reports find it, and the report of the run anew."""
        write_json(self.run.path / REVIEW, self.results(said, done=True))
        write_report(self.run.path)


def has_generated(run: RunFolder) -> bool:
    """Whether there is something to review."""
    return (run.path / "synthetic" / SAMPLES).is_file()
