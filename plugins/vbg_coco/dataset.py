"""The dataset `coco`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vbg_coco import CocoConfig
from vbg_coco.stream import json_items
from vbg_framework.data.cells import CellError, path_inside
from vbg_framework.errors import VBGError
from vbg_framework.paths import locate
from vbg_framework.record import Dataset, Record, Rejected, Task


class CocoDataset(Dataset):
    """Reads captions and objects of one subset at a time; their segmentations are passed over.

    Memory: about 1.5 KB per image of a subset, for its captions and categories.
    """

    def __init__(self, config: CocoConfig) -> None:
        super().__init__(config)
        self.folder = locate(config.path, variable="VBG_DATA")
        for path in self.sources():
            if not path.is_file():
                raise VBGError(str(path), "no such file", "Unpack the official annotations of COCO there.")
        self.categories = self._read_categories()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The largest object's supercategory, and all categories."""
        names = tuple(category["name"] for category in self.categories.values())
        return (Task("supercategory"), Task("categories", multi_label=True, classes=names))

    def sources(self) -> Iterable[Path]:
        """The annotation files."""
        kinds = ("captions", "instances")
        return [self.folder / "annotations" / f"{kind}_{name}.json" for name in self.config.subsets for kind in kinds]

    def records(self) -> Iterator[Record | Rejected]:
        """Yield a record per image, in the order of the instances file."""
        for subset in self.config.subsets:
            captions = self._captions(subset)
            objects = self._objects(subset)
            yield from self._images(subset, captions, objects)

    def _annotations(self, kind: str, subset: str) -> Path:
        return self.folder / "annotations" / f"{kind}_{subset}.json"

    def _annotated(self, kind: str, subset: str, key: str) -> Iterator[Mapping[str, Any]]:
        """The annotations of a file, each with its image and `key`."""
        path = self._annotations(kind, subset)
        for _, item in json_items(path, ["annotations"]):
            if "image_id" not in item or key not in item:
                what = f"an annotation lacks 'image_id' or '{key}', got {str(item)[:80]}"
                raise VBGError(str(path), what, "Use the official file.")
            yield item

    def _read_categories(self) -> dict[int, Mapping[str, str]]:
        """id -> category, in the order of the ids, which have gaps."""
        path = self._annotations("instances", self.config.subsets[0])
        found: dict[Any, dict[str, Any]] = {item.get("id"): item for _, item in json_items(path, ["categories"])}
        if not found or not all({"id", "name", "supercategory"} <= set(category) for category in found.values()):
            raise VBGError(str(path), "has no list of categories", "Use the official instances file.")
        return dict(sorted(found.items()))

    def _captions(self, subset: str) -> dict[int, list[str]]:
        """Image id -> its first captions."""
        found: dict[int, list[str]] = {}
        for item in self._annotated("captions", subset, "caption"):
            texts = found.setdefault(item["image_id"], [])
            if len(texts) < self.config.captions:
                texts.append(" ".join(str(item["caption"]).split()))
        return found

    def _objects(self, subset: str) -> dict[int, dict[int, float]]:
        """Image id -> category id -> area of its largest object in pixels; 0 for a crowd."""
        found: dict[int, dict[int, float]] = {}
        for item in self._annotated("instances", subset, "category_id"):
            if item["category_id"] not in self.categories:
                what = f"an object is of an unknown category, got {item['category_id']}"
                raise VBGError(str(self._annotations("instances", subset)), what, "Use the official file.")
            areas = found.setdefault(item["image_id"], {})
            area = 0.0 if item.get("iscrowd") else float(item.get("area") or 0)
            areas[item["category_id"]] = max(area, areas.get(item["category_id"], 0.0))
        return found

    def _images(self, subset: str, captions: Mapping, objects: Mapping) -> Iterator[Record | Rejected]:
        path = self._annotations("instances", subset)
        folder = (self.folder / subset).resolve()
        licences = {item.get("id"): item.get("name", "") for _, item in json_items(path, ["licenses"])}
        for number, (_, image) in enumerate(json_items(path, ["images"]), 1):
            source = f"{path.name}: image {image.get('id', number)}"
            try:
                file = path_inside(folder, str(image["file_name"]))
                licence = str(licences.get(image.get("license"), ""))
                yield self._record(image["id"], file, captions, objects, licence, source)
            except KeyError as error:
                yield Rejected(source, f"key {error} is missing")
            except CellError as error:
                yield Rejected(source, str(error))

    def _record(
        self, identity: int, image: Path, captions: Mapping, objects: Mapping, licence: str, source: str
    ) -> Record:
        areas: dict[int, float] = objects.get(identity, {})
        targets: dict[str, Any] = {}
        if areas:
            targets["categories"] = [self.categories[category]["name"] for category in sorted(areas)]
        if largest := max(areas.values(), default=0.0):
            category = min(category for category, area in areas.items() if area == largest)
            targets["supercategory"] = self.categories[category]["supercategory"]
        texts = {f"caption_{number}": text for number, text in enumerate(captions.get(identity, ()), 1)}
        inputs: dict[str, Any] = {"image": image} | ({"text": texts} if texts else {})
        return Record(str(identity), inputs, targets, licence=licence, source=source)
