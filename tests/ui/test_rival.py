"""Two runs beside each other, held against the rows of their two predictions."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ui.another_run import another
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.ui.rival import CHANGES


@pytest.fixture
def other(tiny_run, tmp_path):
    return another(tiny_run, tmp_path / "runs" / "tiny" / "other")


def changed(before, after, task):
    """Key of `CHANGES` -> ids, from the rows of both files."""
    there, now = ({row["id"]: row for row in rows(run)} for run in (before, after))
    both = [(there[i], now[i]) for i in now if i in there and now[i][task] is not None]
    of = {name: [] for name in CHANGES}
    for was, row in both:
        old, new, true = was[f"{task}_predicted"], row[f"{task}_predicted"], row[task]
        of["compared"] += [row["id"]]
        of["changed"] += [row["id"]] * (old != new)
        of["gained"] += [row["id"]] * (old != true == new)
        of["lost"] += [row["id"]] * (new != true == old)
    return of


def rows(run):
    return pq.read_table(run.path / "predictions.parquet").to_pylist()


@pytest.mark.parametrize("task", ["form", "glaze"])
def test_what_changed_is_what_the_rows_of_both_predictions_say(bench, tiny_run, other, task):
    rival, collection = bench.beside(other), bench.collection
    expected = changed(other, tiny_run, task)
    for change in CHANGES:
        found = {collection.ids[place] for place in rival.chosen(task, change).nonzero()[0]}
        assert found == set(expected[change])
        assert rival.counts(task)[change] == len(expected[change])
    assert expected["lost"] or expected["gained"]
    assert {*expected["gained"], *expected["lost"]} <= {*expected["changed"]} < {*expected["compared"]}


def test_records_compared_and_accuracies_agree_with_the_interval(bench, other):
    rival = bench.beside(other)
    for result in rival.results:
        assert rival.counts(result.task)["compared"] == result.records
        assert result.interval.low <= result.difference <= result.interval.high
    assert bench.beside(other) is rival


def test_a_run_with_other_classes_or_without_answers_is_refused(bench, other, tmp_path, hostile):
    path = other.path / "predictions.parquet"
    table = pq.read_table(path)
    strange = pa.array(["<b>"] * len(table))
    pq.write_table(table.set_column(table.column_names.index("form_predicted"), "form_predicted", strange), path)
    with pytest.raises(VBGError, match=r"its classes of 'form' are other ones, got <b>. Choose a run of the same"):
        bench.beside(other)
    with pytest.raises(VBGError, match="is interrupted, and has no answers yet"):
        bench.beside(RunFolder.create(tmp_path, "begun", {"tasks": ["form"]}, {}))
    with pytest.raises(VBGError, match="has no answers to compare"):
        hostile.beside(other)


def test_a_task_that_the_other_run_did_not_learn_has_nothing_to_compare(bench, other):
    path = other.path / "predictions.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([n for n in table.column_names if n.startswith("glaze")]), path)
    assert not bench.beside(other).chosen("glaze", "compared").any()
