"""A trained model on disk, and its use.

```
model/  model.json (parts, options, classes)  model.safetensors  assets/<key>/ (what each encoder needs)
        estimator/ (of a head that was fitted)
```
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import torch
from accelerate.utils import send_to_device

from vbg_framework.base.errors import VBGError, VersionWarning, did_you_mean
from vbg_framework.base.notebook import html_table
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.blame import plugin_errors
from vbg_framework.config.plugin_versions import recalled, version_differences
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import resolve
from vbg_framework.contracts.modality import OWN
from vbg_framework.contracts.record import Record, Rejected, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.reading import Absent, Reader, Reading
from vbg_framework.data.preparation.views import views
from vbg_framework.data.preparation.weight import HELD, by_weight, weight
from vbg_framework.data.readers.frame_file import Frame, is_frame
from vbg_framework.learning.batch import Batch, Collate
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.inference import calibrated, probabilities
from vbg_framework.learning.model import KEPT, build_model
from vbg_framework.learning.prediction.about import DESCRIPTION, description
from vbg_framework.learning.prediction.frame import predict_frame
from vbg_framework.learning.prediction.joined import Said, View, joined
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.weights import load_weights, told

if TYPE_CHECKING:
    from vbg_framework.learning.explanation.explanation import Explanation

Given = Record | Rejected | Mapping[str, Any]
Tell = Callable[[str], None]
Look = Callable[[str, Mapping[str, Any]], Mapping[str, float]]
Watch = Callable[[View], None]
Seen = Sequence[tuple[int, Record | Rejected]]
Spread = Callable[[Iterable[Seen]], Iterable[list[View]]]


def warn(difference: str) -> None:
    """Issue a `VersionWarning`, blamed on who loads the model."""
    warnings.warn(difference, VersionWarning, stacklevel=5)


class SavedModel:
    """A trained model, ready to predict.

    Args:
        folder: the `model` folder of a run.
        plugins: the installed plugins.
        tell: told, in a sentence each, which plugins are others than the model was trained with.

    Attributes:
        look: asked for id and inputs, where a record is answered, what the drift note compares. None = nothing.
        watch: shown what is said of each record, of one with several pictures each view, called `ID#2` and so on.
            None = nobody is.
        spread: answers batches of views, in their order, as `answered` does one; such as `Workers`. None = here.

    Raises:
        VBGError: the run did not finish, or a plugin it needs is missing.
    """

    def __init__(self, folder: Path, plugins: Plugins, tell: Callable[[str], None] = warn) -> None:
        if not (folder / DESCRIPTION).is_file():
            raise VBGError(str(folder), "no finished model", "Finish the run with: vbg run EXPERIMENT --resume")
        self.about = description(folder)
        recorded, experiment = self.about.get("plugins", {}), self.about["experiment"]
        plugins = recalled(plugins, recorded, experiment)
        resolved = resolve(self.about["name"], experiment, plugins, str(folder / DESCRIPTION), trained=True)
        for difference in version_differences(resolved, recorded, DESCRIPTION):
            tell(difference)
        self.experiment, self.data = resolved.experiment, resolved.parts["data"]
        self.resolved, self.parts = resolved, resolved.parts
        self.tasks = {t["name"]: _task(t) for t in self.about["tasks"]}
        known = self.about.get("confidence", {})  # runs of earlier versions have none
        self.confidence = {name: Confidence.read(known.get(name, {})) for name in self.tasks}
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        with told(folder), plugin_errors(resolved.parts):
            self.model = build_model(resolved, self.tasks, folder / "assets")
            load_weights(self.model, folder)
        self.look: Look | None = None
        self.watch: Watch | None = None
        self.spread: Spread | None = None
        self.model.eval().to(self.device)
        self.model.rounded = {m: KEPT[kept] for m, kept in self.about.get("rounded_features", {}).items()}
        self._text = TextPolicy(self.experiment.text, fields=self.about["text_fields"], tasks=list(self.tasks.values()))
        self.kinds = {name: part.make() for name, part in self.data.modalities.items()}
        fields = _kinds(self.about["metadata_fields"])
        labels = self.experiment.inputs.labels
        self._read = Reader(self.experiment.modalities, self._text, fields, self.kinds, labels)
        self._collate = Collate({m: e.processor(False) for m, e in self.model.encoders.items()}, self.tasks)

    def fields(self) -> dict[str, list[str]]:
        """The named fields of the data it was trained with: `text` and `metadata`, each only if it reads that."""
        known = {"text": list(self._text.fields), "metadata": list(self._read.kinds)}
        return {modality: names for modality, names in known.items() if modality in self.experiment.modalities}

    @overload
    def predict(self, records: Frame, batch_size: int = 32, tell: Tell = warnings.warn, **options: Any) -> Any: ...

    @overload
    def predict(self, records: Iterable[Given], batch_size: int = 32, tell: Tell = ...) -> Iterator[Prediction]: ...

    def predict(self, records: Any, batch_size: int = 32, tell: Tell = warnings.warn, **options: Any) -> Any:
        """Predict a DataFrame, or records one batch at a time and in order; of records a batch is held in memory.

        Args:
            records: a pandas DataFrame, answered with a DataFrame of the same index, see `predict_frame`; or
                `Record`s, or mappings such as `{"id": "7", "image": path, "text": {"title": ...}, "metadata": {...}}`,
                answered with a `Prediction` each. A modality the model reads may be missing. A list of pictures holds
                views of one object, whose probabilities are averaged. A `Rejected` is answered with its reason.
            batch_size: records per forward pass.
            tell: gets a line at the start about every field the model was trained with that no record of the first
                batch has, and one at the end with the counts.
            options: for a DataFrame `folder`, which paths of pictures are relative to, and `probabilities`.

        Raises:
            VBGError: a mapping has a key or a field that was not in the training data.
        """
        if is_frame(records):
            return predict_frame(self, records, batch_size, tell, **options)
        return self._predicted(records, batch_size, tell, **options)

    def _repr_html_(self) -> str:
        tasks = {name: f"{len(task.classes)} classes" for name, task in self.tasks.items()}
        return html_table(f"Model {self.about['name']}", tasks | {"reads": ", ".join(self.experiment.modalities)})

    def _predicted(self, records: Iterable[Given], batch_size: int, tell: Tell) -> Iterator[Prediction]:
        absent = Absent(tell)
        yield from joined(self._views(records, batch_size, absent), self.tasks, self.confidence)
        absent.end()

    def _views(self, records: Iterable[Given], batch_size: int, absent: Absent) -> Iterator[View]:
        """What is said of every view of every record, a batch of views at a time."""
        batches = self.batches(records, batch_size)
        for some in self.spread(batches) if self.spread else map(self.answered, batches):
            absent.count({view.row: view.absent for view in some})
            for view in some:
                if self.watch and view.said:
                    self.watch(view)
                yield view

    def batches(self, records: Iterable[Given], batch_size: int) -> Iterator[Seen]:
        """The views of records, in the batches that are answered together; arguments as of `predict`."""
        checked = ((row, self._record(given, row)) for row, given in enumerate(records))
        seen = ((row, view) for row, record in checked for view in views([record]))
        return by_weight(seen, batch_size, HELD, lambda pair: weight(pair[1]))

    def _record(self, given: Given, number: int) -> Record | Rejected:
        if not isinstance(given, Mapping):
            return given
        identity = str(given.get("id", number))
        _refuse(f"record '{identity}'", given, ("id", *OWN, *self.kinds))
        known = {"text": self.about["text_fields"], "metadata": _kinds(self.about["metadata_fields"])}
        for modality, fields in known.items():
            if isinstance(given.get(modality), Mapping):
                _refuse(f"record '{identity}': {modality}", given[modality], fields)
        return Record(identity, {key: value for key, value in given.items() if key != "id" and value is not None})

    def answered(self, seen: Seen) -> list[View]:
        """What is said of a batch of views, in order; only what could be read goes through the model.

        Args:
            seen: number of the record, and one of its views.
        """
        readings = [(row, self._read(view)) for row, view in seen]
        usable = [reading.inputs for _, reading in readings if reading.inputs]
        found = self._said(self.batch(usable)) if usable else {}
        said = ({name: each[place] for name, each in found.items()} for place in range(len(usable)))
        return [self._view(row, reading, next(said) if reading.inputs else None) for row, reading in readings]

    def _view(self, row: int, reading: Reading, said: Said | None) -> View:
        """Without the inputs, which are large."""
        traits = self.look(reading.id, reading.inputs) if self.look and said else {}
        return View(row, reading.id, len(reading.inputs), reading.problems, reading.absent, said, traits)

    def explain(self, record: Given, tasks: Sequence[str] = ()) -> list[Explanation]:
        """Why the model answers so, one explanation per task: docs/evidence.md.

        Args:
            record: as `predict` takes it.
            tasks: the questions; empty = all.

        Raises:
            VBGError: a task is unknown, or nothing of the record can be read.
        """
        from vbg_framework.learning.explanation.explanation import explain

        return explain(self, record, tasks)

    def reading(self, given: Given) -> Reading:
        """What the encoders can read of one record, given as `predict` takes it."""
        return self._read(self._record(given, 0))

    def batch(self, inputs: Sequence[Mapping[str, Any]]) -> Batch:
        """Raw items of records, modality -> item, as the encoders read them: on the CPU, without targets."""
        return self._collate([(index, {"inputs": each, "targets": {}}) for index, each in enumerate(inputs)])

    def answers(self, batch: Batch) -> dict[str, np.ndarray]:
        """task -> (B, C) calibrated probabilities of what `batch` made."""
        return calibrated(self._said(batch), self.confidence, self.tasks)

    def _said(self, batch: Batch) -> dict[str, np.ndarray]:
        """The same before calibration."""
        said = probabilities(self.model, send_to_device(batch, self.device), self.tasks)
        return {name: p.cpu().numpy() for name, p in said.items()}


def load(run: RunFolder, plugins: Plugins, tell: Callable[[str], None] = warn) -> SavedModel:
    """The model of a finished run; arguments as of `SavedModel`."""
    return SavedModel(run.path / "model", plugins, tell)


def _task(about: Mapping[str, Any]) -> Task:
    return Task(about["name"], about["multi_label"], tuple(about["classes"]), tuple(about["counts"]))


def _refuse(where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in given:
        if key not in (names := list(known)):
            raise VBGError(where, f"unknown key '{key}'", did_you_mean(key, names))


def _kinds(fields: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    """Metadata field -> its kind in training. Models of earlier versions name the fields only."""
    return dict(fields) if isinstance(fields, Mapping) else dict.fromkeys(fields, "")
