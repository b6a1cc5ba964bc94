import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.own_table import own_columns, own_table


@pytest.fixture
def kept(tmp_path):
    pq.write_table(pa.table({"id": ["1", "2"], "form": ["bowl", "jar"]}), tmp_path / "kept.parquet")
    return tmp_path / "kept.parquet"


def test_what_was_written_is_read(kept):
    assert own_columns(kept) == ["id", "form"]
    assert own_table(kept).to_pylist() == [{"id": "1", "form": "bowl"}, {"id": "2", "form": "jar"}]
    assert own_table(kept, ["form"]).to_pydict() == {"form": ["bowl", "jar"]}


@pytest.mark.parametrize("read", [own_table, own_columns])
@pytest.mark.parametrize("left", [0, 1, 30, -1])
def test_a_damaged_one_is_named_whatever_is_left_of_it(kept, read, left):
    kept.write_bytes(kept.read_bytes()[:left])
    with pytest.raises(VBGError, match=r"kept\.parquet: is damaged .*Restore the file, or run again"):
        read(kept)


def test_one_whose_middle_was_overwritten_is_named(kept):
    content = bytearray(kept.read_bytes())
    content[4:-8] = bytes(len(content) - 12)
    kept.write_bytes(content)
    with pytest.raises(VBGError, match=r"kept\.parquet: is damaged"):
        own_table(kept)


def test_a_missing_one_and_a_missing_column_are_named(kept, tmp_path):
    with pytest.raises(VBGError, match=r"other\.parquet: no such file"):
        own_table(tmp_path / "other.parquet")
    with pytest.raises(VBGError, match=r"kept\.parquet: has no column 'glaze'"):
        own_table(kept, ["id", "glaze"])
