"""The answers of a run beside its labels."""

import pyarrow.parquet as pq


def test_answers_of_the_test_part_are_those_of_the_run(bench, tiny_run):
    rows = pq.read_table(tiny_run.path / "predictions.parquet").to_pylist()
    labels = bench.collection.labels["form"]
    assert (labels.answered >= 0).sum() == len(rows)
    for row in rows:
        place = bench.places[row["id"]]
        assert bench.collection.part(place) == "test"
        assert labels.names("predicted", place) == [row["form_predicted"]]
        assert max(row["form_probabilities"]) == labels.said(place)[0][1]


def test_wrong_answers_are_as_many_as_the_metrics_say(bench, tiny_run):
    test = tiny_run.read_json("metrics.json")["test"]
    for name, labels in bench.collection.labels.items():
        assert labels.wrong.sum() == round((1 - test[name]["accuracy"]) * test[name]["n"])
