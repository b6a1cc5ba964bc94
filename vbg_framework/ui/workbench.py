"""What the pages stand on: a collection, what was decided about it, and the model of a run where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.config.part import Part
from vbg_framework.config.plugins import Plugins
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data, prepared_before
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.paths import locate
from vbg_framework.runs.evidence.alone import said_alone
from vbg_framework.runs.evidence.doubt import Doubts, doubts
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.start import recorded
from vbg_framework.screen import Screen
from vbg_framework.ui.answers import add_answers
from vbg_framework.ui.blind import Blind, has_generated
from vbg_framework.ui.collection import PARTS, Collection, parts_of
from vbg_framework.ui.corrections_file import CorrectionsFile
from vbg_framework.ui.disagreement import Disagreement
from vbg_framework.ui.generated import Generated
from vbg_framework.ui.later import Later, Watched
from vbg_framework.ui.plane import Plane
from vbg_framework.ui.query import Doubted
from vbg_framework.ui.rival import Rival
from vbg_framework.ui.thumbnails import Thumbnails

DEFAULT = Path("corrections.csv")


class Workbench:
    """One data set, and the run that is looked at.

    Args:
        title: what is looked at.
        collection: its records.
        file: where decisions go.
        run: whose answers are shown; None = the data alone.
        plugins: to load its model.
        items: what its encoders read of each record, by place.
        split: how it is divided; None = as for an experiment that says nothing.

    Attributes:
        model, evidence, doubts, plane: of the run, made when they are first needed; None without one.
        disagreement: likewise, of test records; None also where its model reads one input.
        blind, generated: form about its generated records, and themselves; None = there are none.
        asking: held while the model is asked.
        places: id -> place.
    """

    def __init__(
        self, title: str, collection: Collection, file: CorrectionsFile, run: RunFolder | None = None,
        plugins: Plugins | None = None, items: Items | None = None, split: SplitConfig | None = None,
    ) -> None:  # fmt: skip
        self.title, self.collection, self.file, self.run, self.items = title, collection, file, run, items
        self.split = split
        self.thumbnails, self.asking = Thumbnails(collection.prepared), Lock()
        self.model: Later[FinishedRun] | None = None
        self.evidence: Later[Evidence] | None = None
        self.doubts: Later[Mapping[str, Doubts]] | None = None
        self.plane: Later[Plane] | None = None
        self.disagreement: Later[Disagreement] | None = None
        self.blind: Later[Blind] | None = None
        self.generated: Later[Generated] | None = None
        if run is not None and plugins is not None:
            screen = Watched()
            model = self.model = Later(lambda _: FinishedRun(run, plugins, screen.say), screen)
            evidence = self.evidence = Later(lambda _: _asked(model.wait(), screen), screen)
            self.doubts = Later(lambda _: _doubts(evidence.wait()), screen)
            self.plane = Later(lambda _: self._laid(evidence.wait()), screen)
            if items is not None and len(items.modalities) > 1:
                self.disagreement = Later(lambda shown: self._heard(model.wait(), items, shown), Watched())
            if has_generated(run):
                self.blind = Later(lambda shown: Blind.drawn(run, plugins, shown), Watched())
                self.generated = Later(lambda _: Generated.of(run, collection), Watched())
        self._rivals: dict[Path, Rival] = {}
        self.places = {identity: place for place, identity in enumerate(collection.ids)}

    def doubted(self, task: str) -> Doubted | None:
        """What is known of the labels of a task that are to be doubted; None = nobody has asked yet."""
        known = self.doubts.made() if self.doubts else None
        if known is None or task not in known:
            return None
        flagged, probabilities = np.zeros(len(self.collection), bool), np.full(len(self.collection), np.nan)
        for row in known[task].rows:
            place = self.places[row.id]
            flagged[place] = row.flagged or bool(row.copies)
            probabilities[place] = row.probability
        return Doubted(flagged, probabilities)

    def _laid(self, evidence: Evidence) -> Plane:
        named = {identity: self.places[name] for identity, name in zip(evidence.ids, evidence.names, strict=True)}
        return Plane.of(evidence.embedding, named, len(self.collection))

    def _heard(self, model: FinishedRun, items: Items, screen: Screen) -> Disagreement:
        places = np.flatnonzero(self.collection.parts == PARTS.index("test"))
        said = said_alone(model, items.at(self.collection.rows[places]), screen)
        return Disagreement(dict(zip(places.tolist(), said, strict=True)), len(self.collection))

    def beside(self, other: RunFolder) -> Rival:
        """Another finished run, to be held against the one that is open; read once.

        Raises:
            VBGError: nothing is open whose answers it could be held against, it is not finished, or see `Rival`.
        """
        if self.run is None:
            raise VBGError(self.title, "has no answers to compare", "Open a run first.")
        if other.path not in self._rivals:
            _finished(other)
            self._rivals[other.path] = Rival(self.collection, self.run, other)
        return self._rivals[other.path]


def open_run(run: RunFolder, plugins: Plugins, corrections: Path | None = None) -> Workbench:
    """The workbench of a finished run.

    Args:
        run: its folder.
        plugins: the installed plugins.
        corrections: file of corrections; None = that of its data set, else `corrections.csv`.

    Raises:
        VBGError: it is not finished, or its data is not on this machine.
    """
    _finished(run)
    resolved = recorded(run, plugins)
    prepared = prepared_before(run.environment().get("data_fingerprint", ""))
    if prepared is None:
        fix = "Put the source back and prepare it again: vbg data prepare NAME."
        raise VBGError(run.name, "the data it learnt from is not on this machine, or has changed", fix)
    splits, parts = open_items(resolved.experiment, prepared)
    collection = Collection(prepared, splits.tasks, parts_of(prepared, splits.rows))
    add_answers(collection, run)
    items, file = parts["train"].at(collection.rows), _file(resolved.parts["data"], corrections)
    return Workbench(run.name, collection, file, run, plugins, items, resolved.experiment.split)


def open_data(
    name: str, part: Part[Any], screen: Screen, corrections: Path | None = None, split: SplitConfig | None = None
) -> Workbench:
    """The workbench of a data set, without a run.

    Args:
        name: in the registry.
        part: the data set.
        screen: shows how it is prepared.
        corrections: as of `open_run`.
        split: how experiments divide it, see `Registry.split`.
    """
    prepared = prepare_data(part, screen, name=name, accept_loss=None)
    collection = Collection(prepared, prepared.tasks, parts_of(prepared, _given(prepared)))
    return Workbench(name, collection, _file(part, corrections), split=split)


def _finished(run: RunFolder) -> None:
    if run.state != "finished":
        raise VBGError(run.name, f"is {run.state}, and has no answers yet", f"Finish it: vbg run {run.name} --resume")


def _given(prepared: Prepared) -> dict[str, np.ndarray]:
    """Part -> its rows, where the source gives the split."""
    given = np.array(prepared.table.data.column("split").to_pylist(), object)
    return {name: np.flatnonzero(given == name) for name in SPLITS}


def _file(part: Part[Any], corrections: Path | None) -> CorrectionsFile:
    named = locate(part.corrections, variable="VBG_DATA") if part.corrections else DEFAULT
    options, path = part.options(), (corrections or named).absolute()
    counts = bool(part.corrections) and path == named.absolute()
    return CorrectionsFile(path, f"{options['type']} {options.get('path', '')}".strip(), counts=counts)


def _asked(model: FinishedRun, screen: Watched) -> Evidence:
    """The records of the run, with what the encoders make of each."""
    evidence = Evidence(model, screen)
    evidence.embedding  # noqa: B018, now, while the page says how far it is
    return evidence


def _doubts(evidence: Evidence) -> dict[str, Doubts]:
    return {task.name: doubts(evidence, task) for task in evidence.items.tasks if not task.multi_label}
