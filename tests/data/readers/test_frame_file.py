from pathlib import Path

import numpy as np
import pandas
import pyarrow.parquet as pq
import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.frame_file import arrow_table, frame_file, is_frame


def test_only_a_frame_is_one():
    assert is_frame(pandas.DataFrame())
    assert not is_frame([{"text": "a"}])


def test_cells_of_several_kinds_become_text_and_nan_is_missing():
    frame = pandas.DataFrame({"mixed": [1, "a", None], "year": [1900.0, np.nan, 1.5]})
    assert arrow_table(frame).to_pydict() == {"mixed": ["1", "a", None], "year": [1900.0, None, 1.5]}


def test_pictures_and_paths_may_share_a_column():
    frame = pandas.DataFrame({"image": [Image.new("RGB", (2, 2)), b"x", "a.png", Path("b.png"), None]})
    cells = arrow_table(frame)["image"].to_pylist()
    assert cells[0]["bytes"].startswith(b"\x89PNG")
    assert [cell and cell["path"] for cell in cells] == [None, None, "a.png", "b.png", None]


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(VBGError, match="two columns are called 'a'"):
        arrow_table(pandas.DataFrame([[1, 2]], columns=["a", "a"]))


def test_the_file_is_gone_when_it_was_read(tmp_path):
    with frame_file(pandas.DataFrame({"a": [1]}), tmp_path) as path:
        assert pq.read_table(path).to_pydict() == {"a": [1]}
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_takes_no_file_is_named(tmp_path):
    with pytest.raises(VBGError, match="cannot hold the table"), frame_file(pandas.DataFrame(), tmp_path / "none"):
        pass
