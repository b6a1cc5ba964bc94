"""Images that say they were made by a machine: writing them, and recognising them."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PREFIX = "SYN_"
"""Every synthetic record's id, and so its file's name, begins with this."""
VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
INVENTED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia")
"""IPTC's digital source types of what no camera or scanner has seen."""
_XMP = "XML:com.adobe.xmp"  # where PNG files keep it, and under which Pillow finds it
_OURS = f'"id": "{PREFIX}'
_PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" Iptc4xmpExt:DigitalSourceType="{source}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{about}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def encode_png(image: Image.Image, *, digital_source: str, about: Mapping[str, Any]) -> bytes:
    """A PNG whose XMP states its IPTC digital source type and, as JSON, how it came about.

    Args:
        image: the picture.
        digital_source: name in IPTC's digital source type vocabulary, such as `trainedAlgorithmicMedia`.
        about: ready for JSON; its `id` begins with `SYN_`.
    """
    info = PngInfo()
    packet = _PACKET.format(source=VOCABULARY + escape(digital_source), about=escape(json.dumps(about)))
    info.add_itxt(_XMP, packet)
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PNG", pnginfo=info, compress_level=1, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def is_synthetic(image: Image.Image) -> bool:
    """Whether an opened image says in its XMP that an algorithm invented it, or that this framework wrote it."""
    packet = image.info.get("xmp") or image.info.get(_XMP) or ""
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)
    return _OURS in text or any(f"{VOCABULARY}{kind}" in text for kind in INVENTED)
