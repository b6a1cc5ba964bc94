import numpy as np
import pandas
import pytest

from vbg_framework.runs.frame_labels import frame_labels

FRAME = pandas.DataFrame({"kind": ["vase", None, "bowl"]})


def test_labels_are_text_in_a_run_and_stay_what_they_were():
    found = frame_labels(FRAME, np.array([2, 1, 2]))
    assert (found.task, found.names, found.rows) == ("target", ["1", "2"], ["2", "1", "2"])
    assert found.classes.dtype.kind == "i"


def test_a_missing_label_is_none_and_a_whole_number_has_no_point():
    assert frame_labels(FRAME, "kind").rows == ["vase", None, "bowl"]
    assert frame_labels(FRAME, pandas.Series([1, None, 0], dtype="Int64", name="old")).rows == ["1", None, "0"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "requires y"),
        ([1, 2], "2 labels of 3 rows"),
        (["a", "a", "a"], "holds 1 class"),
        (["a", " a", "b"], "differ in their text"),
        ([0.5, 1.25, 2.5], "Unknown label type"),
    ],
)
def test_labels_that_cannot_be_learnt_are_a_value_error(y, message):
    with pytest.raises(ValueError, match=message):
        frame_labels(FRAME, y)
