"""Which files of a local folder belong to which split."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from huggingface_hub import DatasetCard

from vbg_framework import SPLITS, Skipped, VBGError
from vbg_framework.toolkit import folded, split_of, unread, walk

KINDS = {
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".txt": "text",
}
TABLES = ("csv", "json", "parquet")
"""The kinds whose rows the framework reads itself."""
PICTURES = "imagefolder"
METADATA = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
BETWEEN = re.compile(r"[-._ \d]+")
"""What stands around the word for a split in the name of a file (`datasets.data_files`)."""


class Layout:
    """The files of each split, as `datasets` finds them, with three differences.

    Words for splits count in any case, tables beside pictures are what is read, and every file is accounted for.

    Args:
        folder: the whole, resolved.
        kind: what `datasets` takes the files for: `csv`, `json`, `parquet`, `imagefolder` or another of its words.
        files: split -> the files that it finds.

    Attributes:
        kind: what is read of them.
        splits: split -> its files.
        skipped: the files of no split.
    """

    def __init__(self, folder: Path, kind: str, files: Mapping[Any, Iterable[Any]]) -> None:
        self.folder, self.is_listed = folder, _is_listed(folder)
        given = {Path(os.path.normpath(file)): str(split) for split, names in files.items() for file in names}
        results = list(dict.fromkeys([*given, *walk(folder)]))
        self.kind = self._kind(kind, results)
        self._given = {path: split for path, split in given.items() if self._fits(path)}
        by_split: dict[str, list[Path]] = {}
        self.skipped: list[Skipped] = []
        for path in results:
            if split := self._split(path):
                by_split.setdefault(split, []).append(path)
            elif reason := self._reason(path):
                self.skipped.append(Skipped(self.below(path), reason))
        self.splits = {split: by_split[split] for split in sorted(by_split, key=_place)}

    def below(self, path: Path) -> str:
        """The path of a file below the folder.

        Raises:
            VBGError: it lies outside.
        """
        if not path.is_relative_to(self.folder):
            raise VBGError(str(self.folder), f"names a file outside of itself, got '{path}'", "Put it into the folder.")
        return path.relative_to(self.folder).as_posix()

    def _kind(self, kind: str, result: Iterable[Path]) -> str:
        """Tables beside pictures are what is read, unless they are the pictures' metadata."""
        if kind != PICTURES or any(path.name in METADATA for path in result):
            return kind
        tables = Counter(each for path in result if (each := kind_of(path)) in TABLES)
        return tables.most_common(1)[0][0] if tables else kind

    def _fits(self, path: Path) -> bool:
        if self.kind == PICTURES:
            return unread(path) is None or path.name in METADATA
        return kind_of(path) == self.kind

    def _split(self, path: Path) -> str | None:
        """The split of a file; what `datasets` says counts, unless it says nothing or puts all into `train`."""
        given = self._given.get(path)
        if self.is_listed or not self._fits(path) or given not in (None, "train"):
            return given
        return self._word(path) or given or (None if self._given else "train")

    def _word(self, path: Path) -> str | None:
        """The first word for a split: of a folder, else of the name of a table."""
        *folders, _ = path.relative_to(self.folder).parts
        names = folders if self.kind == PICTURES else [*folders, path.stem]
        return next((split for name in names if (split := word_in(name))), None)

    def _reason(self, path: Path) -> str | None:
        """Why a file belongs to no split; None = it is a picture, and a table's own."""
        return "file belongs to no split" if self._fits(path) else unread(path)


def kind_of(path: Path) -> str | None:
    """What `datasets` calls the kind of a file, by its suffix; None = none that is read."""
    return KINDS.get(Path(folded(path.name).removesuffix(".gz")).suffix)


def word_in(name: str) -> str | None:
    """The split whose word stands in a name, in any case; None = there is none."""
    result = (split_of(part, {}) for part in [name, *BETWEEN.split(name)])
    return next((split for split in result if split in SPLITS), None)


def _place(split: str) -> int:
    return SPLITS.index(split) if split in SPLITS else len(SPLITS)


def _is_listed(folder: Path) -> bool:
    """Whether the data set's card says which files there are."""
    card = folder / "README.md"
    return card.is_file() and bool(DatasetCard.load(card).data.to_dict().get("configs"))
