import numpy as np
import pyarrow as pa
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.report.mistakes import worst_mistakes

FORM = Task("form", classes=("bowl", "vase"))
TAGS = Task("tags", multi_label=True, classes=("lotus", "dragon"))


def table(true, probabilities, groups=None, task=FORM):
    probabilities = np.asarray(probabilities).reshape(-1, 2)
    predicted = [task.classes[i] for i in probabilities.argmax(1)]
    if task.multi_label:
        predicted = [[c for c, p in zip(task.classes, row, strict=True) if p >= 0.5] for row in probabilities]
    kind = pa.list_(pa.string()) if task.multi_label else pa.string()
    return pa.table(
        {
            "id": pa.array([f"r{i}" for i in range(len(true))], pa.string()),
            "group": pa.array(groups or [""] * len(true), pa.string()),
            task.name: pa.array(true, kind),
            f"{task.name}_predicted": pa.array(predicted, kind),
            f"{task.name}_probabilities": pa.array(probabilities.tolist(), pa.list_(pa.float32())),
        }
    )


def test_the_surest_wrong_predictions_come_first():
    found = worst_mistakes(
        table(["vase", "bowl", "vase", "vase"], [[0.6, 0.4], [0.9, 0.1], [0.8, 0.2], [0.1, 0.9]]), {"form": FORM}
    )
    assert [row["id"] for row in found] == ["r2", "r0"]
    assert found[0] | {"confidence": pytest.approx(0.8)} == found[0]
    assert (found[0]["task"], found[0]["true"], found[0]["predicted"]) == ("form", "vase", "bowl")


def test_a_record_without_a_label_is_no_mistake():
    assert worst_mistakes(table([None, None], [[0.9, 0.1]] * 2), {"form": FORM}) == []


def test_of_several_views_of_one_object_only_the_worst_is_shown():
    data = table(["vase"] * 4, [[0.6, 0.4], [0.9, 0.1], [0.7, 0.3], [0.8, 0.2]], ["a", "a", "", ""])
    assert [row["id"] for row in worst_mistakes(data, {"form": FORM})] == ["r1", "r3", "r2"]


def test_the_limit_holds_for_every_task():
    data = table(["vase"] * 20, [[0.9, 0.1]] * 20)
    tags = table([["lotus"]] * 20, [[0.1, 0.9]] * 20, task=TAGS)
    for name in ("tags", "tags_predicted", "tags_probabilities"):
        data = data.append_column(name, tags[name])
    found = worst_mistakes(data, {"form": FORM, "tags": TAGS}, limit=3)
    assert [row["task"] for row in found] == ["form"] * 3 + ["tags"] * 3


def test_a_multi_label_mistake_is_as_bad_as_its_worst_class():
    true = [["lotus"], ["lotus", "dragon"], [], None]
    found = worst_mistakes(table(true, [[0.9, 0.7], [0.9, 0.1], [0.2, 0.3], [0.9, 0.9]], task=TAGS), {"tags": TAGS})
    assert [(row["true"], row["predicted"]) for row in found] == [
        ("lotus, dragon", "lotus"),
        ("lotus", "lotus, dragon"),
    ]
    assert [row["confidence"] for row in found] == pytest.approx([0.9, 0.7])


def test_no_class_at_all_is_called_none():
    (row,) = worst_mistakes(table([[]], [[0.9, 0.1]], task=TAGS), {"tags": TAGS})
    assert (row["true"], row["predicted"]) == ("none", "lotus")


def test_an_empty_table_has_no_mistakes():
    assert worst_mistakes(table([], []), {"form": FORM}) == []
    assert worst_mistakes(table([], [], task=TAGS), {"tags": TAGS}) == []


def test_chunks_of_a_table_are_read_as_one():
    parts = [table(["vase"], [[p, 1 - p]], [f"g{p}"]) for p in (0.7, 0.9, 0.8)]
    found = worst_mistakes(pa.concat_tables(parts), {"form": FORM})
    assert [row["confidence"] for row in found] == pytest.approx([0.9, 0.8, 0.7])
