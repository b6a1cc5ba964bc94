"""Shards, zip files and LIDO or COCO files that lie, break off, nest or repeat."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import warnings
import zipfile
from pathlib import Path
from random import Random

from faults.harness import Input
from faults.strings import damaged, hostile
from PIL import Image

SHARD = "version: 1\ndatasets:\n  d: {type: webdataset, path: %s, targets: {kind: kind}, text: [title]}\n"
LIDO = "version: 1\ndatasets:\n  d: {type: lido, path: t.xml, targets: {kind: type}, text: [title]}\n"
COCO = "version: 1\ndatasets:\n  d: {type: coco, path: coco, subsets: [val2017]}\n"
KINDS = (b"0", b"1", b"2", b"3", b"5", b"6", b"L", b"K", b"x", b"g", b"S", b"7", b"\0", b"Z")
SIZES = (0, 1, 511, 2**20 + 1, 99_000_000, 8_000_000_000)


def shard(random: Random, folder: Path) -> Input:
    """A tar file, plain or gzip."""
    path = folder / random.choice(["t.tar", "t.tar.gz"])
    data = b"".join(_member(number, random) for number in range(8)) + b"\0" * 1024
    if random.random() < 0.3:
        data = damaged(data, random)
    packed = gzip.compress(data) if path.suffix == ".gz" else data
    path.write_bytes(damaged(packed, random) if random.random() < 0.2 else packed)
    (folder / "registry.yaml").write_text(SHARD % path.name)
    return Input("shard", ["data", "prepare", "d", "--accept-loss"])


def _member(number: int, random: Random) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), (number, 0, 0)).save(picture, "PNG")
    name, content = random.choice(
        [(f"{number}.png", picture.getvalue()), (f"{number}.json", json.dumps(_notes(number, random)).encode())]
    )
    info = tarfile.TarInfo(name)
    info.size = len(content)
    if random.random() < 0.4:
        info.type = random.choice(KINDS)
        info.size = random.choice([len(content), *SIZES])
        info.name = hostile(random)[:90] + name
        info.linkname = "/etc/passwd"
    if random.random() < 0.2:
        info.pax_headers = {random.choice(["size", "path", "GNU.sparse.size", "GNU.sparse.map"]): hostile(random)}
    try:
        head = info.tobuf(random.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]), errors="surrogatepass")
    except (ValueError, UnicodeError):
        head = tarfile.TarInfo(name).tobuf()
    return head + content + b"\0" * (-len(content) % 512)


def _notes(number: int, random: Random) -> object:
    odd = [[], 1, None, {"kind": ["a"]}, {"kind": {"a": 1}}, {"kind": hostile(random), "title": hostile(random)}]
    return {"kind": "ab"[number % 2], "title": f"Bowl {number}"} if random.random() < 0.6 else random.choice(odd)


def zipped(random: Random, folder: Path) -> Input:
    """A zip file for `vbg init`."""
    path = folder / "z.zip"
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("t.csv", "id,title,kind\n" + "".join(f"{n},Bowl {n},{'ab'[n % 2]}\n" for n in range(20)))
        for _ in range(3):
            content = random.choice([b"", b"x", b"\0" * 3_000_000])
            try:
                packed.writestr(hostile(random)[:3000] or "x", content)
            except (ValueError, UnicodeError):
                continue
    if random.random() < 0.5:
        path.write_bytes(damaged(path.read_bytes(), random))
    return Input("zip", ["init", "z.zip"])


def xml(random: Random, folder: Path) -> Input:
    """LIDO with entities, deep nesting, wrong encodings and hostile text."""
    text = hostile(random).replace("<", "&lt;").replace("&", "&amp;")
    record = (
        '<lido:lido xmlns:lido="http://www.lido-schema.org"><lido:lidoRecID>1</lido:lidoRecID>'
        "<lido:objectWorkTypeWrap><lido:objectWorkType><lido:term>bowl</lido:term></lido:objectWorkType>"
        "</lido:objectWorkTypeWrap><lido:titleWrap><lido:titleSet>"
        f"<lido:appellationValue>{text}</lido:appellationValue></lido:titleSet></lido:titleWrap></lido:lido>"
    )
    begin = random.choice(
        [
            '<?xml version="1.0"?>',
            '<?xml version="1.0" encoding="utf-16"?>',
            '<?xml version="1.0" encoding="x-unknown"?>',
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            "",
        ]
    )
    deep = random.choice([0, 0, 100, 20_000])
    body = begin + "<x>" * deep + f"<lidoWrap>{record * random.choice([1, 3])}</lidoWrap>" + "</x>" * deep
    inside = random.choice([0, 0, 20_000])
    body = body.replace("</lido:titleSet>", "<y>" * inside + "</y>" * inside + "</lido:titleSet>")
    data = body.encode("utf-8", "surrogatepass")
    (folder / "t.xml").write_bytes(damaged(data, random) if random.random() < 0.4 else data)
    (folder / "registry.yaml").write_text(LIDO)
    return Input("xml", ["data", "prepare", "d", "--accept-loss"])


def coco(random: Random, folder: Path) -> Input:
    """Annotations with a list where a name belongs, numbers of all sizes, deep nesting, cut files."""
    data = {
        "images": [{"id": n, "file_name": f"{n}.jpg", "license": 1} for n in range(3)],
        "categories": [{"id": n, "name": f"c{n}", "supercategory": "s"} for n in range(3)],
        "licenses": [{"id": 1, "name": "CC"}],
        "annotations": [
            {"id": n, "image_id": n, "category_id": n, "bbox": [0, 0, 5, 5], "area": 9.5, "caption": "A bowl."}
            for n in range(3)
        ],
    }
    odd = [None, [], ["bowl"], {}, {"a": 1}, True, 1.5, 10**400, -1, hostile(random), "../../x.jpg", "/etc/passwd"]
    for _ in range(random.randrange(1, 4)):
        item = random.choice(data[random.choice(list(data))])
        item[random.choice(list(item))] = random.choice(odd)
    if random.random() < 0.2:
        data[random.choice(list(data))] = random.choice([None, {}, [[]], [1], "x"])  # type: ignore[assignment]
    text = json.dumps(data).encode()
    if random.random() < 0.2:
        text = random.choice([b"[" * 100_000, b'{"images":' * 50_000, text.replace(b"9.5", b"1e999"), b""])
    (folder / "coco/annotations").mkdir(parents=True)
    (folder / "coco/val2017").mkdir()
    for n in range(3):
        Image.new("RGB", (9, 9), (60 * n, 0, 0)).save(folder / f"coco/val2017/{n}.jpg")
    for kind in ("instances", "captions"):
        made = damaged(text, random) if random.random() < 0.2 else text
        (folder / f"coco/annotations/{kind}_val2017.json").write_bytes(made)
    (folder / "registry.yaml").write_text(COCO)
    return Input("coco", ["data", "prepare", "d", "--accept-loss"])
