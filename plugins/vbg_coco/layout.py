"""Where the files of COCO lie: `annotations/KIND_SUBSET.json`, and the pictures of a subset in a folder of its name."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

from vbg_framework import VBGError
from vbg_framework.toolkit import path_inside

KINDS = ("instances", "captions", "image_info")
"""The kinds of annotation files; that of test images has neither captions nor objects."""
NAME = re.compile(rf"(?:{'|'.join(KINDS)})_([\w-]+)\.json")


def annotation_file(folder: Path, kind: str, subset: str) -> Path:
    """The file of one kind of annotations of a subset."""
    return folder / "annotations" / f"{kind}_{subset}.json"


def subsets_there(folder: Path) -> list[str]:
    """The subsets of which there is an annotation file, by name."""
    result = (NAME.fullmatch(path.name) for path in (folder / "annotations").glob("*.json"))
    return sorted({match[1] for match in result if match})


def check_files(folder: Path, subsets: Sequence[str]) -> None:
    """Raise VBGError, with the folder that may be meant, unless captions and instances of all subsets are there."""
    for path in (annotation_file(folder, kind, subset) for subset in subsets for kind in ("captions", "instances")):
        if path.is_file():
            continue
        if (folder / path.name).is_file():
            raise VBGError(str(folder), "is the folder of the annotations", f"Give the one above it: {folder.parent}.")
        if len(deeper := [each.parents[1] for each in folder.glob(f"*/annotations/{path.name}")]) == 1:
            raise VBGError(str(folder), "has no folder `annotations`", f"Give the one below it: {deeper[0]}.")
        raise VBGError(str(path), "no such file", "Unpack the official annotations of COCO there.")


def picture(folder: Path, subset: str, name: str) -> Path:
    """The file an annotation means: below the folder of its subset, whose name may stand in it as well.

    Args:
        folder: folder of the whole.
        subset: the subset.
        name: the path as it is annotated, on any operating system.

    Raises:
        CellError: the path leaves the folder of the subset.
    """
    inside = Path(os.path.realpath(folder / subset))
    written = path_inside(inside, name)
    parts = PureWindowsPath(name).parts
    if os.path.isfile(written) or not parts:
        return written
    rest = parts[1:] if parts[0].casefold() == subset.casefold() else parts
    result = path_inside(inside, "/".join(rest))
    return result if os.path.isfile(result) else written
