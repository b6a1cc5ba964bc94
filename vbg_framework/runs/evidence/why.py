"""Why the model of a run answers so: what the page of `vbg explain` tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from PIL import Image

from vbg_framework.contracts.record import Record
from vbg_framework.learning.explanation.explanation import Explanation, explain
from vbg_framework.learning.explanation.links import Links, links
from vbg_framework.learning.prediction.saved import Given
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.faithful import PARTS, known, sentence
from vbg_framework.runs.evidence.far import beyond
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.shown import shown
from vbg_framework.runs.evidence.similar import asked, similar
from vbg_framework.runs.export.finished import FinishedRun


class Why(NamedTuple):
    """What is told of one record: the arguments of `report.explanations.write_explanation`, which explains them."""

    results: Sequence[Explanation]
    picture: Image.Image | None
    near: Sequence[Mapping[str, Any]]
    run: str
    faithful: Mapping[str, Mapping[str, str]]
    links: Links | None

    def lines(self) -> Iterator[str]:
        """The answers, the shares of the inputs, and what is to be warned of, a line each."""
        for each in self.results:
            shares = ", ".join(f"{name} {share:+.2f}" for name, share in each.shares.items())
            yield f"{each.prediction.id}: {each.task} '{each.label}' ({each.probability:.2f}); {shares}"
            if each.disagreement:
                yield f"{each.prediction.id}: {each.task}: {each.disagreement}"
        if self.results[0].distance:
            yield f"{self.results[0].prediction.id}: {self.results[0].distance}"


def why(
    finished: FinishedRun, given: Given, tasks: Sequence[str] = (), evidence: Evidence | None = None, alike: int = 0,
    called: str = "",
) -> Why:  # fmt: skip
    """Explain the answer to one record.

    Args:
        finished: the run.
        given: the record, as `SavedModel.predict` takes it.
        tasks: the questions; empty = all.
        evidence: where to look for records alike, and how far they are; None = nowhere.
        alike: most of them; 0 = the records of the run are not looked at.
        called: the run, as commands that the page names call it; "" = by its name.

    Raises:
        VBGError: see `explain`.
    """
    results = explain(finished.model, given, tasks)
    inputs, measured = finished.model.reading(given).inputs, known(finished.run)
    name = called or finished.run.name
    faithful = {
        each.task: {part: sentence(part, measured.get(each.task, {}).get(part), name) for part in PARTS}
        for each in results
    }
    near, linked = [], links(finished.model, inputs)
    if evidence is not None and alike > 0:
        query, own = asked(evidence, given.id if isinstance(given, Record) else given)
        far = beyond(evidence, query, own)
        results = [replace(each, beyond=far) for each in results]
        near = _near(evidence, query, own, alike)
    return Why(results, inputs.get("image"), near, finished.run.name, faithful, linked)


def _near(evidence: Evidence, query: Embedding, own: str, count: int) -> list[dict[str, Any]]:
    found = similar(evidence, query, without=own, count=count, part="train")
    return [{"near": each, **shown(evidence, each.id)} for each in found]
