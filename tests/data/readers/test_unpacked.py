import gzip
import io

import pytest

from vbg_framework.data.readers.unpacked import RATIO, SMALL, TooMuch, unpacked


def read(data: bytes) -> bytes:
    with unpacked(io.BufferedReader(io.BytesIO(data))) as plain:
        return plain.read()


def test_gzip_is_told_by_its_first_bytes():
    assert read(gzip.compress(b"id,title\n")) == read(b"id,title\n") == b"id,title\n"


def test_a_bomb_is_refused_and_what_is_merely_large_is_not():
    with pytest.raises(TooMuch, match=f"more than {RATIO} times"):
        read(gzip.compress(b"\0" * (2 * SMALL)))
    rows = b"".join(b"%d,Bowl with a red rim,bowl\n" % number for number in range(60_000))
    assert len(rows) > SMALL
    assert read(gzip.compress(rows)) == rows
