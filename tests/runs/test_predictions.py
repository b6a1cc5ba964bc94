from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
from PIL import Image

from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.inference import Answers
from vbg_framework.runs.predictions import write_mistakes, write_predictions

TASKS = {
    "form": Task("form", classes=("bowl", "vase")),
    "tags": Task("tags", multi_label=True, classes=("x", "y")),
}
ANSWERS = Answers(
    {"form": np.array([[0.9, 0.1], [0.2, 0.8]], "f4"), "tags": np.array([[0.6, 0.7], [0.1, 0.2]], "f4")},
    {"form": np.array([1, -1]), "tags": np.array([[1.0, 0.0], [-1.0, -1.0]])},
)
SURE = {"form": Confidence(least=0.15), "tags": Confidence()}
DATA = {"id": ["a", "b"], "group": ["g", "h"], "split": ["test", "test"]}


class Items(list):
    ids = records = ("a", "b")
    prepared = SimpleNamespace(kinds={})


def test_classes_are_written_by_name_and_missing_labels_stay_empty(tmp_path):
    write_predictions(tmp_path / "predictions.parquet", ANSWERS, TASKS, DATA, SURE)
    table = pq.read_table(tmp_path / "predictions.parquet").to_pydict()
    assert table["form"] == ["vase", None]
    assert table["form_predicted"] == ["bowl", "vase"]
    assert table["tags"] == [["x"], None]
    assert table["tags_predicted"] == [["x", "y"], []]
    assert np.allclose(table["form_probabilities"], ANSWERS.probabilities["form"])
    assert table["form_set"] == [["bowl"], ["vase", "bowl"]]
    assert "tags_set" not in table
    assert (table["id"], table["group"], table["split"]) == (["a", "b"], ["g", "h"], ["test", "test"])


def test_the_worst_mistakes_come_with_text_and_thumbnail(tmp_path):
    predictions = write_predictions(tmp_path / "predictions.parquet", ANSWERS, TASKS, DATA, SURE)
    items = Items([{"inputs": {"text": "a piece", "image": Image.new("RGB", (900, 300))}}, {"inputs": {}}])
    write_mistakes(tmp_path, predictions, TASKS, items)
    rows = pq.read_table(tmp_path / "mistakes.parquet").to_pylist()
    wrong = next(row for row in rows if row["task"] == "form")
    assert (wrong["id"], wrong["true"], wrong["predicted"], wrong["text"]) == ("a", "vase", "bowl", "a piece")
    assert wrong["image"][:2] == b"\xff\xd8"


def test_nothing_half_written_is_left(tmp_path):
    write_predictions(tmp_path / "predictions.parquet", ANSWERS, TASKS, DATA, SURE)
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.parquet"]
