import pytest

from vbg_framework.data.table import Table
from vbg_framework.errors import VBGError


def test_a_table_that_was_not_fetched_is_named(tmp_path):
    for name in ("t.csv", "t.jsonl", "t.parquet"):
        (tmp_path / name).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
        with pytest.raises(VBGError, match="is a Git LFS pointer, not the file. Run `git lfs pull`"):
            Table(tmp_path / name).columns()
