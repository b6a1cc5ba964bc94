"""An experiment as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from vbg_framework.base.cached import cache_folder
from vbg_framework.config.opened import open_registry
from vbg_framework.data.readers.frame_file import Frame, is_frame, kept_frame
from vbg_framework.learning.prediction.saved import SavedModel, load
from vbg_framework.runs.execute import execute
from vbg_framework.runs.frame_columns import FrameColumns, frame_columns
from vbg_framework.runs.frame_experiment import ID, LABEL, frame_data, frame_experiment
from vbg_framework.runs.frame_labels import FrameLabels, frame_labels
from vbg_framework.runs.start import accept, start
from vbg_framework.screen import Screen, SturdyConsole

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder

SEEDS = 2**31


class VBGClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # without annotations
    """A registered experiment with the interface of scikit-learn.

    `fit` makes a complete run, with folder and report, on the rows it is given: the experiment divides them into
    training, validation and test as it divides its own data. Columns may be named here or in `fit`; if no feature is
    named, a column `image` or with pictures is the picture, numbers are metadata and other words are text.

    Args:
        experiment: its name in the registry.
        image: column of pictures: paths, bytes or PIL images.
        text: column or columns of catalogue text.
        metadata: column or columns of numbers, or of words that recur.
        target: column of the label, where `y` is not given.
        group: column of the object a row belongs to; the rows of an object stay in one split.
        images: folder that paths of pictures are relative to. No path may leave it.
        sets: changes to the experiment, such as `"train.steps=200"`; made last.
        random_state: seed of split and training; None = those of the experiment.
        registry: a registry file; by default `./registry.yaml` on top of the shipped one.
        runs: where run folders go.
        accept_loss: train although much of the data cannot be used.
        verbose: show messages and progress.

    Attributes:
        classes_: (C,) the labels, sorted.
        run_: folder of the finished run.
        model_: the trained model, which also says what it could not read.
        n_features_in_: columns that are read.
        feature_names_in_: their names, if X was a DataFrame. Another frame may have more, or lack some.
    """

    def __init__(
        self,
        experiment: str = "recommended",
        *,
        image: str | None = None,
        text: str | Sequence[str] | None = None,
        metadata: str | Sequence[str] | None = None,
        target: str | None = None,
        group: str | None = None,
        images: Path | str = ".",
        sets: Sequence[str] = (),
        random_state: int | np.random.RandomState | None = None,
        registry: Path | str | None = None,
        runs: Path | str = "runs",
        accept_loss: bool = False,
        verbose: bool = False,
    ) -> None:
        self.experiment = experiment
        self.image = image
        self.text = text
        self.metadata = metadata
        self.target = target
        self.group = group
        self.images = images
        self.sets = sets
        self.random_state = random_state
        self.registry = registry
        self.runs = runs
        self.accept_loss = accept_loss
        self.verbose = verbose

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        image: str | None = None,
        text: str | Sequence[str] | None = None,
        metadata: str | Sequence[str] | None = None,
        target: str | None = None,
        group: str | None = None,
    ) -> VBGClassifier:
        """Run the experiment on these rows.

        Args:
            X: a DataFrame, whose index becomes the ids of the records; or an (n, columns) array, read as metadata.
            y: (n,) labels, or the name of their column. Rows without a label are left out.
            image: column of pictures, instead of the one named at construction; so for the next four.
            text: columns of texts.
            metadata: columns of metadata.
            target: column of labels, instead of y.
            group: column that says which rows are of one object.

        Raises:
            VBGError: the experiment is not valid, or its run failed; also a ValueError if X or y are at fault.
        """
        frame = self._frame(X, reset=True)
        y = y if y is not None else target or self.target
        named = image or self.image, text or self.text, metadata or self.metadata
        columns = frame_columns(frame, *named, group or self.group, y if isinstance(y, str) else None)
        if is_frame(X):
            features = [name for names in columns.modalities().values() for name in names]
            validate_data(self, frame[features], reset=True, skip_check_array=True)  # type: ignore[index]
        labels = frame_labels(frame, y)
        self.run_ = self._run(frame, columns, labels)
        self.task_, self.classes_, self._names = labels.task, labels.classes, labels.names
        self._model = self._load()
        return self

    def predict(self, X: Any) -> np.ndarray:
        """(n,) most probable class of each row; None, with a warning, for a row of which nothing can be read."""
        said = self._answers(X)[self.task_].tolist()
        known = dict(zip(self._names, self.classes_.tolist(), strict=True))
        results = [known.get(name) for name in said]
        return np.array(results, dtype=object if None in results else self.classes_.dtype)

    def predict_proba(self, X: Any) -> np.ndarray:
        """(n, C) probability of each class, in the order of `classes_`; NaN where nothing can be read."""
        said = self._answers(X)
        return np.stack([said[f"{self.task_}: {name}"].to_numpy(dtype=float) for name in self._names], axis=1)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Accuracy; a row of which nothing can be read counts as wrong.

        Args:
            X: (n) rows.
            y: (n,) labels, or the name of their column.
            sample_weight: (n,) weights of the rows; None = all alike.
        """
        frame = self._frame(X, reset=False)
        y = y if y is not None else self.target
        truth = frame[y].to_numpy() if isinstance(y, str) else np.asarray(y)  # type: ignore[index]
        right = [said is not None and said == label for said, label in zip(self.predict(X), truth, strict=True)]
        return float(np.average(right, weights=sample_weight))

    @property
    def model_(self) -> SavedModel:
        """The trained model."""
        check_is_fitted(self)
        if getattr(self, "_model", None) is None:  # after copying: models are read from the folder of their run
            self._model = self._load()
        return self._model

    def _run(self, frame: Frame, columns: FrameColumns, labels: FrameLabels) -> RunFolder:
        registry, plugins = open_registry(Path(self.registry) if self.registry else None)
        screen = self._screen()
        path = kept_frame(_kept(frame, columns, labels), cache_folder("frames"))
        data = frame_data(path, columns, labels.task, Path(self.images))
        resolved = frame_experiment(self.experiment, registry, plugins, data, columns, [*self._seeds(), *self.sets])
        read = {m: self._named(columns, m) for m in resolved.experiment.modalities}
        screen.say("Reads  " + "; ".join(f"{modality} {names}" for modality, names in read.items()) + ".")
        folder = start(resolved, plugins, Path(self.runs))
        if self.accept_loss:
            accept(folder, plugins, Screen())
        return execute(folder, plugins, screen)

    def _named(self, columns: FrameColumns, modality: str) -> str:
        return ", ".join(columns.modalities().get(modality, ()))

    def _screen(self) -> Screen:
        return Screen(SturdyConsole() if self.verbose else None)

    def _seeds(self) -> list[str]:
        if self.random_state is None:
            return []
        given = self.random_state
        seed = int(given) if isinstance(given, int | np.integer) else check_random_state(given).randint(SEEDS)
        return [f"seed={seed}", f"split.seed={seed}"]

    def _load(self) -> SavedModel:
        return load(self.run_, open_registry(Path(self.registry) if self.registry else None)[1])

    def _answers(self, X: Any) -> Any:
        frame = self._frame(X, reset=False)
        said = self.model_.predict(frame, folder=self.images, probabilities=True)
        if unread := int(said[self.task_].isna().sum()):
            warnings.warn(f"{unread} of {len(said)} rows hold nothing the model reads.", UserWarning, stacklevel=3)
        return said

    def _frame(self, X: Any, reset: bool) -> Frame:
        """X as a DataFrame; the columns of an array are called by their places."""
        if not reset:
            check_is_fitted(self)
        import pandas

        if isinstance(X, pandas.DataFrame):
            return X.set_axis([str(name) for name in X.columns], axis=1)
        array = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")
        return pandas.DataFrame(array, columns=[f"x{index}" for index in range(array.shape[1])])

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_model"}

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "run_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.string = tags.input_tags.categorical = True
        return tags


def _kept(frame: Frame, columns: FrameColumns, labels: FrameLabels) -> Any:
    """What is kept of a frame: the columns that are read, with ids and labels as text."""
    kept = frame[columns.used()].copy()  # type: ignore[index]
    kept.insert(0, ID, _ids(frame.index))
    kept[LABEL] = labels.rows
    return kept


def _ids(index: Any) -> list[str]:
    """The labels of the index; one that comes again is numbered."""
    results: list[str] = []
    seen: dict[str, int] = {}
    for label in map(str, index):
        seen[label] = seen.get(label, 0) + 1
        results.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return results
