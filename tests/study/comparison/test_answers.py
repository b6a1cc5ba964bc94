import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_study import make_study, plan

from vbg_framework.statistics import class_recalls
from vbg_framework.study.comparison.answers import outcomes, read_outcomes, same_records
from vbg_framework.study.comparison.results import gather


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return gather(make_study(tmp_path_factory.mktemp("answers"), plan(("none", "gan"), 2)))


def test_recalls_of_what_was_read_are_those_of_the_run(results):
    found = outcomes(results, "gan", "form")
    assert list(found) == [1, 2]
    for trial, run in results.runs.items():
        if trial.arm == "gan":
            recalls = class_recalls({0: found[trial.replicate]}, results.tasks["form"])
            said = run.metrics["test"]["form"]["per_class"]
            assert {each.name: each.recall for each in recalls} == pytest.approx(
                {n: v["recall"] for n, v in said.items()}
            )


def test_arms_of_a_replicate_answer_the_same_questions_whatever_the_order_of_the_file(results, tmp_path):
    mine, its = (outcomes(results, arm, "form") for arm in ("gan", "none"))
    assert same_records(mine[1], its[1])
    assert not same_records(mine[1], its[2])
    run = next(iter(results.runs.values()))
    table = pq.read_table(run.path / "predictions.parquet")
    pq.write_table(table.take(np.arange(len(table))[::-1]), tmp_path / "turned.parquet")
    turned = read_outcomes(tmp_path / "turned.parquet", "form", results.tasks["form"])
    assert same_records(turned, its[1])


def test_records_without_a_label_are_left_out_and_those_without_object_stand_for_themselves(tmp_path):
    columns = {"id": ["b", "a", "c"], "group": [None, "g", "g"], "kiln": ["x", None, "y"], "kiln_predicted": ["y"] * 3}
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")
    found = read_outcomes(tmp_path / "p.parquet", "kiln", ["x", "y"])
    assert found.objects.tolist() == ["b", "g"]
    assert found.truth.tolist() == [[True, False], [False, True]]
    assert found.predicted.tolist() == [[False, True]] * 2


def test_several_classes_of_a_record_are_read(tmp_path):
    columns = {"id": ["a", "b"], "group": ["a", "b"], "tags": [["x", "y"], []], "tags_predicted": [["y"], ["x"]]}
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")
    found = read_outcomes(tmp_path / "p.parquet", "tags", ["x", "y"])
    assert found.truth.tolist() == [[True, True], [False, False]]
    assert found.predicted.tolist() == [[False, True], [True, False]]


def test_without_a_file_a_task_or_labels_there_is_nothing(tmp_path):
    assert read_outcomes(tmp_path / "p.parquet", "kiln", ["x"]) is None
    columns = {"id": ["a"], "group": ["a"], "kiln": pa.array([None], pa.string()), "kiln_predicted": ["x"]}
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")
    assert read_outcomes(tmp_path / "p.parquet", "kiln", ["x"]) is None
    assert read_outcomes(tmp_path / "p.parquet", "glaze", ["x"]) is None
