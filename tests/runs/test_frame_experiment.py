from pathlib import Path

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.runs.frame_columns import FrameColumns
from vbg_framework.runs.frame_experiment import frame_data, frame_experiment

PLUGINS = load_plugins()


def resolved(name, columns, **options):
    data = frame_data(Path("/frames/x.parquet"), columns, "kind", Path())
    return frame_experiment(name, Registry.read(), PLUGINS, data, columns, **options)


def test_what_speaks_of_other_data_is_left_out_and_changes_come_last():
    found = resolved("recommended", FrameColumns(None, ("title",)), sets=["train.folds=3"])
    assert found.name == "recommended+frame"
    assert list(found.experiment.encoders) == ["text", "text-pieces"]
    assert (found.experiment.tasks, found.experiment.text.fields, found.experiment.train.folds) == (["kind"], None, 3)
    assert found.experiment.description == ""


def test_metadata_join_where_a_fusion_can_join_them_or_nothing_else_is_left():
    assert set(resolved("recommended", FrameColumns(None, ("title",), ("year",))).experiment.encoders) == {
        "text",
        "text-pieces",
        "metadata",
    }
    assert list(resolved("quickstart-text", FrameColumns(None, ("title",), ("year",))).experiment.encoders) == ["text"]


def test_an_experiment_must_read_something_of_the_frame():
    with pytest.raises(VBGError, match="reads image, and the frame has text"):
        resolved("quickstart-image", FrameColumns(None, ("title",)))
