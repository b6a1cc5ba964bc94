"""From a run to the labels to look at."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.contracts.record import Task
from vbg_framework.runs.evidence.doubt import doubts, outliers
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen


@pytest.fixture(scope="module")
def evidence(tiny_run):
    return Evidence(FinishedRun(tiny_run, load_plugins()), Screen())


def one_label(evidence):
    return next(task for task in evidence.items.tasks if not task.multi_label)


def test_every_labelled_record_is_ranked_once_the_least_probable_first(evidence):
    found = doubts(evidence, one_label(evidence))
    known = [place for place in range(len(evidence.items)) if evidence.items.target(found.task.name, place) is not None]
    assert sorted(row.id for row in found.rows) == sorted(evidence.ids[place] for place in known)
    values = [row.probability for row in found.rows]
    assert values == sorted(values)
    for row in found.rows:
        assert row.label == found.task.classes[evidence.items.target(found.task.name, evidence.place(row.id))]
        assert row.suggested_probability >= row.probability
    assert "cross-fitted" in found.source


def test_a_model_that_knows_little_is_doubted_first(evidence):
    found = doubts(evidence, one_label(evidence))
    assert bool(found.note) == (found.expected > len(found.rows) / 3)


def test_several_labels_per_record_are_refused(evidence):
    with pytest.raises(VBGError, match="'t' has several labels per record"):
        doubts(evidence, Task("t", True, ("a", "b"), (1, 1)))


def test_outliers_are_different_objects_the_farthest_first(evidence):
    far = outliers(evidence, most=5)
    assert [distance for _, distance in far] == sorted((distance for _, distance in far), reverse=True)
    clusters = [evidence.items.column("cluster")[evidence.place(one)] for one, _ in far]
    assert len(set(clusters)) == len(far)
