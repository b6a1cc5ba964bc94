"""A texture library from a user's folder of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from vbg_framework import VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import ImageError, decode, did_you_mean
from vbg_gan.frames import Frame, Frames, square
from vbg_gan.textures import TextureLibrary, cut_library


def folder_library(folder: Path, classes: Sequence[str], size: int, count: int, screen: Screen) -> TextureLibrary:
    """Cut textures from the pictures in `folder/<class>/`.

    Args:
        folder: holds one sub-folder per class; not every class needs one.
        classes: names of all classes.
        size: pixels of the pictures to be generated; those of the folder are brought to it first.
        count: crops asked for.
        screen: told which files cannot be read.

    Raises:
        VBGError: a sub-folder is no class, or no picture can be read.
    """
    unknown = [path.name for path in sorted(folder.iterdir()) if path.is_dir() and path.name not in classes]
    if unknown:
        fix = did_you_mean(unknown[0], classes)
        raise VBGError(f"style.textures {folder}", f"'{unknown[0]}' is no class", fix)
    results = list(_pictures(folder, classes, size, screen))
    if not results:
        fix = "Put pictures into sub-folders named like the classes."
        raise VBGError(f"style.textures {folder}", "no picture can be read there", fix)
    frames = Frames(np.stack([pixels for pixels, _ in results]), tuple(frame for _, frame in results))
    return cut_library(frames, classes, count)


def _pictures(folder: Path, classes: Sequence[str], size: int, screen: Screen) -> Iterator[tuple[np.ndarray, Frame]]:
    for name in classes:
        for file in sorted(path for path in (folder / name).glob("*") if path.is_file()):
            try:
                image, place, scale = square(decode(file), size)
            except ImageError as error:
                screen.say(f"Texture left out: {file.relative_to(folder)}: {error}.")
            else:
                yield np.asarray(image), Frame(str(file.relative_to(folder)), name, {}, place, scale)
