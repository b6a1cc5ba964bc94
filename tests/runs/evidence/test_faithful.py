"""Faithfulness of the explanations of a run."""

import shutil

import pytest

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.faithful import FILE, drawn, known, measure_faithfulness, sentence
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def evidence(tiny_run, tmp_path_factory):
    run = RunFolder(shutil.copytree(tiny_run.path, tmp_path_factory.mktemp("runs") / "run"))
    return Evidence(FinishedRun(run, load_plugins()), Screen())


def test_objects_are_drawn_from_the_test_part_once_each(evidence):
    places = drawn(evidence, 1000, 0)
    clusters = evidence.items.column("cluster")
    assert {evidence.parts[place] for place in places} == {"test"}
    assert len({clusters[place] for place in places}) == len(places)
    assert drawn(evidence, 3, 0) == drawn(evidence, 3, 0) != drawn(evidence, 3, 1)


def test_what_was_measured_is_kept_with_the_run_and_other_tasks_stay(evidence):
    first = measure_faithfulness(evidence, 2, Screen(), ["form"])
    measure_faithfulness(evidence, 2, Screen(), ["glaze"])
    kept = known(evidence.finished.run)
    assert set(kept) == {"form", "glaze"}
    assert kept["form"]["regions"]["objects"] == 2
    assert (evidence.finished.run.path / FILE).is_file()
    assert sentence("regions", kept["form"]["regions"], "a") == sentence(
        "regions", first["form"]["regions"].json(), "a"
    )


def test_a_method_that_is_not_shown_to_be_faithful_is_said_to_be_so():
    figures = {"objects": 9, "deletion": [0.1, -0.1, 0.3], "insertion": [0.1, 0.05, 0.15]}
    assert sentence("words", {**figures, "faithful": False}, "a").startswith("NOT shown to be faithful")
    assert "+10.0 (-10.0 to +30.0) points" in sentence("words", {**figures, "faithful": False}, "a")
    assert sentence("words", {**figures, "faithful": True}, "a").startswith("Shown to be faithful")
    assert "vbg explain a --check 30" in sentence("words", None, "a")
