"""Whether what a component says of itself is true: its modalities, the files it depends on."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.config.part import told
from vbg_framework.data.pictures.formats import SUFFIXES
from vbg_framework.paths import find
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.life import caches, common_places, within
from vbg_framework.testing.processes.surroundings import names
from vbg_framework.testing.subject import Subject

CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".yaml")
"""Endings of what counts as the code of a package, and is part of every key anyway."""


def declares_modalities(kind: type[Any]) -> bool:
    """Whether it reads or yields some."""
    return hasattr(kind, "modality") or hasattr(kind, "records")


@promise(
    "all",
    "The modalities that a component declares are those it has: by them experiments are checked before any work.",
    cause="`modalities` copied from another component, or left behind when options were added",
    fix="Correct `modalities` of the `Component`, or give a function that tells them from the options.",
    applies=declares_modalities,
)
def check_modalities_are_true(subject: Subject) -> str:
    """Compare them with `modality` of an encoder, or with what the records of a data set hold."""
    given = set(told(subject.component, subject.config))
    if not given:
        return "it declares none"
    result = subject.modalities()
    fits = result <= given if subject.component.kind == "dataset" else result == given  # the tiny one may lack pictures
    expect(fits, f"{_list(given)}, as declared", _list(result))
    return _list(result)


def _list(words: Collection[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"


def names_sources(kind: type[Any]) -> bool:
    """Whether it has `sources`."""
    return hasattr(kind, "sources")


@promise(
    "all",
    "Files that it reads are named: by an option or by `sources()`. When they change, its results are made anew.",
    cause="a word list, label file or second table that is opened and not returned by `sources`",
    fix="Return every file that is opened, or the folder it lies in; pictures of a data set need not be among them.",
    applies=names_sources,
)
def check_sources_are_told(subject: Subject) -> str:
    """Watch what it opens while it does all that a run does with it."""
    read = subject.life.read
    told = [*map(Path, subject.sources()), *_named(subject.config.model_dump())]
    lost = [path for path in subject.sources() if not path.exists()]
    expect(not lost, "sources that are there", f"nothing at {names(lost)}")
    absolute = [path.absolute() for path in told]
    secret = [path for path in read if not _free(path, subject) and not within(path, absolute)]
    expect(not secret, "files that an option or `sources()` names", names(secret))
    return f"{len(set(read))} files read"


def _free(path: Path, subject: Subject) -> bool:
    """Whether nobody has to name a file: code, pictures of a data set, what it was given, what Python reads."""
    picture = subject.component.kind == "dataset" and path.suffix.lower() in SUFFIXES
    if picture or path.suffix in CODE or not path.is_file() or within(path, [subject.files]):
        return True
    own = Path(inspect.getfile(subject.kind)).parent
    return not within(path, [own]) and within(path, [*common_places(), *caches(), *_packages()])


def _packages() -> Iterator[Path]:
    """Folders that packages are installed to."""
    framework = Path(sys.modules["vbg_framework"].__file__ or ".").parent
    yield framework
    yield from (Path(place) for place in sys.path if place.endswith(("site-packages", "dist-packages")))


def _named(value: Any) -> Iterator[Path]:
    """Every file or folder that a text among the options means."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _named(each)
    elif isinstance(value, str | Path) and str(value):
        places = (find(str(value), variable=variable) for variable in ("VBG_DATA", "VBG_WEIGHTS"))
        yield from (path for path in places if path is not None and not Path.cwd().is_relative_to(path))
