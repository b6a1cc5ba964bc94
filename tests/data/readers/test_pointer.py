"""Git LFS pointers in place of files."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.pointer import is_pointer, refuse_pointer
from vbg_framework.data.readers.table import Table

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 312459821\n"


def test_a_pointer_is_told_from_a_file(tmp_path):
    for name, content, answer in [("a.csv", POINTER, True), ("b.csv", "id,version\n1,2\n", False), ("c", "", False)]:
        (tmp_path / name).write_text(content)
        assert is_pointer(tmp_path / name) is answer


def test_a_pointer_is_refused_with_the_command_that_fetches_the_file(tmp_path):
    (tmp_path / "a.csv").write_text(POINTER)
    with pytest.raises(VBGError, match=r"is a Git LFS pointer, not the file\. Run `git lfs pull` in"):
        refuse_pointer(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("id\n")
    refuse_pointer(tmp_path / "b.csv")


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_a_table_that_was_not_fetched_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
    with pytest.raises(VBGError, match="is a Git LFS pointer, not the file. Run `git lfs pull`"):
        Table(tmp_path / name).columns()
