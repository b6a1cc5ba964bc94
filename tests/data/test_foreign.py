import pytest

from vbg_framework.data.foreign import foreign
from vbg_framework.data.image import ImageError, decode
from vbg_framework.data.table import Table
from vbg_framework.errors import VBGError


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"<svg xmlns=''>", "text"),
        (b'{"error": 404}', "text"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"MM\0*\0\0\0\x08", "TIFF of a bit depth"),
    ],
)
def test_what_stands_in_for_a_picture_is_named(head, says):
    assert says in foreign(head)
    with pytest.raises(ImageError, match=says):
        decode(head + bytes(40))


def test_a_table_that_was_not_fetched_is_named(tmp_path):
    for name in ("t.csv", "t.jsonl", "t.parquet"):
        (tmp_path / name).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
        with pytest.raises(VBGError, match="is a Git LFS pointer, not the file. Run `git lfs pull`"):
            Table(tmp_path / name).columns()


def test_anything_else_is_left_to_the_decoder():
    assert foreign(b"\x89PNG\r\n\x1a\n") is None
    assert foreign(b"") is None
