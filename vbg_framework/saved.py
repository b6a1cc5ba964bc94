"""A trained model on disk, and its use.

```
model/  model.json (parts, options, classes)  model.safetensors  assets/<modality>/ (what encoders need)
        estimator/ (of a head that was fitted)
```
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import send_to_device
from safetensors.torch import load_model, save_model

from vbg_framework.batch import Collate
from vbg_framework.confidence import Confidence
from vbg_framework.data.items import RecordItems
from vbg_framework.data.prepared import Prepared
from vbg_framework.data.text import TextPolicy
from vbg_framework.errors import VBGError, VersionWarning
from vbg_framework.estimator_head import EstimatorHead
from vbg_framework.inference import calibrated, probabilities
from vbg_framework.model import Model, build_model
from vbg_framework.plugin_versions import plugin_versions, version_differences
from vbg_framework.plugins import Plugins
from vbg_framework.record import Record, Task
from vbg_framework.registry import Resolved, resolve
from vbg_framework.run_folder import RunFolder
from vbg_framework.version import __version__

DESCRIPTION, WEIGHTS, ESTIMATOR = "model.json", "model.safetensors", "estimator"


@dataclass(frozen=True)
class Prediction:
    """What a model says about one record.

    Args:
        id: the record's id.
        classes: task -> most probable class; for a multi-label task the classes above one half, as a tuple.
        probabilities: task -> class -> probability.
        sets: task -> the classes that may be right, the most probable one first; without tasks that have no sets.
    """

    id: str
    classes: Mapping[str, Any]
    probabilities: Mapping[str, Mapping[str, float]]
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)


def save(
    model: Model,
    folder: Path,
    resolved: Resolved,
    tasks: Mapping[str, Task],
    prepared: Prepared,
    confidence: Mapping[str, Confidence],
    *,
    bf16: bool,
) -> None:
    """Write weights and description beside the assets; the description comes last and makes it complete."""
    save_model(model, str(folder / WEIGHTS))
    if isinstance(model.classifier, EstimatorHead):
        model.classifier.save(folder / ESTIMATOR)
    about = {
        "vbg_framework": __version__,
        "plugins": plugin_versions(resolved),
        "name": resolved.name,
        "experiment": resolved.options(),
        "bf16": bf16,
        "tasks": [asdict(task) for task in tasks.values()],
        "text_fields": list(prepared.text_fields),
        "metadata_fields": list(prepared.metadata_fields),
        "data_fingerprint": prepared.fingerprint,
        "confidence": {name: asdict(each) for name, each in confidence.items()},
    }
    partial = folder / f"{DESCRIPTION}.partial"
    partial.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
    partial.replace(folder / DESCRIPTION)


def warn(difference: str) -> None:
    """Issue a `VersionWarning`, blamed on who loads the model."""
    warnings.warn(difference, VersionWarning, stacklevel=5)


class SavedModel:
    """A trained model, ready to predict.

    Args:
        folder: the `model` folder of a run.
        plugins: the installed plugins.
        tell: told, in a sentence each, which plugins are others than the model was trained with.

    Raises:
        VBGError: the run did not finish, or a plugin it needs is missing.
    """

    def __init__(self, folder: Path, plugins: Plugins, tell: Callable[[str], None] = warn) -> None:
        if not (folder / DESCRIPTION).is_file():
            raise VBGError(str(folder), "no finished model", "Finish the run with: vbg run EXPERIMENT --resume")
        self.about = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        resolved = resolve(self.about["name"], self.about["experiment"], plugins, str(folder / DESCRIPTION))
        for difference in version_differences(resolved, self.about.get("plugins", {}), DESCRIPTION):
            tell(difference)
        self.experiment = resolved.experiment
        self.tasks = {t["name"]: _task(t) for t in self.about["tasks"]}
        known = self.about.get("confidence", {})  # runs of earlier versions have none
        self.confidence = {name: Confidence(**known.get(name, {})) for name in self.tasks}
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = build_model(resolved, self.tasks, folder / "assets")
        _load_weights(self.model, folder)
        self.model.eval().to(self.device)
        self._text = TextPolicy(self.experiment.text, fields=self.about["text_fields"], tasks=list(self.tasks.values()))
        self._collate = Collate({m: e.processor(False) for m, e in self.model.encoders.items()}, self.tasks)

    def fields(self) -> dict[str, list[str]]:
        """The named fields it reads: `text` and `metadata`, each only if it reads that modality."""
        known = {"text": list(self._text.fields), "metadata": self.about["metadata_fields"]}
        return {modality: names for modality, names in known.items() if modality in self.experiment.encoders}

    def predict(self, records: Iterable[Record | Mapping[str, Any]], batch_size: int = 32) -> Iterator[Prediction]:
        """Predict records one batch at a time; nothing but a batch is held in memory.

        Args:
            records: `Record`s, or mappings such as `{"image": path, "text": {"title": ...}}`. A modality the model
                reads may be missing.
        """
        numbered = enumerate(records)
        while batch := [_record(record, number) for number, record in islice(numbered, batch_size)]:
            yield from self._predict(batch)

    def _predict(self, records: list[Record]) -> Iterator[Prediction]:
        items = RecordItems(records, tasks=(), modalities=list(self.experiment.encoders), text=self._text)
        batch = send_to_device(self._collate([(i, items[i]) for i in range(len(items))]), self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.about["bf16"]):
            said = {name: p.cpu().numpy() for name, p in probabilities(self.model, batch, self.tasks).items()}
        found = calibrated(said, self.confidence, self.tasks)
        sets = {
            name: sure.sets(found[name], self.tasks[name].classes)
            for name, sure in self.confidence.items()
            if sure.least is not None
        }
        for row, record in enumerate(records):
            named = {n: dict(zip(task.classes, found[n][row].tolist(), strict=True)) for n, task in self.tasks.items()}
            chosen = {n: _choice(self.tasks[n], named[n]) for n in named}
            yield Prediction(record.id, chosen, named, {n: each[row] for n, each in sets.items()})


def load(run: RunFolder, plugins: Plugins, tell: Callable[[str], None] = warn) -> SavedModel:
    """The model of a finished run; arguments as of `SavedModel`."""
    return SavedModel(run.path / "model", plugins, tell)


def _load_weights(model: Model, folder: Path) -> None:
    if not (folder / WEIGHTS).exists():
        fix = "Runs of a study keep none; train the experiment by itself, the same options give the same weights."
        raise VBGError(str(folder), "the weights are not there", fix)
    try:
        load_model(model, str(folder / WEIGHTS))
        if isinstance(model.classifier, EstimatorHead):
            model.classifier.load(folder / ESTIMATOR)
    except (RuntimeError, OSError) as error:
        first = str(error).splitlines()[0]
        fix = "Use the versions of the plugins and packages that environment.json of the run names."
        raise VBGError(str(folder / WEIGHTS), f"does not fit the model ({first})", fix) from error


def _task(about: Mapping[str, Any]) -> Task:
    return Task(about["name"], about["multi_label"], tuple(about["classes"]), tuple(about["counts"]))


def _choice(task: Task, named: Mapping[str, float]) -> Any:
    if task.multi_label:
        return tuple(name for name, p in named.items() if p >= 0.5)
    return max(named, key=lambda name: named[name])


def _record(given: Record | Mapping[str, Any], number: int) -> Record:
    if isinstance(given, Record):
        return given
    inputs = {key: value for key, value in given.items() if key != "id" and value is not None}
    return Record(id=str(given.get("id", number)), inputs=inputs)
