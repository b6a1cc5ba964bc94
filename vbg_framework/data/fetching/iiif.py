"""From what IIIF serves to the address of a picture.

Sources: IIIF Image API 2.1 and 3.0, Presentation API 2.1 and 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SIDE = 1024  # px; larger pictures are reduced when they are prepared


def picture_of(document: Any) -> str:
    """The address of the picture that a document stands for; "" = none.

    Args:
        document: an `info.json` of an image, or a manifest, whose first picture counts.
    """
    if not isinstance(document, Mapping):
        return ""
    if _is_image(document):
        return _sized(document)
    return next(_pictures(document), "")


def _is_image(document: Mapping[str, Any]) -> bool:
    return document.get("protocol") == "http://iiif.io/api/image" or "iiif.io/api/image" in str(
        document.get("@context")
    )


def _sized(image: Mapping[str, Any]) -> str:
    """The picture in a size that a server of any level has."""
    base = _id(image)
    profile = str(image.get("profile"))
    sizes = [size for size in image.get("sizes") or [] if isinstance(size, Mapping)]
    if "level0" in profile:
        fits = sorted(int(size["width"]) for size in sizes if size.get("width"))
        width = next((each for each in fits if each >= SIDE), fits[-1] if fits else 0)
        is_third = "/image/3/" in str(image.get("@context"))
        height = next((f"{size['height']}" for size in sizes if size.get("width") == width and size.get("height")), "")
        size = (f"{width},{height}" if is_third else f"{width},") if width else ("max" if is_third else "full")
    else:
        size = f"!{SIDE},{SIDE}"
    return f"{base}/full/{size}/0/default.jpg" if base else ""


def _pictures(manifest: Mapping[str, Any]) -> Iterator[str]:
    for canvas in _canvases(manifest):
        for body in _bodies(canvas):
            services = body.get("service") or []
            for service in services if isinstance(services, list) else [services]:
                if isinstance(service, Mapping) and _id(service):
                    yield _sized(service)
            if _id(body):
                yield _id(body)


def _canvases(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _mappings(manifest.get("items"))
    for sequence in _mappings(manifest.get("sequences")):
        yield from _mappings(sequence.get("canvases"))


def _bodies(canvas: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for page in _mappings(canvas.get("items")):
        for annotation in _mappings(page.get("items")):
            yield from _mappings(annotation.get("body"))
    for annotation in _mappings(canvas.get("images")):
        yield from _mappings(annotation.get("resource"))


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield each


def _id(value: Mapping[str, Any]) -> str:
    result = value.get("id") or value.get("@id")
    return result.removesuffix("/info.json").rstrip("/") if isinstance(result, str) else ""
