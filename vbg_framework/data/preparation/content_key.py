"""The content key of a component's result: its options, its code, and the contents of the files its options name.

The name of a file says nothing about what is in it, and that of a model on a hub nothing about its revision. Whatever
is kept by options is kept by this.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from vbg_framework.base.errors import VBGError
from vbg_framework.base.source_code import code_hash
from vbg_framework.config.part import Part, below, make_part
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.spec import KINDS, Config
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.paths import find
from vbg_framework.screen import Screen

WHOLE = 1 << 20
"""Files up to so many bytes are read to their end. Of larger ones size, time and the two ends of `END` bytes count."""
END = 1 << 16
HUB_ID = re.compile(r"(?P<name>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[\w./-]+))?")
REVISION = "revision "  # how the content of a hub id begins
READS = ("encoder", "augmenter")  # kinds whose classes may have `sources`

Contents = dict[str, str]  # dotted name of an option -> hash of what it names, or a revision


def content_key(part: Part[Any], screen: Screen | None = None) -> dict[str, Any]:
    """All that the result of a component follows from, besides data and seeds; ready for JSON.

    Args:
        part: the component with its options.
        screen: where the preparation of a data set among the options is shown.
    """
    kind = part.component.load()
    return {
        "component": part.component.name,
        "options": part.options() | {"type": part.component.name},  # however it was spelt
        "version": part.plugin.version,
        "code": code_hash(kind),
        "contents": contents(part, screen),
    }


def contents(part: Part[Any], screen: Screen | None = None) -> Contents:
    """What stands behind the options of a component, those of components among its options included.

    An option counts if it is the path of a file or folder, in the working folder, `VBG_WEIGHTS` or `VBG_DATA`; a
    model on the hub that was fetched before; or a data set, which is prepared for that. Nothing is fetched.

    Raises:
        VBGError: a data set among the options cannot be read.
    """
    results = dict(_walk(part.config, "", frozenset(), screen or Screen()))
    kind = part.component.load()
    if part.component.kind in READS:
        results |= {f"sources.{index}": path_hash(path) for index, path in enumerate(kind.sources(part.config))}
    return results


def settled(before: Mapping[str, str], after: Mapping[str, str]) -> Contents:
    """Contents with the revisions that were fetched meanwhile; what else has changed stays as it was."""
    return {**before, **{name: value for name, value in after.items() if value.startswith(REVISION)}}


def _walk(value: Any, name: str, words: frozenset[str], screen: Screen) -> Iterator[tuple[str, str]]:
    """(dotted name, content) of everything below an option; `words` are those that can be no paths."""
    if isinstance(value, Part):
        yield from _component_contents(value, name, screen)
    elif isinstance(value, Config):
        for key, field in type(value).model_fields.items():
            yield from _walk(getattr(value, key), below(name, key), frozenset(_literals(field.annotation)), screen)
    elif isinstance(value, Mapping):
        if nested := _component(value):
            yield from _component_contents(nested, name, screen)
            return
        for key, inner in value.items():
            yield from _walk(inner, below(name, key), words, screen)
    elif isinstance(value, str | Path):
        if str(value) not in words and (content := _content(str(value))):
            yield name, content
    elif isinstance(value, Iterable):
        for index, inner in enumerate(sorted(value, key=str) if isinstance(value, set | frozenset) else value):
            yield from _walk(inner, below(name, index), words, screen)


def _literals(annotation: Any) -> Iterator[str]:
    """The words a field may be set to where its type lists them."""
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    else:
        for inner in get_args(annotation):
            yield from _literals(inner)


def _component(options: Mapping[Any, Any]) -> Part[Any] | None:
    """The component that plain `{type: ..., options}` means, in options that do not say so; None if it means none."""
    if not isinstance(options.get("type"), str):
        return None
    for kind in sorted(KINDS, key=lambda kind: kind != "dataset"):
        with suppress(VBGError):
            return make_part(kind, options, "", installed())
    return None


def _component_contents(part: Part[Any], name: str, screen: Screen) -> Iterator[tuple[str, str]]:
    if part.component.kind == "dataset":
        yield name, prepare_data(part, screen, accept_loss=None).fingerprint
        return
    yield name, f"{part.plugin.version} {code_hash(part.component.load())}"
    yield from ((below(name, key), value) for key, value in contents(part, screen).items())


def _content(text: str) -> str:
    """The hash of what a text names on this machine, or the revision of a model in the hub's cache; else empty."""
    places = dict.fromkeys(find(text, variable=variable) for variable in ("VBG_WEIGHTS", "VBG_DATA") if text)
    hashes = [path_hash(path) for path in places if path is not None and _counts(path)]
    if hashes:
        return " ".join(hashes)
    match = HUB_ID.fullmatch(text)
    revision = _revision(match["name"], match["revision"] or "main") if match and ".." not in text else ""
    return f"{REVISION}{revision}" if revision else ""


def _counts(path: Path) -> bool:
    """Whether something has content: a file, or a folder that the working folder does not lie in.

    That one is the place of all sorts of things, results included.
    """
    return path.is_file() or (path.is_dir() and not Path.cwd().is_relative_to(path.resolve()))


def path_hash(path: Path) -> str:
    """32 hexadecimal digits for the content of a file, or of all files in a folder with their names.

    Links are followed; hidden files do not count. A file that cannot be read counts by its name.
    """
    digest = hashlib.sha256()
    for file in _files(path, set()) if path.is_dir() else [path]:
        name = "" if file == path else file.relative_to(path).as_posix()
        digest.update(os.fsencode(name) + b"\0" + _file_digest(file))
    return digest.hexdigest()[:32]


def _files(folder: Path, above: set[Path]) -> Iterator[Path]:
    """Every file below a folder by its name, links followed, but not in circles."""
    real = folder.resolve()
    if real in above:
        return
    try:
        results = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        yield folder
        return
    for path in results:
        if path.is_dir():
            yield from _files(path, above | {real})
        elif path.is_file() or path.is_symlink():
            yield path


def _file_digest(file: Path) -> bytes:
    try:
        result = file.stat()
        with file.open("rb") as opened:
            if result.st_size <= WHOLE:
                return hashlib.sha256(opened.read()).digest()
            told = f"{result.st_size} {result.st_mtime_ns} ".encode() + opened.read(END)
            opened.seek(-END, os.SEEK_END)
            return hashlib.sha256(told + opened.read()).digest()
    except OSError:
        return b"unreadable"


def _revision(name: str, wanted: str) -> str:
    """The commit that the hub's own cache has under a name; empty if nothing was fetched."""
    from huggingface_hub import constants  # only for what looks like a hub id

    for kind in ("models", "datasets"):
        folder = Path(constants.HF_HUB_CACHE) / "--".join([kind, *name.split("/")])  # as the hub's client calls it
        if os.path.isfile(reference := folder / "refs" / wanted):
            return reference.read_text(encoding="utf-8").strip()
        if os.path.isdir(folder / "snapshots" / wanted):
            return wanted
    return ""
