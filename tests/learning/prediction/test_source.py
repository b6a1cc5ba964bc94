import pytest

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.learning.prediction.source import open_source


def test_a_source_that_is_not_there_and_a_field_nobody_knows_are_named(tiny_run, tmp_path):
    model = vbg_framework.load(tiny_run)
    with pytest.raises(VBGError, match="no such file or folder"):
        open_source(model, tmp_path / "gone.csv", {})
    with pytest.raises(VBGError, match="unknown field 'titel'. Did you mean 'title'"):
        open_source(model, tmp_path, {"titel": "name"})
