"""The dataset `webdataset`."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.data.cells import CellError, cell_parts, cell_text, cell_value
from vbg_framework.data.formats import SUFFIXES
from vbg_framework.errors import VBGError
from vbg_framework.paths import locate
from vbg_framework.record import Dataset, Record, Rejected, Task
from vbg_webdataset import WebDatasetConfig

IMAGES = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)
ENDINGS = (*IMAGES, "json", "txt", "cls")
LARGEST_MEMBER = 100_000_000  # bytes
SHARD = re.compile(r"\.(tar|tar\.gz|tgz)$")
WORDS = {"val": "validation", "valid": "validation"}


class WebDataset(Dataset):
    """Reads shards from front to back, one sample in memory; nothing is unpacked to disk."""

    def __init__(self, config: WebDatasetConfig) -> None:
        super().__init__(config)
        self.shards = _shards(config.path)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The mapped keys, and the class file's task."""
        named = tuple(Task(name) for name in self.config.targets)
        return named + ((Task(self.config.cls, classes=tuple(self.config.classes)),) if self.config.cls else ())

    def sources(self) -> Iterable[Path]:
        """The shards."""
        return self.shards

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per sample, in the order of the shards' names and of their members."""
        for shard in self.shards:
            for key, files, fault in _samples(shard):
                source = f"{shard.name}:{key}" if key else shard.name
                try:
                    yield Rejected(source, fault) if fault else self._record(key, files, source)
                except CellError as error:
                    yield Rejected(source, str(error))

    def _record(self, key: str, files: Mapping[str, bytes], source: str) -> Record:
        config, row = self.config, _row(files)
        texts = {field: ", ".join(cell_parts(field, row.get(field), None)) for field in config.text}
        if "txt" in files:
            texts["text"] = _decoded("txt", files["txt"])
        values = {field: cell_value(field, row.get(field)) for field in config.metadata}
        inputs: dict[str, Any] = {}
        if image := next((files[ending] for ending in IMAGES if ending in files), None):
            inputs["image"] = image
        inputs |= {"text": texts} if any(texts.values()) else {}
        inputs |= {"metadata": values} if any(value != "" for value in values.values()) else {}
        split = _value(row, config.split)
        return Record(
            id=key,
            inputs=inputs,
            targets=self._targets(row, files),
            group=_value(row, config.group) or "",
            split=WORDS.get(split, split) if split else None,
            licence=_value(row, config.licence_key) or config.licence,
            source=source,
        )

    def _targets(self, row: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, str]:
        labels = {task: _value(row, field) for task, field in self.config.targets.items()}
        if self.config.cls and "cls" in files:
            labels[self.config.cls] = self._class(_decoded("cls", files["cls"]).strip())
        return {task: label for task, label in labels.items() if label}

    def _class(self, word: str) -> str:
        if not self.config.classes or not word.isdecimal():
            return word
        if int(word) >= len(self.config.classes):
            raise CellError(f"class number is too large for `classes`, got {word}")
        return self.config.classes[int(word)]


def _shards(path: str) -> list[Path]:
    if "*" in path:
        folder = locate(str(Path(path).parent), variable="VBG_DATA")
        found = sorted(folder.glob(Path(path).name))
    else:
        named = locate(path, variable="VBG_DATA")
        found = sorted(file for file in named.iterdir() if SHARD.search(file.name)) if named.is_dir() else [named]
    if not found:
        raise VBGError(path, "there is no shard (.tar, .tar.gz, .tgz)", "Check the folder or the pattern.")
    return found


def _samples(shard: Path) -> Iterator[tuple[str, dict[str, bytes], str]]:
    """(key, ending -> content, fault) of every run of files with one key; names are never used as paths."""
    key = ""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(shard, "r|*") as tar:
            for member in tar:
                name, ending = _split_name(member.name)
                if not member.isreg() or ending not in ENDINGS:
                    continue
                if name != key and files:
                    yield key, files, ""
                    files = {}
                key = name
                if member.size > LARGEST_MEMBER:
                    yield key, {}, f"file is larger than {LARGEST_MEMBER:,} bytes, got '{ending}'"
                    continue
                if content := tar.extractfile(member):  # None for what is no file
                    files[ending] = content.read()
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:  # broken off, not a tar file, damaged gzip
        yield key, {}, f"shard breaks off here, got {type(error).__name__}: {error}"
        return
    if files:
        yield key, files, ""


def _split_name(name: str) -> tuple[str, str]:
    """`a/0001.left.jpg` is the sample `a/0001` with the ending `left.jpg`, of which the last part counts."""
    folder, _, base = name.rpartition("/")
    stem, _, ending = base.partition(".")
    return f"{folder}/{stem}" if folder else stem, ending.rpartition(".")[2].lower()


def _row(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        row = json.loads(files.get("json", b"{}"))
    except (ValueError, RecursionError) as error:
        raise CellError(f"json file is not JSON, got {error}") from error
    if not isinstance(row, dict):
        raise CellError(f"json file does not hold an object, got {type(row).__name__}")
    return row


def _decoded(ending: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise CellError(f"{ending} file is not UTF-8, got {error}") from error


def _value(row: Mapping[str, Any], key: str | None) -> str | None:
    return cell_text(key, row.get(key)) if key else None
