"""The dataset `coco`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_coco import CocoConfig
from vbg_coco.annotations import Captions, Categories, Id, Malformed, Objects, licences
from vbg_coco.layout import KINDS, annotation_file, check_files, subsets_there
from vbg_coco.subset import Picture, Subset
from vbg_framework import Dataset, Record, Rejected, Skipped, Task, VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import refuse_pointer


class CocoDataset(Dataset):
    """Reads captions and objects of one subset at a time; their segmentations are passed over.

    Memory: about 1.5 KB per image of a subset, for its captions, categories and name.
    """

    def __init__(self, config: CocoConfig) -> None:
        super().__init__(config)
        self.folder = locate(config.path, variable="VBG_DATA")
        check_files(self.folder, config.subsets)
        for path in self.sources():
            refuse_pointer(path)
        self.categories = Categories(annotation_file(self.folder, "instances", config.subsets[0]))

    @classmethod
    def unlabelled(cls, config: CocoConfig, source: Path, columns: Mapping[str, str]) -> Dataset | None:
        """Read another folder with annotations: the same subsets if one of them is there, otherwise all."""
        there = subsets_there(source)
        if there and columns:
            raise VBGError("--column", "annotations of COCO have no columns", "Leave it out.")
        subsets = [name for name in config.subsets if name in there] or there
        return UnlabelledCoco(config, source, subsets) if subsets else None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The largest object's supercategory, if categories have one, and all categories."""
        names = tuple(dict.fromkeys(self.categories.names.values()))
        every = Task("categories", multi_label=True, classes=names)
        return (Task("supercategory"), every) if self.categories.above else (every,)

    def sources(self) -> Iterable[Path]:
        """The annotation files."""
        kinds = ("captions", "instances")
        return [annotation_file(self.folder, kind, name) for name in self.config.subsets for kind in kinds]

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield what is malformed, then a record per image, in the order of the instances file."""
        yield from self.categories.faults
        for subset in self.config.subsets:
            yield from self._subset(subset)

    def _subset(self, name: str) -> Iterator[Record | Rejected | Skipped]:
        path = annotation_file(self.folder, "instances", name)
        captions = Captions(annotation_file(self.folder, "captions", name), self.config.captions)
        objects = Objects(path, self.categories)
        yield from captions.faults
        yield from objects.faults
        names = licences(path)
        for item in Subset(self.folder, name, path):
            yield self._record(item, captions, objects, names) if isinstance(item, Picture) else item

    def _record(
        self, picture: Picture, captions: Captions, objects: Objects, names: Mapping[Id, str]
    ) -> Record | Rejected:
        key = picture.item.get("license")
        licence = names.get(key, "") if isinstance(key, Id) else ""
        try:
            targets = objects.targets(picture.id)
        except Malformed as error:
            return Rejected(picture.source, str(error))
        return Record(str(picture.id), _inputs(picture, captions), targets, licence=licence, source=picture.source)


class UnlabelledCoco(Dataset):
    """Reads pictures, with captions if there are any.

    Args:
        config: the options the model was trained with.
        folder: folder with `annotations`.
        subsets: the subsets to read.
    """

    def __init__(self, config: CocoConfig, folder: Path, subsets: Iterable[str]) -> None:
        super().__init__(config)
        self.folder, self.subsets = folder, list(subsets)
        for path in (path for name in self.subsets for path in self._files(name)):
            refuse_pointer(path)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """None."""
        return ()

    def records(self) -> Iterator[Record | Rejected | Skipped]:
        """Yield a record per image, in the order of the instances file or of the one that is there."""
        for name in self.subsets:
            captions = self._captions(name)
            yield from captions.faults if captions else ()
            for item in Subset(self.folder, name, self._files(name)[0]):
                yield item if not isinstance(item, Picture) else _unlabelled(item, captions)

    def _files(self, name: str) -> list[Path]:
        """The annotation files of a subset."""
        named = (annotation_file(self.folder, kind, name) for kind in KINDS)
        return [path for path in named if path.is_file()]

    def _captions(self, name: str) -> Captions | None:
        path = annotation_file(self.folder, "captions", name)
        return Captions(path, self.config.captions) if path.is_file() else None


def _unlabelled(picture: Picture, captions: Captions | None) -> Record:
    return Record(str(picture.id), _inputs(picture, captions), source=picture.source)


def _inputs(picture: Picture, captions: Captions | None) -> dict[str, Any]:
    texts = captions(picture.id) if captions else {}
    return {"image": picture.file} | ({"text": texts} if texts else {})
