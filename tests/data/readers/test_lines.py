"""Physical lines of files, plain or gzip."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers import lines
from vbg_framework.data.readers.lines import is_text, open_lines


def read(path):
    with open_lines(path) as found:
        return list(found)


def test_lines_come_with_their_ends_and_without_a_byte_order_mark(tmp_path):
    (tmp_path / "t").write_bytes(b"\xef\xbb\xbfa\nb\r\nc\rd")
    assert read(tmp_path / "t") == ["a\n", "b\r\n", "c\r", "d"]


def test_gzip_is_told_by_its_content(tmp_path):
    (tmp_path / "t.csv").write_bytes(gzip.compress(b"a\nb\n"))
    assert read(tmp_path / "t.csv") == ["a\n", "b\n"]


@pytest.mark.parametrize("damage", [slice(0, 60), slice(0, -4), slice(0, 3)])
def test_damaged_gzip_is_an_error(tmp_path, damage):
    packed = gzip.compress(bytes(range(256)) * 10)
    (tmp_path / "t.gz").write_bytes(packed[damage])
    with pytest.raises(VBGError, match=r"cannot be decompressed \(.*Pack or download it again"):
        read(tmp_path / "t.gz")


def test_a_line_that_is_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST", 10)
    (tmp_path / "t").write_text("short\n" + "x" * 35 + "\n" + "y" * 9 + "\n" + "z" * 11)
    assert read(tmp_path / "t") == ["short\n", None, "y" * 9 + "\n", None]


@given(st.binary(max_size=50))
def test_text_is_what_can_be_written_in_utf8(content):
    text = content.decode("utf-8", errors="surrogateescape")
    assert is_text(text) == (text == content.decode("utf-8", errors="replace"))
    assert not is_text("half \ud83d")
