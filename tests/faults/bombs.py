"""Small files that stand for gigabytes, of every kind that is read."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = "id,title,kind\n1,a,b\n2,c,d\n"


def _header(kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def _tar_header(path: Path, kind: bytes = b"x") -> None:
    """A header of 2.6 GB that `tarfile` would read whole."""
    with gzip.open(path, "wb", 1) as file:
        file.write(_header(kind, 2_600_000_000) + b"\0" * 20_000_000)


def _tar_size(path: Path) -> None:
    """A member of 2^60 bytes that would be passed over for years."""
    info = tarfile.TarInfo("a.png")
    info.pax_headers = {"size": str(2**60)}
    path.write_bytes(info.tobuf(tarfile.PAX_FORMAT) + b"\0" * 1024)


def _tar_many(path: Path) -> None:
    """Pictures of 99 MB side by side, in a file with holes."""
    with path.open("wb") as file:
        for number in range(12):
            info = tarfile.TarInfo(f"{number}.png")
            info.size = 99_000_320
            file.write(info.tobuf(tarfile.GNU_FORMAT))
            file.seek(info.size, io.SEEK_CUR)
        file.write(b"\0" * 1024)


def _tar_members(path: Path) -> None:
    """A hundred thousand files of no size, and more."""
    with gzip.open(path, "wb", 1) as file:
        for _ in range(120):
            file.write(_header(b"0", 0) * 1000)


def _tar_sparse(path: Path) -> None:
    """A member that is all hole."""
    head = bytearray(_header(b"S", 0))
    head[386:410] = b"%011o\0%011o\0" % (0, 0)
    head[483:495] = b"%011o\0" % 90_000_000
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + sum(head[156:512]) + 256)
    path.write_bytes(bytes(head) * 40 + b"\0" * 1024)


def _gzip(begin: str, unit: bytes, times: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with gzip.open(path, "wb", 1) as file:
            file.write(begin.encode())
            for _ in range(times):
                file.write(unit)

    return write


def _parquet_text(path: Path) -> None:
    """One long text that stands in every row."""
    title = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["a" * 1_500_000]))
    columns = {"id": [str(n) for n in range(1000)], "title": title, "kind": ["ab"[n % 2] for n in range(1000)]}
    pq.write_table(pa.table(columns), path, compression="zstd", store_schema=False)


def _parquet_rows(path: Path) -> None:
    """Thirty million rows in some kilobytes."""
    column = pa.array(np.zeros(30_000_000, np.int8))
    pq.write_table(pa.table({"id": column, "title": column, "kind": column}), path, compression="zstd")


def _parquet_page(path: Path) -> None:
    """One page of 400 MB."""
    columns = {"id": ["1"], "title": ["a" * 400_000_000], "kind": ["b"]}
    pq.write_table(pa.table(columns), path, compression="zstd", use_dictionary=False, write_statistics=False)


def _excel(path: Path) -> None:
    """Two cells as far apart as a sheet allows."""
    _zip(path, "xl/worksheets/sheet1.xml", '<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>')


def _opendocument(path: Path) -> None:
    """A row that is repeated a million times."""
    cell = "<table:table-cell>x</table:table-cell>" * 20
    _zip(path, "content.xml", f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')


def _zip(path: Path, name: str, content: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)


BOMBS: dict[str, Callable[[Path], None]] = {
    "pax.tar.gz": _tar_header,
    "longname.tar.gz": lambda path: _tar_header(path, b"L"),
    "global.tar.gz": lambda path: _tar_header(path, b"g"),
    "size.tar": _tar_size,
    "many.tar": _tar_many,
    "members.tar.gz": _tar_members,
    "sparse.tar": _tar_sparse,
    "line.csv.gz": _gzip(ROWS, b"a" * (1 << 24), 3),
    "blank.csv.gz": _gzip(ROWS, b"\n" * (1 << 24), 3),
    "rows.csv.gz": _gzip(ROWS, b"1,a,b\n" * (1 << 20), 6),
    "header.csv.gz": _gzip("id,title,kind", b",a" * (1 << 23), 2),
    "columns.csv": lambda path: path.write_text("id,title,kind" + ",a" * 1_000_000 + "\n"),
    "quote.csv.gz": _gzip(ROWS, b'1,"a\n' * (1 << 20), 6),
    "brackets.jsonl.gz": _gzip("", b"[" * (1 << 24), 2),
    "string.json.gz": _gzip('[{"id": "1", "title": "', b"a" * (1 << 24), 3),
    "string.json": lambda path: path.write_text('[{"id": "1", "title": "' + "a" * 20_000_000),
    "keys.jsonl": lambda path: path.write_text("{" + ",".join(f'"{n}":1' for n in range(300_000)) + "}\n"),
    "text.parquet": _parquet_text,
    "rows.parquet": _parquet_rows,
    "page.parquet": _parquet_page,
    "far.xlsx": _excel,
    "repeated.ods": _opendocument,
}
"""Name of a file -> what writes it."""
