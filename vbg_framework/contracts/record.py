"""The data model: records, tasks and the dataset interface. Light: never imports torch."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

from vbg_framework.contracts.option_type import Options

SPLITS = ("train", "validation", "test")
"""Names of the parts of a data set."""


@dataclass(frozen=True)
class Task:
    """One question asked of every record.

    Args:
        name: key of `Record.targets`.
        multi_label: True if a record may carry several classes at once.
        classes: the classes in the order of the logits; empty = collected (sorted) from the data by the core.
        counts: training records per class, same order; filled in by the core before a classifier is built.
    """

    name: str
    multi_label: bool = False
    classes: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()


def classes_of(label: Any) -> tuple[str, ...]:
    """The classes that a label of `Record.targets` stands for, whatever the kind of task; none if it is missing."""
    return () if label is None else (label,) if isinstance(label, str) else tuple(label)


@dataclass(frozen=True)
class Origin:
    """Where a new record comes from; a real record has none.

    An augmenter gives `sources`, `taken_from` and `scores`, the core the rest.

    Args:
        generator: component name of the augmenter.
        version: version of the plugin that made it.
        seed: seed of the call that made it.
        request: what was asked for: task -> class.
        sources: ids of the training records it was derived from, if any.
        train: fingerprint of the training records the augmenter saw.
        scores: what the augmenter and the filters measured.
        taken_from: of a record found elsewhere, not made: the other collection and its id there.
    """

    generator: str = ""
    version: str = ""
    seed: int = 0
    request: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    train: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    taken_from: str = ""


@dataclass(frozen=True)
class Record:
    """One view of one museum object.

    Args:
        id: unique in the data set.
        inputs: modality -> raw item; a missing modality is absent or None. `image`: a path, encoded bytes or a PIL
            image, or the `ValueError` that says why there is none; or a list of these: several views of the object, of
            which the core makes a record each.
            `text`: a string, or field name -> string. `metadata`: field name -> string or number.
        targets: task -> class, or task -> classes for a multi-label task; a missing label is absent.
        group: object id; all views of one object stay in one split. Empty = the record is its own object.
        origin: None = real.
        split: the split given by the source (`train`, `validation` or `test`), or None.
        licence: licence of the image, as the source states it.
        source: where the record was read, for messages: `metadata.csv:17`.
        view_of: id of the record of whose pictures this is one; filled in by the core. Empty = of none.
        soft: of a new record, task -> class -> share: the loss takes these shares, which add up to 1, in the place of
            the one class in `targets`. Everything else, such as counts per class, reads `targets`.
    """

    id: str
    inputs: Mapping[str, Any]
    targets: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    origin: Origin | None = None
    split: str | None = None
    licence: str = ""
    source: str = ""
    view_of: str = ""
    soft: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """An item of the source that could not become a record. It goes to the quarantine, the rest goes on.

    Args:
        source: file (and row) it was read from: `metadata.csv:17`.
        reason: what is wrong with it, in words.
        id: its id, if that could be read.
        targets: its labels, as far as they could be read: a class that is lost as a whole is said.
    """

    source: str
    reason: str
    id: str = ""
    targets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """Something in the source that no record was made of on purpose. It is counted, and told as `not read`.

    Args:
        source: file, folder or row.
        reason: why, in words that are the same for all of its kind: `object is not in the public domain`.
    """

    source: str
    reason: str


class Dataset(ABC, Generic[Options]):
    """Reads a source and yields records in a stable order, in constant memory.

    The core decodes, validates, splits, quarantines and stores what it yields.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Options) -> None:
        self.config = config

    @property
    @abstractmethod
    def tasks(self) -> Sequence[Task]:
        """The tasks its records carry targets for."""

    @abstractmethod
    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield every record, `Rejected` for an item that cannot become one, and `Skipped` for one that shall not.

        Everything in the source is one of the three. Same order at every call. A text or metadata field whose cell is
        empty is a key of the record's inputs with an empty value; a key that is not there says that the source lacks
        the field.

        Raises:
            VBGError: the source as a whole cannot be read (missing file, missing column).
        """

    @classmethod
    def unlabelled(cls, config: Any, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """Read another source with the same options, to predict its records; None if `source` is not of its kind.

        What is not needed for prediction may be absent there: labels, groups, splits, licences, ids and any field a
        model reads. No option leaves a record out. The same source gives the same ids and inputs as in training.

        Args:
            config: the options the model was trained with; their own source may be gone.
            source: a file or a folder.
            columns: `id`, `image` or a text or metadata field -> the column where it stands in `source`.

        Default: None. The core then reads tables whose columns are called like the fields, and folders of pictures.
        """
        return None

    @classmethod
    def partly_labelled(
        cls, config: Any, source: Path, columns: Mapping[str, str], tasks: Sequence[str]
    ) -> Dataset | None:
        """The same, with the labels of some tasks: a model with `inputs.labels` reads them where they are known.

        A label that is absent there, or cannot be read, is a missing one, and costs no record.

        Args:
            config: as of `unlabelled`.
            source: as of `unlabelled`.
            columns: as of `unlabelled`.
            tasks: the tasks whose labels are read, which may be none; of others `Record.targets` holds none.

        Default: what `unlabelled` gives. The model then predicts without these labels, and says so.
        """
        return cls.unlabelled(config, source, columns)

    def sources(self) -> Iterable[Path]:
        """The files the records depend on. When one changes (size or time), data is prepared again.

        Picture files need not be among them, see `finds`; folders, if files that come into them become records.
        """
        return ()

    def finds(self, path: Path) -> bool:
        """Whether a picture file is there: for readers that go on without one.

        What is not there is written down, so that the data is prepared again when it comes. A path that stands in
        `Record.inputs` is written down anyway.
        """
        if os.path.isfile(path):  # False for a name that no file can have, too
            return True
        self.__dict__.setdefault("_missed", []).append(path)
        return False

    def missed(self) -> list[Path]:
        """What `finds` did not find since this was last asked; the core asks after every item of `records`."""
        return self.__dict__.pop("_missed", [])

    def facts(self) -> Mapping[str, Any]:
        """What results should name besides the options, such as a label-mapping file and its hash; ready for JSON."""
        return {}

    def remarks(self) -> Sequence[str]:
        """What people should be told once all records were read, in sentences. Default: nothing."""
        return ()
