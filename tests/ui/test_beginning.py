"""From a table to a data set and an experiment."""

import pytest

from ui.pots import write_pots
from vbg_framework.base.errors import VBGError
from vbg_framework.config.opened import open_registry
from vbg_framework.ui.beginning import Beginning


@pytest.fixture
def beginning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Beginning(write_pots(tmp_path / "pots.csv"), tmp_path / "runs")


def test_a_registry_that_was_written_before_is_gone_on_with(beginning):
    assert beginning.names() is None
    assert beginning.training() is None
    beginning.write()
    assert beginning.names() == ("pots", "pots-model")
    again = Beginning(beginning.source, beginning.runs)
    assert again.names() == ("pots", "pots-model")
    assert again.training().experiment == "pots-model"


def test_what_is_decided_counts_in_the_next_training_without_an_edit(beginning, tmp_path):
    beginning.write()
    file = beginning.bench.wait().file
    assert (file.counts, file.path) == (True, tmp_path / "corrections.csv")
    assert open_registry(beginning.registry)[0].entries["datasets"]["pots"]["corrections"] == "corrections.csv"


def test_the_data_set_is_opened_with_all_its_records(beginning):
    beginning.write()
    bench = beginning.bench.wait()
    assert len(bench.collection) == 60
    assert bench.title == "pots"


def test_a_registry_of_something_else_is_left_alone(beginning, tmp_path):
    (tmp_path / "registry.yaml").write_text("version: 1\n")
    with pytest.raises(VBGError, match="does not name"):
        beginning.names()
    assert (tmp_path / "registry.yaml").read_text() == "version: 1\n"
