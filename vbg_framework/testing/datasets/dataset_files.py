"""What a data set promises about files that lie elsewhere, and about records it has yielded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.formats import SUFFIXES
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.datasets.dataset import require_same
from vbg_framework.testing.datasets.dataset_subject import DatasetSubject
from vbg_framework.testing.datasets.told import told_of
from vbg_framework.testing.processes.life import observed, within
from vbg_framework.testing.processes.surroundings import names

LARGEST = 1 << 20
"""Files of the tiny source up to so many bytes are searched for paths."""
SECRET = "vbg-secret"


@promise(
    "dataset",
    "A path in the data that leaves the folder of the source is not followed, nor a link that does.",
    cause="`folder / row['image']` with `../` or an absolute path in the row",
    fix="Resolve the path, and yield `Rejected` unless it `is_relative_to` the folder of the source.",
)
def check_paths_stay_in_the_folder(subject: DatasetSubject) -> str:
    """Copy the tiny source, let its paths of pictures point outside, as text and as links, and read it."""
    key, source = _source(subject)
    outside = subject.folder()
    secret = outside / f"{SECRET}.png"
    Image.new("RGB", (16, 16), "red").save(secret)
    tried = 0
    for place, copied in _turned(subject, source, secret):
        other = type(subject)(subject.component, {**subject.options, key: str(copied)})
        try:
            with observed() as life:
                results = [item for item in other.dataset.records() if isinstance(item, Record)]
        except VBGError:  # it refuses the source as a whole
            continue
        tried += 1
        led = [path for record in results for path in _paths(record) if within(path, [outside])]
        opened = [path for path in life.read if within(path, [outside])]
        expect(not led and not opened, f"no file outside {copied.name} after {place}", names([*led, *opened]))
    return f"{tried} ways tried"


def _source(subject: DatasetSubject) -> tuple[str, Path]:
    """(option that names the source, the source)."""
    for key, value in subject.options.items():
        if isinstance(value, str) and os.path.isabs(value) and Path(value).exists():
            return key, Path(value)
    raise NotApplicable("no option of `tiny` names a file or folder by its absolute path")


def _turned(subject: DatasetSubject, source: Path, secret: Path) -> Iterator[tuple[str, Path]]:
    """Copies of the source with paths that lead outside, and how."""
    pictures = [path for record in subject.records for path in _paths(record)]
    inside = [path for path in dict.fromkeys(pictures) if within(path, [source if source.is_dir() else source.parent])]
    for way in ("a relative path", "an absolute path"):
        copied = _copied(subject, source)
        root = copied if copied.is_dir() else copied.parent
        written = str(secret) if way == "an absolute path" else os.path.relpath(secret, root)
        named = [_rewritten(file, source, inside, written) for file in _texts(copied)]
        if any(named):
            yield way, copied
    if source.is_dir() and inside:
        copied = _copied(subject, source)
        link = copied / Path(os.path.relpath(inside[0], source))
        link.unlink()
        link.symlink_to(secret)
        yield "a link", copied


def _copied(subject: DatasetSubject, source: Path) -> Path:
    place = subject.folder() / source.name
    return Path(shutil.copytree(source, place) if source.is_dir() else shutil.copy(source, place))


def _texts(copied: Path) -> list[Path]:
    """Small files that may hold paths."""
    files = sorted(copied.rglob("*")) if copied.is_dir() else [copied]
    return [file for file in files if file.is_file() and _is_text(file)]


def _is_text(file: Path) -> bool:
    if file.suffix.lower() in SUFFIXES or file.stat().st_size > LARGEST:
        return False
    try:
        return bool(file.read_text(encoding="utf-8"))
    except ValueError:
        return False


def _rewritten(file: Path, source: Path, pictures: list[Path], instead: str) -> bool:
    """Whether some picture is named in a file; its path is then written anew."""
    text = before = file.read_text(encoding="utf-8")
    root = source if source.is_dir() else source.parent
    for picture in pictures:
        relative = Path(os.path.relpath(picture, root)).as_posix()
        for name in (relative, relative.partition("/")[2], picture.name):
            if name and name in text:
                text = text.replace(name, instead)
                break
    file.write_text(text, encoding="utf-8")
    return text != before


def _paths(record: Record) -> list[Path]:
    image = record.inputs.get("image")
    return [Path(os.path.abspath(image))] if isinstance(image, str | Path) else []


@promise(
    "dataset",
    "A record stays as it was when it was yielded.",
    cause="one mapping for all records, filled anew for each",
    fix="Make a new mapping for every record.",
)
def check_yielded_records_stay(subject: DatasetSubject) -> None:
    """Compare what each said when it was yielded with what it says when all were."""
    kept, said = [], []
    for item in subject.build().records():
        kept.append(item)
        said.append(repr(told_of(item)))
    changed = [index for index, item in enumerate(kept) if repr(told_of(item)) != said[index]]
    expect(not changed, "the records as they were yielded", f"others at places {changed[:3]}")
    require_same(kept, subject.items, "the first pass")
