"""What the annotations of a subset say, image by image; what is malformed is put aside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg_coco.stream import json_items
from vbg_framework import Rejected, VBGError
from vbg_framework.toolkit import normal

Id = int | str
LARGEST = 1e15  # pixels
SHOWN = 80  # characters of a malformed item


class Malformed(ValueError):
    """An item that is not as the official files have it; the message is the reason in words."""


class Categories:
    """The categories of a file.

    Args:
        path: an instances file.

    Attributes:
        names: id -> name of the category in its normal form, in the order of the ids, which have gaps.
        above: id -> supercategory; absent if the category has none.
        faults: those that are malformed.

    Raises:
        VBGError: the file cannot be read, or has no category.
    """

    def __init__(self, path: Path) -> None:
        names: dict[Id, str] = {}
        self.above: dict[Id, str] = {}
        self.faults: list[Rejected] = []
        for number, (_, item) in enumerate(json_items(path, ["categories"]), 1):
            try:
                identity = key_of(item, "id")
                if identity in names:
                    raise Malformed(f"id is there twice, got {identity!r}")
                names[identity] = word(item, "name")
                if item.get("supercategory") not in (None, ""):
                    self.above[identity] = word(item, "supercategory")
            except Malformed as error:
                self.faults.append(Rejected(f"{path.name}: category {number}", str(error)))
        if not names:
            raise VBGError(str(path), "has no list of categories", "Use the official instances file.")
        self.names = dict(sorted(names.items(), key=lambda item: (isinstance(item[0], str), item[0])))


class Objects:
    """The objects in the pictures of a subset, at about 1 KB per picture.

    Args:
        path: an instances file.
        categories: the categories they may have.

    Attributes:
        faults: malformed annotations that name no image.
    """

    def __init__(self, path: Path, categories: Categories) -> None:
        self.faults: list[Rejected] = []
        self._categories = categories
        self._areas: dict[Id, dict[Id, float]] = {}
        self._malformed: dict[Id, str] = {}
        for number, (_, item) in enumerate(json_items(path, ["annotations"]), 1):
            try:
                image = key_of(item, "image_id")
            except Malformed as error:
                self.faults.append(Rejected(f"{path.name}: annotation {number}", str(error)))
                continue
            try:
                self._add(image, item)
            except Malformed as error:
                self._malformed.setdefault(image, f"object: {error}")

    def targets(self, image: Id) -> dict[str, Any]:
        """All categories in a picture, and the supercategory of its largest object; crowds do not count.

        Raises:
            Malformed: one of its objects is.
        """
        if image in self._malformed:
            raise Malformed(self._malformed[image])
        areas = self._areas.get(image, {})
        names = [name for category, name in self._categories.names.items() if category in areas]
        targets: dict[str, Any] = {"categories": list(dict.fromkeys(names))} if names else {}
        if largest := max(areas.values(), default=0.0):
            category = next(each for each in self._categories.names if areas.get(each) == largest)
            if category in self._categories.above:
                targets["supercategory"] = self._categories.above[category]
        return targets

    def _add(self, image: Id, item: Mapping[str, Any]) -> None:
        category = key_of(item, "category_id")
        if category not in self._categories.names:
            raise Malformed(f"unknown category, got {category!r}")
        areas = self._areas.setdefault(image, {})
        area = 0.0 if item.get("iscrowd") else _area(item)
        areas[category] = max(area, areas.get(category, 0.0))


class Captions:
    """The first captions of each picture of a subset.

    Args:
        path: a captions file.
        count: captions to keep per picture.

    Attributes:
        faults: malformed captions; they are left out.
    """

    def __init__(self, path: Path, count: int) -> None:
        self.faults: list[Rejected] = []
        self._count, self._texts = count, dict[Id, list[str]]()
        for number, (_, item) in enumerate(json_items(path, ["annotations"]), 1):
            try:
                texts = self._texts.setdefault(key_of(item, "image_id"), [])
                if len(texts) < count:
                    texts.append(normal(text_of(item, "caption")))
            except Malformed as error:
                self.faults.append(Rejected(f"{path.name}: caption {number}", str(error)))

    def __call__(self, image: Id) -> dict[str, str]:
        """`caption_1` and so on; "" = there are fewer."""
        texts = self._texts.get(image, [])
        return {f"caption_{n + 1}": texts[n] if n < len(texts) else "" for n in range(self._count)}


def licences(path: Path) -> dict[Id, str]:
    """Id -> name of the licences of an annotation file; malformed ones are left out."""
    result = (item for _, item in json_items(path, ["licenses"]) if isinstance(item, Mapping))
    return {item["id"]: str(item.get("name") or "") for item in result if isinstance(item.get("id"), Id)}


def key_of(item: Any, key: str) -> Id:
    """An id under `key`.

    Raises:
        Malformed: there is none, or it is neither a number nor a word.
    """
    value = _under(item, key)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, Id):
        raise Malformed(f"'{key}' must be a number or a word, got {str(value)[:SHOWN]}")
    return value


def text_of(item: Any, key: str) -> str:
    """A text under `key`.

    Raises:
        Malformed: there is none.
    """
    value = _under(item, key)
    if not isinstance(value, str):
        raise Malformed(f"'{key}' must be text, got {str(value)[:SHOWN]}")
    return value


def word(item: Any, key: str) -> str:
    """The normal form of a text under `key` that is not empty.

    Raises:
        Malformed: there is none.
    """
    if not (result := normal(text_of(item, key))):
        raise Malformed(f"'{key}' is empty")
    return result


def _under(item: Any, key: str) -> Any:
    if not isinstance(item, Mapping):
        raise Malformed(f"must be a JSON object, got {str(item)[:SHOWN]}")
    if key not in item:
        raise Malformed(f"key '{key}' is missing")
    return item[key]


def _area(item: Mapping[str, Any]) -> float:
    """In pixels: that of the object, or else of the box around it; none = 0."""
    if item.get("area") is not None:
        return _number("area", item["area"])
    box = item.get("bbox") or [0, 0, 0, 0]
    if not isinstance(box, list) or len(box) != 4:
        raise Malformed(f"'bbox' must be four numbers, got {str(box)[:SHOWN]}")
    return _number("bbox", box[2]) * _number("bbox", box[3])


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf or value > LARGEST:
        raise Malformed(f"'{key}' must be a number, got {str(value)[:SHOWN]}")
    return float(value)
