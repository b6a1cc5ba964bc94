import pandas
import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.runs.frame_columns import FrameColumns, frame_columns

FRAME = pandas.DataFrame(
    {"photo": [Image.new("RGB", (2, 2)), None], "title": ["a", None], "year": [1, 2], "kind": ["x", "y"], "set": [1, 1]}
)


def test_columns_are_guessed_by_what_they_hold_if_no_feature_is_named():
    found = frame_columns(FRAME, None, None, None, "set", "kind")
    assert found == FrameColumns("photo", ("title",), ("year",), "set")
    assert found.used() == ["photo", "set", "title", "year"]


def test_columns_that_are_named_are_all_that_is_read():
    found = frame_columns(FRAME, None, "title", None, None, "kind")
    assert found.modalities() == {"text": ("title",)}


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(VBGError, match=r"no column 'titel'.*Did you mean 'title'"):
        frame_columns(FRAME, None, ["titel"], None, None, None)
