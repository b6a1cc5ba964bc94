"""Writing a prepared data set in a form that other programs read."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Features, Image

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.data.preparation.columns import META, TARGET, TEXT
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.writers.writer import table_writer

BATCH = 1000
PER_SHARD = 1000
FIXED = ("id", "group", "split", "licence")
SYNTHETIC = b"trainedAlgorithmicMedia"  # IPTC digital source type, in the metadata of generated images
SUFFIXES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}

Row = dict[str, Any]


def export(prepared: Prepared, kind: str, folder: Path) -> int:
    """Write all records into a new folder, which appears under its name when it is complete; return how many.

    `parquet`: `data.parquet`, exact, with encoded images (`{bytes, path}`, as Hugging Face reads them).
    `image_folder`: `images/` and `metadata.csv` with `file_name`; records without image are left out, several classes
    are joined by `|`, and text that a spreadsheet would run as a formula begins with an apostrophe.
    `webdataset`: `data-000000.tar` and so on, 1,000 samples each: the image and a `.json` with the rest.

    Args:
        prepared: the data set.
        kind: `parquet`, `image_folder` or `webdataset`.
        folder: a new folder.

    Raises:
        VBGError: the folder exists, cannot be written to, or a record is synthetic.
    """
    writers: dict[str, Callable[[Prepared, Path], int]] = {
        "parquet": _parquet, "image_folder": _image_folder, "webdataset": _webdataset
    }  # fmt: skip
    if folder.exists():
        raise VBGError(str(folder), "exists already", "Choose a new folder for --out.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with written(folder) as partial:
            partial.mkdir()
            count = writers[kind](prepared, partial)
    except OSError as error:
        raise VBGError(str(folder), f"cannot be written ({error})", "Choose another --out.") from error
    return count


def exported_names(prepared: Prepared) -> dict[str, str]:
    """Stored column -> exported column: the name of the field or task, with its prefix where two share a name."""
    names = {name: name for name in FIXED}
    for column in prepared.table.column_names:
        for prefix in (TEXT, TARGET, META):
            if column.startswith(prefix):
                plain = column.removeprefix(prefix)
                names[column] = column if plain in {*names.values(), "image", "file_name"} else plain
    return names


def _rows(prepared: Prepared) -> Iterator[tuple[Row, bytes | None]]:
    """The exported columns and the image of each record."""
    names = exported_names(prepared)
    for batch in prepared.table.with_format("arrow").iter(BATCH):
        for row in batch.select([*names, "image"]).to_pylist():
            image = row["image"] and row["image"]["bytes"]
            if row["id"].startswith("SYN_") or SYNTHETIC in (image or b""):
                fix = "Generated images never go into a catalogue; leave them out of the data set."
                raise VBGError(f"record '{row['id']}'", "is synthetic", fix)
            yield {names[column]: row[column] for column in names}, image


def _parquet(prepared: Prepared, folder: Path) -> int:
    features = {name: prepared.table.features[column] for column, name in exported_names(prepared).items()}
    schema = Features({**features, "image": Image()}).arrow_schema  # carries what the hub reads
    count = 0
    with pq.ParquetWriter(folder / "data.parquet", schema) as writer:
        for rows in _batched(_rows(prepared), BATCH // 10):
            told = [row | {"image": data and {"bytes": data, "path": None}} for row, data in rows]
            writer.write_table(pa.Table.from_pylist(told, schema))
            count += len(told)
    return count


def _image_folder(prepared: Prepared, folder: Path) -> int:
    (folder / "images").mkdir()
    stored = prepared.table.data.schema
    kinds = {name: float if pa.types.is_floating(stored.field(column).type) else str
             for column, name in exported_names(prepared).items()}  # fmt: skip
    count = 0
    with table_writer(folder / "metadata.csv", {"file_name": str, **kinds}) as write:
        for number, (row, image) in enumerate(_rows(prepared)):
            if image:
                name = f"images/{_file_name(number, row['id'])}{_suffix(image)}"
                (folder / name).write_bytes(image)
                write([{"file_name": name, **{key: _cell(value) for key, value in row.items()}}])
                count += 1
    return count


def _webdataset(prepared: Prepared, folder: Path) -> int:
    count = 0
    for number, samples in enumerate(_batched(enumerate(_rows(prepared)), PER_SHARD)):
        with tarfile.open(folder / f"data-{number:06d}.tar", "w") as tar:
            for place, (row, image) in samples:
                key = row["id"] if re.fullmatch(r"[\w-]+", row["id"], re.ASCII) else _file_name(place, row["id"])
                facts = {name: value for name, value in row.items() if value is not None}
                members = {f"{key}.json": json.dumps(facts, ensure_ascii=False).encode()}
                members |= {f"{key}{_suffix(image)}": image} if image else {}
                for name, content in members.items():
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))
                count += 1
    return count


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "|".join(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _file_name(number: int, identity: str) -> str:
    """Unique by its number, and safe on every file system."""
    return f"{number:07d}-{re.sub(r'[^A-Za-z0-9_-]+', '_', identity)[:80]}"


def _suffix(image: bytes) -> str:
    return next(suffix for start, suffix in SUFFIXES.items() if image.startswith(start))
